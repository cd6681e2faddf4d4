// SPDX-License-Identifier: GPL-3.0-or-later
//! The staff page: roll call, cards, and when it closes.

use xuedian_engine::{
    command::{Answer, StaffCommand, StaffPage, UiCommand},
    ports::reader::{Arrival, ReaderEvent, ReaderRefusal},
    view::{CardFailure, CardStep, Outcome, Page, SessionState, StaffTask, UndoReason},
};

use crate::kiosk::{CALLIGRAPHY, Kiosk, MINUTE, NINE, PHONES, read};

#[test]
fn staff_see_the_roll_grow_and_undo_a_line() {
    let mut kiosk = Kiosk::at(NINE);
    kiosk.tap(9);
    kiosk.tap(7);
    assert_eq!(kiosk.roll().signed_in, 1);
    let line = kiosk.roll().entries[0].key;
    kiosk.press(UiCommand::Staff(StaffCommand::AskUndo(line)));
    kiosk.press(UiCommand::Staff(StaffCommand::Undo(line, UndoReason::WrongCard)));
    assert_eq!(kiosk.roll().signed_in, 0);
    assert!(kiosk.roll().entries[0].undone, "it stays in the list, struck through");
    assert_eq!(kiosk.kinds(), ["epoch-opened", "staff-on", "check-in", "reversal"]);
}

#[test]
fn a_numbered_card_counts_from_now() {
    let mut kiosk = Kiosk::at(NINE);
    kiosk.tap(9);
    kiosk.press(UiCommand::Staff(StaffCommand::Task(StaffPage::Card)));
    kiosk.press(UiCommand::Staff(StaffCommand::HandOut));
    kiosk.tap(42);
    assert_eq!(kiosk.kinds(), ["epoch-opened", "staff-on", "card-linked", "check-in"]);
    kiosk.press(UiCommand::Leave);
    kiosk.go_to(NINE + 89 * MINUTE);
    kiosk.tap(42);
    assert!(matches!(kiosk.outcome(), Outcome::SignedOut { .. }));
}

#[test]
fn someone_without_a_card_is_found_and_signed_in() {
    let mut kiosk = Kiosk::at(NINE);
    kiosk.tap(9);
    kiosk.press(UiCommand::Staff(StaffCommand::Task(StaffPage::Forgot)));
    kiosk.press(UiCommand::Staff(StaffCommand::Search("wsz".into())));
    kiosk.press(UiCommand::Staff(StaffCommand::Pick(0)));
    assert_eq!(kiosk.kinds(), ["epoch-opened", "staff-on", "check-in"]);
}

fn card_page(kiosk: &mut Kiosk) {
    kiosk.press(UiCommand::Staff(StaffCommand::Task(StaffPage::Card)));
}

fn bind_wang(kiosk: &mut Kiosk) {
    card_page(kiosk);
    kiosk.press(UiCommand::Staff(StaffCommand::Bind));
    kiosk.press(UiCommand::Staff(StaffCommand::Search("wsz".into())));
    kiosk.press(UiCommand::Staff(StaffCommand::Pick(0)));
    assert!(matches!(kiosk.staff_task(), StaffTask::Card(CardStep::BindTap(_))));
}

#[test]
fn where_two_sessions_run_staff_say_to_which_a_numbered_card_goes() {
    let mut kiosk = Kiosk::of_two_sessions(NINE);
    kiosk.tap(9);
    card_page(&mut kiosk);
    kiosk.press(UiCommand::Staff(StaffCommand::HandOut));
    kiosk.tap(42);
    let StaffTask::Card(CardStep::HandedOut { number, which }) = kiosk.staff_task() else {
        panic!("{:?}", kiosk.staff_task())
    };
    assert_eq!((number.as_str(), which.len()), ("0001", 2));
    kiosk.press(UiCommand::Staff(StaffCommand::Session(PHONES.to_string())));
    assert_eq!(kiosk.kinds(), ["epoch-opened", "staff-on", "card-linked", "check-in"]);
    let records = kiosk.records();
    assert_eq!(records[3]["body"]["session"], PHONES.to_string());
    assert_eq!(records[3]["body"]["learner"], records[2]["id"], "the new person, named by the link");
    assert!(matches!(kiosk.staff_task(), StaffTask::Card(CardStep::HandedOut { which, .. }) if which.is_empty()));
}

#[test]
fn who_was_not_placed_at_once_counts_for_the_session_that_staff_choose_next() {
    let mut kiosk = Kiosk::of_two_sessions(NINE);
    kiosk.tap(9);
    card_page(&mut kiosk);
    kiosk.press(UiCommand::Staff(StaffCommand::HandOut));
    kiosk.tap(42);
    kiosk.press(UiCommand::Staff(StaffCommand::Choose));
    kiosk.press(UiCommand::Staff(StaffCommand::Session(PHONES.to_string())));
    assert_eq!(kiosk.roll().signed_in, 1);
}

#[test]
fn a_card_that_is_somebodys_cannot_be_handed_out_or_bound() {
    let mut kiosk = Kiosk::at(NINE);
    kiosk.tap(9);
    bind_wang(&mut kiosk);
    kiosk.tap(8);
    assert_eq!(kiosk.staff_task(), StaffTask::Card(CardStep::Failed(CardFailure::Taken)));
    card_page(&mut kiosk);
    kiosk.press(UiCommand::Staff(StaffCommand::HandOut));
    kiosk.tap(7);
    assert_eq!(kiosk.staff_task(), StaffTask::Card(CardStep::Failed(CardFailure::Taken)));
    assert_eq!(kiosk.kinds(), ["epoch-opened", "staff-on"], "it was no tap of that person's");
    bind_wang(&mut kiosk);
    kiosk.reader(ReaderEvent::Refused(ReaderRefusal::RandomUid));
    assert_eq!(kiosk.staff_task(), StaffTask::Card(CardStep::Failed(CardFailure::RandomUid)));
    kiosk.tap(42);
    assert_eq!(kiosk.kinds(), ["epoch-opened", "staff-on", "card-unknown"], "after a failure nothing is bound");
}

#[test]
fn a_persons_own_card_is_bound_already() {
    let mut kiosk = Kiosk::at(NINE);
    kiosk.tap(9);
    bind_wang(&mut kiosk);
    kiosk.tap(7);
    assert!(matches!(kiosk.staff_task(), StaffTask::Card(CardStep::Bound(_))));
    assert_eq!(kiosk.kinds(), ["epoch-opened", "staff-on"]);
}

#[test]
fn a_blank_card_beside_a_staff_card_left_lying_is_the_one_that_is_meant() {
    let mut kiosk = Kiosk::at(NINE);
    kiosk.reader(ReaderEvent::Card(read(9, Arrival::New)));
    card_page(&mut kiosk);
    kiosk.press(UiCommand::Staff(StaffCommand::HandOut));
    kiosk.tap_two([(42, Arrival::New), (9, Arrival::Lying)]);
    assert!(matches!(kiosk.staff_task(), StaffTask::Card(CardStep::HandedOut { .. })));
}

#[test]
fn going_back_hands_out_nothing() {
    let mut kiosk = Kiosk::at(NINE);
    kiosk.tap(9);
    card_page(&mut kiosk);
    kiosk.press(UiCommand::Staff(StaffCommand::HandOut));
    kiosk.press(UiCommand::Back);
    kiosk.tap(42);
    assert_eq!(kiosk.kinds(), ["epoch-opened", "staff-on", "card-unknown"]);
}

#[test]
fn a_learners_card_closes_the_staff_page_except_at_the_roll_call() {
    let mut kiosk = Kiosk::at(NINE);
    kiosk.tap(9);
    kiosk.press(UiCommand::Staff(StaffCommand::Task(StaffPage::Headcount)));
    kiosk.tap(7);
    assert!(matches!(kiosk.staff_task(), StaffTask::Headcount(_)), "a session in progress is on the screen");
    kiosk.press(UiCommand::Staff(StaffCommand::Task(StaffPage::Forgot)));
    kiosk.press(UiCommand::Staff(StaffCommand::Search("wsz".into())));
    kiosk.tap(8);
    assert!(matches!(kiosk.outcome(), Outcome::SignedIn { .. }), "{:?}", kiosk.outcome());
    kiosk.press(UiCommand::Staff(StaffCommand::Pick(0)));
    kiosk.go_to(NINE + MINUTE);
    assert!(matches!(kiosk.page(), Page::Idle(_)), "nothing leads back to the staff page");
    assert_eq!(kiosk.kinds(), ["epoch-opened", "staff-on", "check-in", "staff-off", "check-in"]);
}

#[test]
fn a_delay_says_how_much_it_is_in_all() {
    let mut kiosk = Kiosk::at(NINE - 20 * MINUTE);
    kiosk.tap(9);
    let late = |minutes| UiCommand::Staff(StaffCommand::Delay(minutes));
    kiosk.press(late(30));
    assert_eq!(kiosk.last()["body"]["minutes"], 30);
    kiosk.press(late(15));
    assert_eq!(kiosk.last()["body"]["minutes"], 45, "in all: {}", kiosk.last());
    assert_eq!(kiosk.roll().session.state, SessionState::Delayed(45));
}

#[test]
fn at_the_roll_call_a_question_can_be_answered() {
    let mut kiosk = Kiosk::of_two_sessions(NINE);
    kiosk.tap(9);
    kiosk.press(UiCommand::Staff(StaffCommand::Session(PHONES.to_string())));
    kiosk.tap(7);
    assert!(matches!(kiosk.outcome(), Outcome::WhichSession(sessions) if sessions.len() == 2));
    let key = kiosk.key();
    kiosk.press(UiCommand::Answer(key, Answer::Session(PHONES.to_string())));
    assert!(matches!(kiosk.outcome(), Outcome::SignedIn { .. }));
    kiosk.press(UiCommand::Back);
    assert_eq!(kiosk.roll().signed_in, 1, "and staff go on where they were");
}

#[test]
fn who_signs_out_of_another_class_than_the_one_on_the_screen_is_told_so_beside_its_roll() {
    let mut kiosk = Kiosk::of_two_sessions(NINE + 20 * MINUTE);
    kiosk.tap(7);
    let key = kiosk.key();
    kiosk.press(UiCommand::Answer(key, Answer::Session(PHONES.to_string())));
    kiosk.go_to(NINE + 95 * MINUTE);
    kiosk.tap(9);
    kiosk.press(UiCommand::Staff(StaffCommand::Session(CALLIGRAPHY.to_string())));
    assert_eq!(kiosk.roll().signed_in, 0);
    kiosk.tap(7);
    let told = kiosk.view.borrow().results.iter().next().map(|result| result.outcome.clone());
    assert!(matches!(told, Some(Outcome::SignedOut { .. })), "{told:?}");
    assert_eq!(kiosk.roll().session.id, CALLIGRAPHY.to_string(), "staff stay where they were");
}

#[test]
fn when_nothing_runs_any_more_a_learners_card_takes_the_screen_from_staff() {
    let mut kiosk = Kiosk::at(NINE + 80 * MINUTE);
    kiosk.tap(9);
    kiosk.press(UiCommand::Staff(StaffCommand::CloseForAll));
    kiosk.tap(7);
    assert!(matches!(kiosk.page(), Page::Home(_)), "{:?}", kiosk.page());
    assert_eq!(kiosk.kinds(), ["epoch-opened", "staff-on", "session-closed", "staff-off", "visit-opened"]);
}
