// SPDX-License-Identifier: GPL-3.0-or-later
//! What a tap means, what a visitor sees of it, and what is kept.

use xuedian_engine::{
    command::{Answer, Open, Prefer, StaffCommand, TechnicianCommand, UiCommand},
    director::Wake,
    ports::reader::{Arrival, ReaderEvent, ReaderLoss, ReaderRefusal},
    upkeep::Room,
    view::{CheckKind, Language, Outcome, Page, Preferences, Refusal, TroubleKind, TypeSize},
};

use crate::kiosk::{Kiosk, LI, MINUTE, NINE, TAKES_AGAIN, UNREADABLE, read};

#[test]
fn a_class_from_check_in_to_check_out() {
    let mut kiosk = Kiosk::at(NINE - 5 * MINUTE);
    kiosk.tap(7);
    let Outcome::SignedIn { session, place: 1, earns: Some(_), .. } = kiosk.outcome() else {
        panic!("{:?}", kiosk.outcome())
    };
    assert_eq!(session, "楷书初级班");
    kiosk.tap(7);
    assert!(matches!(kiosk.outcome(), Outcome::Already { .. }));
    kiosk.go_to(NINE + 40 * MINUTE);
    kiosk.tap(7);
    assert!(matches!(kiosk.outcome(), Outcome::MidClass { .. }));
    kiosk.go_to(NINE + 41 * MINUTE);
    assert!(matches!(kiosk.page(), Page::Idle(_)), "who walks on is asked no more");
    kiosk.go_to(NINE + 91 * MINUTE);
    kiosk.tap(7);
    let Outcome::SignedOut { minutes: 90, earned: Some(_), .. } = kiosk.outcome() else {
        panic!("{:?}", kiosk.outcome())
    };
    assert_eq!(kiosk.kinds(), ["epoch-opened", "check-in", "check-out", "award"]);
}

#[test]
fn leaving_early_is_an_answer() {
    let mut kiosk = Kiosk::at(NINE);
    kiosk.tap(7);
    kiosk.go_to(NINE + 60 * MINUTE);
    kiosk.tap(7);
    let key = kiosk.key();
    kiosk.press(UiCommand::Answer(key, Answer::LeaveEarly));
    assert!(matches!(kiosk.outcome(), Outcome::SignedOut { minutes: 60, .. }));
}

#[test]
fn cards_that_are_not_taken_get_words() {
    let mut kiosk = Kiosk::at(NINE);
    kiosk.tap(1);
    assert_eq!(kiosk.outcome(), Outcome::Refused(Refusal::UnknownCard));
    for (refusal, words) in [
        (ReaderRefusal::RandomUid, Refusal::RandomUid),
        (ReaderRefusal::TypeB, Refusal::IdentityCard),
        (ReaderRefusal::Unreadable, Refusal::TooQuick),
    ] {
        kiosk.director.step(Wake::Reader(ReaderEvent::Refused(refusal)));
        assert_eq!(kiosk.view.borrow().results.iter().next().unwrap().outcome, Outcome::Refused(words));
    }
    assert_eq!(kiosk.kinds(), ["epoch-opened", "card-unknown"]);
}

#[test]
fn a_book_read_again_is_the_book_that_was() {
    let mut kiosk = Kiosk::at(NINE);
    kiosk.tap(9);
    kiosk.tap(7);
    kiosk.press(UiCommand::Staff(StaffCommand::Headcount(1)));
    kiosk.press(UiCommand::Staff(StaffCommand::CloseForAll));
    let Kiosk { director, folder, thread, .. } = kiosk;
    drop(director);
    thread.join();
    let kiosk = Kiosk::open(folder, NINE + 2 * MINUTE);
    let kinds = kiosk.kinds();
    assert_eq!(kinds, ["epoch-opened", "staff-on", "check-in", "headcount", "session-closed"]);
}

#[test]
fn a_lost_reader_is_a_picture_and_heals() {
    let mut kiosk = Kiosk::at(NINE);
    kiosk.director.step(Wake::Reader(ReaderEvent::Lost(ReaderLoss::Absent)));
    assert!(matches!(kiosk.page(), Page::Trouble(t) if t.kind == TroubleKind::Reader && t.still.courses));
    kiosk.press(UiCommand::Open(Open::WhatsOn));
    kiosk.press(UiCommand::Back);
    kiosk.director.step(Wake::Reader(ReaderEvent::Recovered));
    assert!(matches!(kiosk.page(), Page::Idle(_)));
}

#[test]
fn a_guest_comes_in_by_touch_and_walks_away() {
    let mut kiosk = Kiosk::at(NINE - 600 * MINUTE);
    kiosk.press(UiCommand::Enter);
    assert!(matches!(kiosk.page(), Page::Home(_)));
    kiosk.go_to(NINE - 598 * MINUTE);
    assert!(kiosk.view.borrow().still_there.is_some());
    kiosk.go_to(NINE - 597 * MINUTE);
    kiosk.settle();
    assert!(matches!(kiosk.page(), Page::Idle(_)));
}

#[test]
fn of_two_cards_the_one_that_stays_is_taken() {
    let mut kiosk = Kiosk::at(NINE);
    kiosk.tap_two([(7, Arrival::New), (8, Arrival::New)]);
    assert_eq!(kiosk.outcome(), Outcome::Refused(Refusal::TwoCards));
    kiosk.stays(8);
    assert!(matches!(kiosk.outcome(), Outcome::SignedIn { place: 1, .. }), "{:?}", kiosk.outcome());
    assert_eq!(kiosk.last()["body"]["learner"], LI.to_string());
}

#[test]
fn a_card_that_was_taken_out_of_two_is_not_taken_again_when_it_stays() {
    let mut kiosk = Kiosk::at(NINE);
    kiosk.tap_two([(42, Arrival::New), (7, Arrival::New)]);
    assert!(matches!(kiosk.outcome(), Outcome::SignedIn { .. }));
    kiosk.stays(7);
    assert!(matches!(kiosk.outcome(), Outcome::SignedIn { .. }), "nothing new is told");
    kiosk.reader(ReaderEvent::Removed);
    kiosk.tap(7);
    assert!(matches!(kiosk.outcome(), Outcome::Already { .. }), "a new tap is one again");
    assert_eq!(kiosk.kinds(), ["epoch-opened", "check-in"]);
}

#[test]
fn a_flood_of_unknown_cards_is_counted_and_known_ones_are_taken() {
    let mut kiosk = Kiosk::at(NINE);
    for n in 0..10_000_u32 {
        let mut read = read(0, Arrival::New);
        read.tokens[0].mac[1..5].copy_from_slice(&n.to_le_bytes());
        read.tokens[0].mac[0] = 1;
        kiosk.reader(ReaderEvent::Card(read));
    }
    assert_eq!(kiosk.outcome(), Outcome::Refused(Refusal::UnknownCard));
    kiosk.tap(7);
    assert!(matches!(kiosk.outcome(), Outcome::SignedIn { .. }), "{:?}", kiosk.outcome());
    kiosk.go_to(NINE + MINUTE);
    kiosk.settle();
    let kinds = kiosk.kinds();
    assert_eq!(kinds.iter().filter(|kind| *kind == "card-unknown").count(), 120);
    assert_eq!(kinds.last().unwrap(), "fault");
    assert!(kiosk.last()["body"]["detail"].as_str().unwrap().starts_with("9880 unknown cards"), "{}", kiosk.last());
}

#[test]
fn a_card_that_cannot_be_looked_up_is_not_called_unknown() {
    let mut kiosk = Kiosk::at(NINE);
    kiosk.tap(UNREADABLE);
    assert_eq!(kiosk.outcome(), Outcome::Refused(Refusal::NotNow));
    assert_eq!(kiosk.kinds(), ["epoch-opened", "card-unknown"], "and counts once it is known whose it was");
}

#[test]
fn on_a_full_disk_credits_wait_and_attendance_is_taken() {
    let mut kiosk = Kiosk::at(NINE);
    kiosk.tap(7);
    for _ in 0..2 {
        kiosk.director.step(space(true));
    }
    assert_eq!(kiosk.view.borrow().trouble, Some(TroubleKind::DiskFull));
    kiosk.go_to(NINE + 91 * MINUTE);
    kiosk.tap(7);
    assert!(matches!(kiosk.outcome(), Outcome::SignedOut { earned: None, .. }), "{:?}", kiosk.outcome());
    assert_eq!(kiosk.kinds(), ["epoch-opened", "check-in", "fault", "check-out"], "the hub is told once");
    kiosk.director.step(space(false));
    assert_eq!(kiosk.view.borrow().trouble, None);
}

#[test]
fn a_disk_that_writes_again_is_found_out_without_a_card() {
    let mut kiosk = Kiosk::at(NINE);
    let disk = kiosk.refusing_disk();
    kiosk.tap(7);
    assert_eq!(kiosk.outcome(), Outcome::Refused(Refusal::NotRecorded));
    look(&mut kiosk, false);
    assert_eq!(kiosk.view.borrow().trouble, Some(TroubleKind::DiskBroken));
    disk.execute_batch(TAKES_AGAIN).unwrap();
    look(&mut kiosk, false);
    assert_eq!(kiosk.view.borrow().trouble, None);
    kiosk.director.step(space(false));
    kiosk.all_is_kept();
    assert_eq!(kiosk.kinds(), ["epoch-opened", "fault", "card-unknown"], "once");
}

#[test]
fn a_disk_that_writes_again_and_is_full_is_not_told_as_well() {
    let mut kiosk = Kiosk::at(NINE);
    look(&mut kiosk, true);
    let disk = kiosk.refusing_disk();
    kiosk.tap(7);
    disk.execute_batch(TAKES_AGAIN).unwrap();
    look(&mut kiosk, true);
    assert_eq!(kiosk.view.borrow().trouble, Some(TroubleKind::DiskFull));
    assert_eq!(kiosk.kinds(), ["epoch-opened", "fault", "fault"]);
    assert_eq!(kiosk.last()["body"]["began"], true);
}

/// The minute's look at the disk.
fn space(reserve_gone: bool) -> Wake {
    let room = Room { free_bytes: 50 << 20, total_bytes: 100 << 20, reserve_gone };
    Wake::Space { room, freed: 0, journal_aside: false }
}

/// That look, and the journal's answer to what it has recorded.
fn look(kiosk: &mut Kiosk, reserve_gone: bool) {
    kiosk.director.step(space(reserve_gone));
    kiosk.until(|wake| matches!(wake, Wake::Kept(_)));
}

#[test]
fn a_chain_that_does_not_hold_is_told_to_staff_and_the_hub_once() {
    let mut kiosk = Kiosk::at(NINE);
    kiosk.director.step(Wake::Chain(Ok(1)));
    assert_eq!(kiosk.view.borrow().trouble, None);
    for _ in 0..2 {
        kiosk.director.step(Wake::Chain(Err("record 1: its hash is another".into())));
    }
    assert_eq!(kiosk.view.borrow().trouble, Some(TroubleKind::JournalDoubted));
    kiosk.tap(7);
    assert_eq!(kiosk.kinds(), ["epoch-opened", "fault", "check-in"], "cards are taken all the same");
}

#[test]
fn the_self_test_shows_what_is_known() {
    let mut kiosk = Kiosk::at(NINE + MINUTE);
    kiosk.tap(9);
    kiosk.director.step(Wake::Space {
        room: Room { free_bytes: 30 << 30, total_bytes: 100 << 30, reserve_gone: false },
        freed: 0,
        journal_aside: false,
    });
    kiosk.director.step(Wake::Chain(Ok(12)));
    kiosk.press(UiCommand::Technician(TechnicianCommand::SelfTest));
    let Page::SelfTest(test) = kiosk.page() else { panic!("{:?}", kiosk.page()) };
    let figures: Vec<_> = test.checks.iter().map(|check| (check.kind, check.figure.as_str())).collect();
    for known in [
        (CheckKind::Reader, "9:01"),
        (CheckKind::Sound, "70 %"),
        (CheckKind::Queue, "0"),
        (CheckKind::Disk, "70 %"),
        (CheckKind::Journal, "12"),
    ] {
        assert!(figures.contains(&known), "{known:?} in {figures:?}");
    }
}

#[test]
fn what_somebody_chose_and_left_goes_back_by_itself() {
    let mut kiosk = Kiosk::at(NINE);
    kiosk.press(UiCommand::Prefer(Prefer::Language(Language::English)));
    kiosk.press(UiCommand::Prefer(Prefer::TypeSize(TypeSize::Large)));
    kiosk.press(UiCommand::Help);
    kiosk.go_to(NINE + MINUTE);
    assert!(matches!(kiosk.page(), Page::Help(_)), "it is still being read");
    assert_eq!(kiosk.view.borrow().preferences.language, Language::English);
    kiosk.press(UiCommand::Touched);
    kiosk.go_to(NINE + 2 * MINUTE);
    assert!(matches!(kiosk.page(), Page::Help(_)), "a finger was there since");
    kiosk.go_to(NINE + 3 * MINUTE);
    assert!(matches!(kiosk.page(), Page::Idle(_)));
    assert_eq!(kiosk.view.borrow().preferences, Preferences::default());

    // Whoever waits for the operator to type a code touches nothing.
    kiosk.press(UiCommand::Open(Open::Pairing));
    kiosk.go_to(NINE + 30 * MINUTE);
    assert!(matches!(kiosk.page(), Page::Pairing(_)));
}
