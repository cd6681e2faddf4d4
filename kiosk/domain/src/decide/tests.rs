// SPDX-License-Identifier: GPL-3.0-or-later
//! The tap table as a table.

#![expect(clippy::unwrap_used, reason = "a test that fails should fail loudly")]

mod reset;

use proptest::prelude::*;

use super::*;
use crate::{
    card::{CardClass, CardToken},
    id::{LearnerId, RecordId, SessionId, StaffId},
    record::{Account, Card, Kind, Presence, Visit, VisitEnd},
    session::PresencePolicy,
    settle::Reason,
    time::Time,
};

const NINE: i64 = 9 * 60;
const CLASS: SessionId = SessionId([1; 16]);
const OTHER: SessionId = SessionId([2; 16]);
const WANG: LearnerId = LearnerId([7; 16]);
const LI: LearnerId = LearnerId([8; 16]);
const STAFF: StaffId = StaffId([9; 16]);

fn token(n: u8) -> CardToken {
    CardToken { key: 1, mac: [n; 16] }
}

fn class_at(start: i64, end: i64) -> SessionHere {
    SessionHere {
        session: CLASS,
        policy: PresencePolicy::Class,
        going: Going::AsPlanned,
        window: Window {
            opens: minute(start - 30),
            ends: minute(end),
            accepts_until: None,
            checkout_from: Some(minute(end - 15)),
            checkout_until: minute(end + 30),
        },
        roll: Roll::Listed,
        full: false,
        place: 11,
        attendance: Attendance::NotYet,
        forecast: None,
        earned_now: Some(Earning { rule: "R01".into(), version: 3, amount: 150, minutes: 90, why: Reason::Earned }),
    }
}

fn minute(m: i64) -> Time {
    Time(m * 60_000)
}

fn person(learner: LearnerId, sessions: Vec<SessionHere>) -> LearnerHere {
    LearnerHere { learner, resting: false, sessions, forgot: None }
}

fn card(n: u8, holder: Holder) -> CardHere {
    CardHere {
        token: token(n),
        class: CardClass { uid_len: 7, sak: 0, atqa: 0x44 },
        holder,
        lying: false,
        only_session: None,
    }
}

/// A desk with a disk that always keeps what it is given.
struct Desk {
    state: State,
    next: u8,
}

impl Desk {
    fn new() -> Self {
        Self { state: State::default(), next: 0 }
    }

    fn now(&mut self, at: i64) -> Now {
        self.next += 1;
        let id = |n| RecordId([self.next, n, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        Now { at: minute(at), mono_ms: at * 60_000, ids: [id(0), id(1), id(2), id(3)] }
    }

    /// Does it, keeps what is to be kept, and gives back what was recorded and what was told.
    fn at(&mut self, at: i64, event: Event) -> (Vec<Kind>, Vec<Outcome>) {
        let now = self.now(at);
        let mut todo = decide(&mut self.state, event, &now);
        let (mut kept, mut told) = (Vec::new(), Vec::new());
        while !todo.is_empty() {
            for effect in std::mem::take(&mut todo) {
                match effect {
                    Effect::Record { commit, drafts } => {
                        kept.extend(drafts.into_iter().map(|(_, kind)| kind));
                        todo.extend(decide(&mut self.state, Event::Recorded(commit), &now));
                    }
                    Effect::Tell(outcome) => told.push(outcome),
                    Effect::Anomaly(what) => panic!("{what}"),
                    _ => {}
                }
            }
        }
        (kept, told)
    }

    fn tap(&mut self, at: i64, who: &LearnerHere) -> (Vec<Kind>, Vec<Outcome>) {
        self.at(at, Event::Cards(vec![card(who.learner.0[0], Holder::Learners(vec![who.clone()]))]))
    }
}

fn inside(mut session: SessionHere, since: i64) -> SessionHere {
    session.attendance = Attendance::In { since: minute(since), record: RecordId([5; 16]) };
    session
}

#[test]
fn nothing_runs_opens_a_visit_and_the_same_card_closes_it() {
    let mut desk = Desk::new();
    let who = person(WANG, vec![]);
    let (kept, told) = desk.tap(600, &who);
    assert_eq!(told, [Outcome::VisitOpened { learner: Some(WANG) }]);
    assert!(matches!(kept.as_slice(), [Kind::Visit(Visit::Opened { learner: Some(WANG) })]));
    let (kept, told) = desk.tap(601, &who);
    assert_eq!(told, [Outcome::VisitClosed { learner: WANG }]);
    assert!(matches!(kept.as_slice(), [Kind::Visit(Visit::Closed { why: VisitEnd::Tap, .. })]));
    assert!(desk.state.visit.is_none());
}

#[test]
fn a_running_class_signs_in_and_at_once_again_records_nothing() {
    let mut desk = Desk::new();
    let (kept, told) = desk.tap(NINE - 5, &person(WANG, vec![class_at(NINE, NINE + 90)]));
    assert!(matches!(kept.as_slice(), [Kind::Presence(Presence::CheckIn { learner: WANG, session: CLASS, .. })]));
    assert!(matches!(told.as_slice(), [Outcome::SignedIn { place: 12, .. }]));
    let now = desk.now(NINE - 5);
    let who = person(WANG, vec![inside(class_at(NINE, NINE + 90), NINE - 5)]);
    let again = decide(&mut desk.state, Event::Cards(vec![card(7, Holder::Learners(vec![who]))]), &now);
    assert_eq!(again, [Effect::Tell(Outcome::Already { learner: WANG, session: CLASS, no_checkout: false })]);
}

#[test]
fn mid_class_asks_and_walking_on_changes_nothing() {
    let mut desk = Desk::new();
    let who = person(WANG, vec![inside(class_at(NINE, NINE + 90), NINE - 5)]);
    let (kept, told) = desk.tap(NINE + 40, &who);
    assert!(kept.is_empty());
    assert!(matches!(told.as_slice(), [Outcome::Asked(Question::LeaveEarly { .. })]));
    let (kept, _) = desk.at(NINE + 41, Event::Tick);
    assert!(kept.is_empty() && desk.state.question.is_none(), "a minute without an answer changes nothing");
    let (kept, _) = desk.at(NINE + 41, Event::Answered(Answer::Yes));
    assert!(kept.is_empty(), "an answer to a question that is gone changes nothing");
}

#[test]
fn leaving_early_signs_out_with_its_award() {
    let mut desk = Desk::new();
    let who = person(WANG, vec![inside(class_at(NINE, NINE + 90), NINE - 5)]);
    desk.tap(NINE + 60, &who);
    let (kept, told) = desk.at(NINE + 60, Event::Answered(Answer::Yes));
    assert!(matches!(
        kept.as_slice(),
        [Kind::Presence(Presence::CheckOut { early: true, .. }), Kind::Account(Account::Award { amount: 150, .. })]
    ));
    assert!(matches!(told.as_slice(), [Outcome::SignedOut { .. }]));
}

#[test]
fn at_the_end_a_tap_signs_out() {
    let mut desk = Desk::new();
    let who = person(WANG, vec![inside(class_at(NINE, NINE + 90), NINE - 5)]);
    let (kept, told) = desk.tap(NINE + 76, &who);
    assert!(matches!(kept.first(), Some(Kind::Presence(Presence::CheckOut { early: false, .. }))));
    assert!(matches!(told.as_slice(), [Outcome::SignedOut { earning: Some(_), .. }]));
}

#[test]
fn a_lecture_needs_no_check_out() {
    let mut desk = Desk::new();
    let mut lecture = inside(class_at(NINE, NINE + 100), NINE - 5);
    lecture.policy = PresencePolicy::Lecture;
    lecture.window.checkout_from = None;
    let (kept, told) = desk.tap(NINE + 99, &person(WANG, vec![lecture]));
    assert!(kept.is_empty());
    assert!(matches!(told.as_slice(), [Outcome::Already { no_checkout: true, .. }]));
}

#[test]
fn who_left_may_come_back() {
    let mut desk = Desk::new();
    let mut class = class_at(NINE, NINE + 90);
    class.attendance = Attendance::Out { at: minute(NINE + 20) };
    let (_, told) = desk.tap(NINE + 30, &person(WANG, vec![class]));
    assert!(matches!(told.as_slice(), [Outcome::Asked(Question::Back { .. })]));
    let (kept, _) = desk.at(NINE + 30, Event::Answered(Answer::Yes));
    assert!(matches!(kept.as_slice(), [Kind::Presence(Presence::CheckIn { .. })]));
}

#[test]
fn of_two_sessions_the_one_signed_up_for_otherwise_a_question() {
    let one = class_at(NINE, NINE + 90);
    let mut other = class_at(NINE + 15, NINE + 105);
    other.session = OTHER;
    let mut desk = Desk::new();
    let (_, told) = desk.tap(NINE, &person(WANG, vec![one.clone(), other.clone()]));
    assert!(matches!(told.as_slice(), [Outcome::Asked(Question::WhichSession { .. })]));
    let (kept, _) = desk.at(NINE, Event::Answered(Answer::Session(OTHER)));
    assert!(matches!(kept.as_slice(), [Kind::Presence(Presence::CheckIn { session: OTHER, .. })]));
    // A session without a list draws nobody away from the one whose list one is on.
    for roll in [Roll::NotListed, Roll::NoList] {
        other.roll = roll;
        let (kept, _) = Desk::new().tap(NINE, &person(LI, vec![other.clone(), one.clone()]));
        assert!(matches!(kept.as_slice(), [Kind::Presence(Presence::CheckIn { session: CLASS, .. })]), "{roll:?}");
    }
}

#[test]
fn refusals_by_the_session() {
    let check = |change: fn(&mut SessionHere), at, expected: Refusal| {
        let mut class = class_at(NINE, NINE + 90);
        change(&mut class);
        let (kept, told) = Desk::new().tap(at, &person(WANG, vec![class]));
        assert!(kept.is_empty());
        assert_eq!(told, [Outcome::Refused(expected)]);
    };
    check(|c| c.full = true, NINE, Refusal::Full(CLASS));
    check(|c| c.going = Going::Cancelled, NINE, Refusal::Cancelled(CLASS));
    check(|c| c.window.accepts_until = Some(minute(NINE + 20)), NINE + 25, Refusal::TooLate(CLASS));
}

#[test]
fn someone_who_is_not_enrolled_may_sit_in() {
    let mut class = class_at(NINE, NINE + 90);
    class.roll = Roll::NotListed;
    let mut desk = Desk::new();
    let (_, told) = desk.tap(NINE, &person(WANG, vec![class]));
    assert!(matches!(told.as_slice(), [Outcome::Asked(Question::SitIn { .. })]));
    let (kept, _) = desk.at(NINE, Event::Answered(Answer::Yes));
    assert!(matches!(kept.as_slice(), [Kind::Presence(Presence::CheckIn { sits_in: true, .. })]));
}

#[test]
fn two_people_of_one_token_are_asked_which() {
    let mut desk = Desk::new();
    let people = vec![person(WANG, vec![]), person(LI, vec![])];
    let (_, told) = desk.at(NINE, Event::Cards(vec![card(3, Holder::Learners(people))]));
    assert_eq!(told, [Outcome::Asked(Question::WhichPerson { learners: vec![WANG, LI] })]);
    let (_, told) = desk.at(NINE, Event::Answered(Answer::Person(LI)));
    assert_eq!(told, [Outcome::VisitOpened { learner: Some(LI) }]);
}

#[test]
fn two_cards_in_one_wallet() {
    let known = |n, learner| card(n, Holder::Learners(vec![person(learner, vec![])]));
    let check = |cards: Vec<CardHere>, expected: Outcome| {
        assert_eq!(Desk::new().at(NINE, Event::Cards(cards)).1, [expected]);
    };
    let opened = Outcome::VisitOpened { learner: Some(WANG) };
    check(vec![known(1, WANG), card(2, Holder::Unknown)], opened.clone());
    check(vec![known(1, WANG), known(2, WANG)], opened);
    check(vec![known(1, WANG), known(2, LI)], Outcome::Refused(Refusal::TwoCards));
    check(vec![card(1, Holder::Unknown), card(2, Holder::Unknown)], Outcome::Refused(Refusal::TwoCards));
}

#[test]
fn an_unknown_card_is_recorded_and_staff_can_hand_it_out() {
    let mut desk = Desk::new();
    let blank = || Event::Cards(vec![card(4, Holder::Unknown)]);
    let (kept, told) = desk.at(NINE, blank());
    assert!(matches!(kept.as_slice(), [Kind::Card(Card::Unknown { .. })]));
    assert_eq!(told, [Outcome::Refused(Refusal::Unknown)]);
    desk.at(NINE, Event::Cards(vec![card(9, Holder::Staff(STAFF))]));
    let link = LinkNext { learner: None, printed_no: Some("0042".into()), session: Some(CLASS) };
    desk.at(NINE, Event::Staff(StaffAct::Link(link)));
    let (kept, told) = desk.at(NINE, blank());
    let [Kind::Card(Card::Linked { learner: None, .. }), Kind::Presence(Presence::CheckIn { learner, .. })] =
        kept.as_slice()
    else {
        panic!("{kept:?}")
    };
    assert_eq!(told, [Outcome::Linked { learner: *learner, printed_no: Some("0042".into()) }]);
}

#[test]
fn the_staff_page_closes_by_itself_and_by_the_card() {
    let staff = || Event::Cards(vec![card(9, Holder::Staff(STAFF))]);
    let mut desk = Desk::new();
    assert_eq!(desk.at(NINE, staff()).1, [Outcome::StaffOn { staff: STAFF }]);
    desk.at(NINE, staff());
    assert!(desk.state.staff.is_none());
    desk.at(NINE, staff());
    desk.at(NINE + 1, Event::Tick);
    assert!(desk.state.staff.is_none());
}

#[test]
fn a_film_goes_on_when_another_card_is_tapped() {
    let mut desk = Desk::new();
    desk.tap(600, &person(WANG, vec![]));
    desk.at(600, Event::Playing(true));
    let (kept, told) = desk.tap(700, &person(LI, vec![]));
    assert!(kept.is_empty());
    assert_eq!(told, [Outcome::InUse { learner: LI }]);
    assert_eq!(desk.state.visit.as_ref().unwrap().learner, Some(WANG));
}

#[test]
fn nothing_is_told_before_the_disk_has_it() {
    let mut desk = Desk::new();
    let now = desk.now(NINE);
    let who = person(WANG, vec![class_at(NINE, NINE + 90)]);
    let tap = || Event::Cards(vec![card(7, Holder::Learners(vec![who.clone()]))]);
    let effects = decide(&mut desk.state, tap(), &now);
    let [Effect::Record { commit, .. }] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(decide(&mut desk.state, tap(), &now), [Effect::Reading], "ignored while its record is on its way");
    assert_eq!(decide(&mut desk.state, Event::RecordFailed(*commit), &now), [Effect::Tell(Outcome::NotKept)]);
    assert!(desk.state.in_flight.is_empty());
}

fn roll() -> impl Strategy<Value = Roll> {
    prop_oneof![Just(Roll::Listed), Just(Roll::NotListed), Just(Roll::NoList)]
}

fn any_event() -> impl Strategy<Value = Event> {
    let attendance = prop_oneof![
        Just(Attendance::NotYet),
        Just(Attendance::In { since: Time(0), record: RecordId::default() }),
        Just(Attendance::Out { at: Time(0) }),
    ];
    let session = (attendance, (roll(), any::<bool>()), 0..3_i64).prop_map(|(attendance, (roll, full), shift)| {
        SessionHere { attendance, roll, full, ..class_at(NINE + shift * 30, NINE + 90) }
    });
    let learner =
        (0..3_u8, prop::collection::vec(session, 0..3)).prop_map(|(n, sessions)| person(LearnerId([n; 16]), sessions));
    let holder = prop_oneof![
        Just(Holder::Unknown),
        Just(Holder::Lost),
        Just(Holder::Staff(STAFF)),
        Just(Holder::Staff(StaffId([10; 16]))),
        prop::collection::vec(learner, 0..3).prop_map(Holder::Learners),
    ];
    let cards = prop::collection::vec((0..4_u8, holder).prop_map(|(n, h)| card(n, h)), 0..3);
    let link = LinkNext { learner: None, printed_no: None, session: None };
    prop_oneof![
        4 => cards.prop_map(Event::Cards),
        1 => (0..40_u64).prop_map(|n| Event::Recorded(Commit(n))),
        1 => (0..40_u64).prop_map(|n| Event::RecordFailed(Commit(n))),
        1 => prop_oneof![
            Just(Answer::Yes),
            Just(Answer::No),
            Just(Answer::Session(CLASS)),
            Just(Answer::Person(LearnerId([1; 16])))
        ]
        .prop_map(Event::Answered),
        1 => any::<bool>().prop_map(Event::Playing),
        1 => Just(Event::Tick),
        1 => Just(Event::Touched),
        1 => prop_oneof![Just(VisitKey::Guest), Just(VisitKey::Leave), Just(VisitKey::StillHere)].prop_map(Event::Visit),
        1 => prop_oneof![
            Just(StaffAct::Off),
            Just(StaffAct::Link(link)),
            Just(StaffAct::LinkNot),
            Just(StaffAct::Reset { unsent: 3 }),
        ]
        .prop_map(Event::Staff),
    ]
}

proptest! {
    #[test]
    fn any_sequence_leaves_a_valid_state(events in prop::collection::vec((any_event(), -5..200_i64), 0..60)) {
        let mut desk = Desk::new();
        let mut at = NINE;
        for (event, step) in events {
            at += step;
            let now = desk.now(at % 1440);
            for effect in decide(&mut desk.state, event, &now) {
                // Whatever reached the person had its record first.
                if let Effect::Tell(Outcome::SignedIn { .. } | Outcome::SignedOut { .. }) = effect {
                    prop_assert!(desk.state.last_commit > 0);
                }
            }
            prop_assert!(desk.state.in_flight.len() as u64 <= desk.state.last_commit);
            if let Some(open) = &desk.state.question {
                prop_assert!(!open.people.is_empty());
            }
        }
    }
}
