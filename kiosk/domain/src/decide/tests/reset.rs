// SPDX-License-Identifier: GPL-3.0-or-later
//! A factory reset needs two people: who confirms, who does not, and when it is off.

use super::*;
use crate::record::{Duty, Machine};

const OTHER_STAFF: StaffId = StaffId([10; 16]);

fn staff_card(n: u8, staff: StaffId) -> Event {
    Event::Cards(vec![card(n, Holder::Staff(staff))])
}

/// A desk at nine whose staff have asked for a reset with twelve records unsent.
fn asked() -> Desk {
    let mut desk = Desk::new();
    desk.at(NINE, staff_card(9, STAFF));
    let (kept, told) = desk.at(NINE, Event::Staff(StaffAct::Reset { unsent: 12 }));
    assert!(kept.is_empty() && told.is_empty(), "asking alone does nothing");
    desk
}

/// What a card leads to while a second person is awaited, and whether that is still so afterwards.
fn check(event: Event, told: &[Outcome], still_awaited: bool) {
    let mut desk = asked();
    let (kept, heard) = desk.at(NINE, event.clone());
    assert_eq!(heard, told, "{event:?}");
    let reset = kept.iter().any(|kind| matches!(kind, Kind::Machine(Machine::FactoryReset { .. })));
    assert!(!reset && !desk.state.resetting, "{event:?} confirms nothing");
    let awaited = desk.state.staff.as_ref().is_some_and(|staff| staff.reset.is_some());
    assert_eq!(awaited, still_awaited, "{event:?}");
}

#[test]
fn only_another_person_of_staff_confirms() {
    let learner = |sessions| Holder::Learners(vec![person(WANG, sessions)]);
    check(staff_card(9, STAFF), &[Outcome::SamePerson], true);
    // The same person's other card.
    check(staff_card(19, STAFF), &[Outcome::SamePerson], true);
    check(Event::Cards(vec![card(4, Holder::Unknown)]), &[Outcome::Refused(Refusal::Unknown)], true);
    check(Event::Cards(vec![card(5, Holder::Lost)]), &[Outcome::Refused(Refusal::Lost)], true);
    check(Event::Refused(Refusal::IdentityCard), &[Outcome::Refused(Refusal::IdentityCard)], true);
    // Two people's cards at once: nobody can say who is meant.
    let both = Event::Cards(vec![card(9, Holder::Staff(STAFF)), card(10, Holder::Staff(OTHER_STAFF))]);
    let fresh = |event: Event| {
        let mut desk = asked();
        desk.at(NINE, Event::Removed);
        desk.at(NINE, event).1
    };
    assert_eq!(fresh(both), [Outcome::Refused(Refusal::TwoCards)]);
    // A learner is taken as usual, and the staff page closes: who asked does not stand here any more.
    check(Event::Cards(vec![card(7, learner(vec![]))]), &[Outcome::VisitOpened { learner: Some(WANG) }], false);
    let mut desk = asked();
    let (kept, _) = desk.at(NINE, Event::Cards(vec![card(7, learner(vec![class_at(NINE, NINE + 90)]))]));
    assert!(matches!(kept.as_slice(), [Kind::Duty(Duty::Off { .. }), Kind::Presence(Presence::CheckIn { .. })]));
    let (kept, _) = desk.at(NINE, staff_card(10, OTHER_STAFF));
    assert!(matches!(kept.as_slice(), [Kind::Duty(Duty::On { staff: OTHER_STAFF })]), "no more than a staff card");
}

#[test]
fn the_second_card_records_who_both_were_and_nothing_is_taken_after_it() {
    let mut desk = asked();
    let now = desk.now(NINE);
    let effects = decide(&mut desk.state, staff_card(10, OTHER_STAFF), &now);
    let [Effect::Record { commit, drafts }] = effects.as_slice() else { panic!("{effects:?}") };
    let by = (STAFF, OTHER_STAFF);
    assert_eq!(drafts[0].1, Kind::Machine(Machine::FactoryReset { by, unsent: 12 }));
    assert_eq!(decide(&mut desk.state, Event::Recorded(*commit), &now), [Effect::Reset { by, unsent: 12 }]);
    for event in [
        staff_card(9, STAFF),
        Event::Cards(vec![card(7, Holder::Learners(vec![person(WANG, vec![class_at(NINE, NINE + 90)])]))]),
        Event::Visit(VisitKey::Guest),
        Event::Staff(StaffAct::Off),
        Event::Tick,
    ] {
        assert_eq!(desk.at(NINE + 30, event), (vec![], vec![]));
    }
}

#[test]
fn a_card_that_lies_there_does_not_hide_the_second_one() {
    let mut desk = asked();
    let lying = CardHere { lying: true, ..card(9, Holder::Staff(STAFF)) };
    desk.at(NINE, Event::Cards(vec![lying, card(10, Holder::Staff(OTHER_STAFF))]));
    assert!(desk.state.resetting);
}

#[test]
fn what_is_not_on_the_disk_resets_nothing() {
    let mut desk = asked();
    let now = desk.now(NINE);
    let effects = decide(&mut desk.state, staff_card(10, OTHER_STAFF), &now);
    let [Effect::Record { commit, .. }] = effects.as_slice() else { panic!("{effects:?}") };
    let off = [Effect::ResetOff, Effect::Tell(Outcome::NotKept)];
    assert_eq!(decide(&mut desk.state, Event::RecordFailed(*commit), &now), off);
    assert!(!desk.state.resetting);
    let (_, told) = desk.tap(NINE, &person(WANG, vec![]));
    assert_eq!(told, [Outcome::VisitOpened { learner: Some(WANG) }], "cards are taken again");
}

#[test]
fn after_a_minute_or_an_answer_no_card_confirms() {
    let mut desk = asked();
    let now = desk.now(NINE + 1);
    let effects = decide(&mut desk.state, Event::Tick, &now);
    assert_eq!(effects[0], Effect::ResetOff, "{effects:?}");
    let mut desk = asked();
    desk.at(NINE, Event::Staff(StaffAct::ResetNot));
    let (kept, _) = desk.at(NINE, staff_card(10, OTHER_STAFF));
    assert!(matches!(kept.as_slice(), [Kind::Duty(Duty::On { staff: OTHER_STAFF })]));
}
