// SPDX-License-Identifier: GPL-3.0-or-later
//! Factory reset: what staff see, whose card counts, and when the box is told to start anew.

use std::{path::PathBuf, sync::atomic::Ordering};

use xuedian_engine::{
    command::{TechnicianCommand, UiCommand},
    director::Wake,
    sync::DistrictState,
    view::{CheckKind, Outcome, Page, Refusal, ResetStep, StaffTask},
};

use crate::kiosk::{Kiosk, NINE, OTHER_CARD, SECOND, STAFF, TAKES_AGAIN};

const SECOND_MS: i64 = 1_000;

impl Kiosk {
    fn technician(&mut self, command: TechnicianCommand) {
        self.press(UiCommand::Technician(command));
    }

    fn unsent(&mut self, unsent: u64) {
        self.district.send_replace(DistrictState { unsent, ..DistrictState::default() });
        self.director.step(Wake::District);
    }

    fn reset_step(&self) -> ResetStep {
        match self.staff_task() {
            StaffTask::Reset(step) => step,
            other => panic!("not the reset: {other:?}"),
        }
    }

    fn marker(&self) -> PathBuf {
        self.folder.path().join("reset.json")
    }

    /// Waits for the word that the marker is on the disk, or is not.
    fn marked(&mut self) {
        self.until(|wake| matches!(wake, Wake::Marked(_)));
    }

    fn restarts(&self) -> u32 {
        self.restarts.load(Ordering::Relaxed)
    }

    fn resets(&self) -> Vec<serde_json::Value> {
        self.records().into_iter().filter(|record| record["kind"] == "factory-reset").collect()
    }
}

/// Staff have said yes while twelve records wait, and a second person is awaited.
fn asked() -> Kiosk {
    let mut kiosk = Kiosk::at(NINE);
    kiosk.tap(9);
    kiosk.unsent(12);
    kiosk.technician(TechnicianCommand::SelfTest);
    kiosk.technician(TechnicianCommand::AskReset);
    assert_eq!(kiosk.reset_step(), ResetStep::Ask { unsent: 12 });
    kiosk.technician(TechnicianCommand::Reset);
    assert_eq!(kiosk.reset_step(), ResetStep::Second { seconds_left: 60, same: false });
    kiosk
}

#[test]
fn two_people_reset_the_box_and_it_is_recorded_who_they_were() {
    let mut kiosk = asked();
    kiosk.tap(10);
    assert_eq!(kiosk.reset_step(), ResetStep::Decided);
    let records = kiosk.resets();
    let body = serde_json::json!({ "by": STAFF.to_string(), "second": SECOND.to_string(), "unsent": 12 });
    assert_eq!(records.len(), 1);
    assert_eq!(records[0]["body"], body);
    // The hub is waited for as long as it lacks something, and not for ever.
    kiosk.go_to(NINE + 9 * SECOND_MS);
    assert!(!kiosk.marker().exists());
    kiosk.go_to(NINE + 10 * SECOND_MS);
    kiosk.marked();
    assert!(kiosk.marker().exists());
    assert_eq!(kiosk.restarts(), 1);
    let said: serde_json::Value = serde_json::from_slice(&std::fs::read(kiosk.marker()).unwrap()).unwrap();
    assert_eq!((&said["by"], &said["second"]), (&body["by"], &body["second"]));
    assert_eq!((&said["at_ms"], &said["unsent"]), (&(NINE + 10 * SECOND_MS).into(), &12.into()));
    kiosk.go_to(NINE + 20 * SECOND_MS);
    assert_eq!(kiosk.restarts(), 1, "once");
}

#[test]
fn when_everything_is_sent_the_hub_is_not_waited_for() {
    let mut kiosk = asked();
    kiosk.tap(10);
    kiosk.unsent(0);
    kiosk.go_to(NINE + 2 * SECOND_MS);
    assert!(!kiosk.marker().exists(), "the page is there long enough to be read");
    kiosk.go_to(NINE + 3 * SECOND_MS);
    kiosk.marked();
    assert_eq!(kiosk.restarts(), 1);
}

#[test]
fn the_same_person_cannot_confirm_with_any_card() {
    let mut kiosk = asked();
    for card in [9, OTHER_CARD, 9] {
        kiosk.tap(card);
        assert_eq!(kiosk.reset_step(), ResetStep::Second { seconds_left: 60, same: true });
    }
    assert!(kiosk.resets().is_empty());
    kiosk.tap(10);
    assert_eq!(kiosk.reset_step(), ResetStep::Decided, "somebody else still can");
}

#[test]
fn an_unknown_card_is_told_so_and_confirms_nothing() {
    let mut kiosk = asked();
    kiosk.tap(42);
    let band = kiosk.view.borrow().band.clone();
    assert!(matches!(band, Some(told) if told.outcome == Outcome::Refused(Refusal::UnknownCard)));
    assert!(matches!(kiosk.reset_step(), ResetStep::Second { .. }));
    assert!(kiosk.resets().is_empty());
}

#[test]
fn a_learner_in_between_is_signed_in_and_the_reset_is_off() {
    let mut kiosk = asked();
    kiosk.tap(7);
    assert!(matches!(kiosk.outcome(), Outcome::SignedIn { .. }), "{:?}", kiosk.outcome());
    kiosk.tap(10);
    assert!(matches!(kiosk.page(), Page::Staff(_)), "an ordinary staff card");
    assert!(kiosk.resets().is_empty());
    let kinds = kiosk.kinds();
    assert_eq!(kinds, ["epoch-opened", "staff-on", "staff-off", "check-in", "staff-on"]);
}

#[test]
fn a_minute_or_the_way_back_ends_it() {
    let mut kiosk = asked();
    kiosk.go_to(NINE + 59 * SECOND_MS);
    assert_eq!(kiosk.reset_step(), ResetStep::Second { seconds_left: 1, same: false });
    // Who goes on touching stays at the desk; the question goes all the same.
    kiosk.press(UiCommand::Touched);
    kiosk.go_to(NINE + 60 * SECOND_MS);
    assert!(matches!(kiosk.page(), Page::SelfTest(_)), "{:?}", kiosk.page());
    kiosk.tap(10);
    assert!(kiosk.resets().is_empty());

    let mut kiosk = asked();
    kiosk.press(UiCommand::Back);
    assert!(matches!(kiosk.page(), Page::SelfTest(_)));
    kiosk.tap(10);
    assert!(kiosk.resets().is_empty());
}

#[test]
fn what_the_disk_does_not_take_resets_nothing() {
    let mut kiosk = asked();
    let disk = kiosk.refusing_disk();
    kiosk.tap(10);
    assert_eq!(kiosk.outcome(), Outcome::Refused(Refusal::NotRecorded));
    kiosk.go_to(NINE + 30 * SECOND_MS);
    assert!(!kiosk.marker().exists() && kiosk.restarts() == 0);
    disk.execute_batch(TAKES_AGAIN).unwrap();
    assert!(kiosk.resets().is_empty());
    kiosk.tap(7);
    assert!(matches!(kiosk.outcome(), Outcome::SignedIn { .. }), "{:?}", kiosk.outcome());
}

#[test]
fn a_box_that_cannot_leave_it_for_the_next_start_goes_on() {
    let mut kiosk = asked();
    // Nothing can be put in its place.
    std::fs::create_dir(kiosk.marker()).unwrap();
    kiosk.tap(10);
    kiosk.go_to(NINE + 10 * SECOND_MS);
    kiosk.marked();
    assert_eq!(kiosk.restarts(), 0);
    assert_eq!(kiosk.outcome(), Outcome::Refused(Refusal::NotRecorded));
    kiosk.tap(7);
    assert!(matches!(kiosk.outcome(), Outcome::SignedIn { .. }), "{:?}", kiosk.outcome());
}

#[test]
fn nothing_is_taken_while_the_box_is_about_to_forget() {
    let mut kiosk = asked();
    kiosk.tap(10);
    let before = kiosk.kinds();
    kiosk.tap(7);
    kiosk.press(UiCommand::Back);
    kiosk.press(UiCommand::Leave);
    assert_eq!(kiosk.reset_step(), ResetStep::Decided);
    assert_eq!(kiosk.kinds(), before);
}

#[test]
fn the_self_test_says_that_records_of_before_a_reset_are_here() {
    for kept in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        if kept {
            std::fs::create_dir_all(folder.path().join("kept/20261128T120000Z-1")).unwrap();
        }
        let mut kiosk = Kiosk::open(folder, NINE);
        kiosk.tap(9);
        kiosk.technician(TechnicianCommand::SelfTest);
        let Page::SelfTest(test) = kiosk.page() else { panic!("{:?}", kiosk.page()) };
        assert_eq!(test.checks.iter().any(|check| check.kind == CheckKind::Kept), kept);
    }
}

#[test]
fn without_staff_there_is_no_reset() {
    let mut kiosk = Kiosk::at(NINE);
    kiosk.technician(TechnicianCommand::SelfTest);
    kiosk.technician(TechnicianCommand::AskReset);
    assert!(matches!(kiosk.page(), Page::SelfTest(_)));
    kiosk.technician(TechnicianCommand::Reset);
    kiosk.tap(10);
    assert!(kiosk.resets().is_empty());
}
