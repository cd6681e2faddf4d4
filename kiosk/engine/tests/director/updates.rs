// SPDX-License-Identifier: GPL-3.0-or-later
//! A new release, from a stick and from the district: what staff are asked and told, and what the hub hears.

use xuedian_engine::{
    command::{StaffCommand, StaffPage, TechnicianCommand, UiCommand},
    director::{Updates, Wake},
    ports::system::{BundleFault, Decline, Stick, SystemCommand, SystemEvent},
    release::Fate,
    view::{Check, CheckKind, CheckState, NextRelease, Page, StaffTask, UpdateFailure, UpdateStep},
};

use crate::kiosk::{Kiosk, NINE};

fn box_of(fate: Fate) -> Kiosk {
    Kiosk::of_release(tempfile::tempdir().unwrap(), NINE, Updates::begin("2026.11", fate))
}

fn bundle(version: &str) -> Stick {
    Stick::Release { bundle: "/media/new.raucb".into(), version: version.into() }
}

fn install(version: &str) -> SystemCommand {
    SystemCommand::Install { bundle: "/media/new.raucb".into(), version: version.into() }
}

impl Kiosk {
    fn system(&mut self, event: SystemEvent) {
        self.director.step(Wake::System(event));
    }

    fn stick(&mut self, stick: Stick) {
        self.system(SystemEvent::Stick(stick));
    }

    fn offer(&mut self, version: &str) {
        let bundle = "/data/films/offered".into();
        self.director.step(Wake::Offer { bundle, version: version.into() });
    }

    fn asked(&mut self) -> Vec<SystemCommand> {
        std::iter::from_fn(|| self.system.try_recv().ok()).collect()
    }

    fn step(&self) -> UpdateStep {
        match self.staff_task() {
            StaffTask::Update(step) => step,
            other => panic!("nothing about a release: {other:?}"),
        }
    }

    fn tile(&mut self) -> Check {
        self.press(UiCommand::Technician(TechnicianCommand::SelfTest));
        let Page::SelfTest(test) = self.page() else { panic!("{:?}", self.page()) };
        self.press(UiCommand::Back);
        test.checks.into_iter().find(|check| check.kind == CheckKind::Release).unwrap()
    }

    fn at_the_end_of_the_day(&mut self) -> Option<NextRelease> {
        self.press(UiCommand::Staff(StaffCommand::Task(StaffPage::EndOfDay)));
        let StaffTask::EndOfDay(day) = self.staff_task() else { panic!("{:?}", self.staff_task()) };
        day.release
    }

    /// What the hub hears of releases, when the disk has it.
    fn faults(&mut self, count: usize) -> Vec<(bool, String)> {
        loop {
            let records = self.records();
            let faults: Vec<_> = records.iter().filter(|record| record["body"]["part"] == "release").collect();
            if faults.len() >= count {
                let told = |record: &serde_json::Value| {
                    (record["body"]["began"] == true, record["body"]["detail"].as_str().unwrap_or_default().to_owned())
                };
                return faults.into_iter().map(told).collect();
            }
            let wake = self.own.blocking_recv().unwrap();
            self.director.step(wake);
        }
    }
}

#[test]
fn a_stick_is_asked_about_once_a_staff_card_comes_and_is_installed_by_yes() {
    let mut kiosk = box_of(Fate::Runs);
    kiosk.stick(bundle("2026.12"));
    assert!(matches!(kiosk.page(), Page::Idle(_)), "nobody else is asked");
    kiosk.tap(9);
    let ask = UpdateStep::Ask { version: "2026.12".into(), running: "2026.11".into(), older: false };
    assert_eq!(kiosk.step(), ask);
    assert_eq!(kiosk.asked(), []);
    kiosk.press(UiCommand::Staff(StaffCommand::Install));
    assert_eq!(kiosk.asked(), [install("2026.12")]);
    kiosk.system(SystemEvent::Writing(43));
    assert_eq!(kiosk.step(), UpdateStep::Writing { percent: 43, stick: true });
    kiosk.press(UiCommand::Staff(StaffCommand::Install));
    assert_eq!(kiosk.asked(), [], "one at a time");
    kiosk.system(SystemEvent::Done(install("2026.12")));
    assert_eq!(kiosk.step(), UpdateStep::Done { version: "2026.12".into() });
    kiosk.stick(Stick::Out);
    assert_eq!(kiosk.step(), UpdateStep::Done { version: "2026.12".into() }, "until it is read");
    kiosk.press(UiCommand::Staff(StaffCommand::UpdateRead));
    assert!(matches!(kiosk.staff_task(), StaffTask::Roll(_)), "back to the class that runs");
    assert_eq!(kiosk.at_the_end_of_the_day(), Some(NextRelease::Starts("2026.12".into())));
    kiosk.stick(bundle("2026.12"));
    assert_eq!(kiosk.step(), UpdateStep::Done { version: "2026.12".into() }, "put in again: not asked again");
}

#[test]
fn people_go_on_using_the_box_while_a_stick_is_written_and_staff_who_come_back_see_how_far_it_is() {
    let mut kiosk = box_of(Fate::Runs);
    kiosk.tap(9);
    kiosk.stick(bundle("2026.12"));
    kiosk.press(UiCommand::Staff(StaffCommand::Install));
    kiosk.press(UiCommand::Back);
    kiosk.tap(7);
    assert_eq!(kiosk.roll().signed_in, 1);
    kiosk.press(UiCommand::Leave);
    kiosk.tap(9);
    assert_eq!(kiosk.step(), UpdateStep::Writing { percent: 0, stick: true });
    assert_eq!(kiosk.tile().state, CheckState::Running);
}

#[test]
fn no_is_an_answer_for_as_long_as_the_stick_is_in() {
    let mut kiosk = box_of(Fate::Runs);
    kiosk.tap(9);
    kiosk.stick(bundle("2026.12"));
    kiosk.press(UiCommand::Staff(StaffCommand::UpdateRead));
    assert_eq!(kiosk.asked(), [SystemCommand::LetGo { bundle: "/media/new.raucb".into() }]);
    kiosk.press(UiCommand::Leave);
    kiosk.tap(9);
    assert!(matches!(kiosk.staff_task(), StaffTask::Roll(_)));
    kiosk.press(UiCommand::Staff(StaffCommand::Install));
    assert_eq!(kiosk.asked(), [], "there is no question");
    kiosk.stick(Stick::Out);
    kiosk.stick(bundle("2026.12"));
    assert!(matches!(kiosk.step(), UpdateStep::Ask { .. }));
}

#[test]
fn a_question_interrupts_nothing_that_staff_are_in_the_middle_of() {
    let mut kiosk = box_of(Fate::Runs);
    kiosk.tap(9);
    kiosk.press(UiCommand::Staff(StaffCommand::Task(StaffPage::Headcount)));
    kiosk.stick(bundle("2026.12"));
    assert!(matches!(kiosk.staff_task(), StaffTask::Headcount(_)));
    kiosk.press(UiCommand::Back);
    assert!(matches!(kiosk.step(), UpdateStep::Ask { .. }));
    kiosk.stick(Stick::Out);
    assert!(matches!(kiosk.staff_task(), StaffTask::Roll(_)), "it went with the stick");
}

#[test]
fn what_a_stick_cannot_give_is_said() {
    let mut kiosk = box_of(Fate::Runs);
    kiosk.tap(9);
    for (stick, step) in [
        (Stick::Empty, UpdateStep::Nothing),
        (Stick::Refused(BundleFault::OtherBoard), UpdateStep::Refused(UpdateFailure::OtherBoard)),
        (Stick::Refused(BundleFault::NotSigned), UpdateStep::Refused(UpdateFailure::NotSigned)),
        (bundle("2026.11"), UpdateStep::Same { version: "2026.11".into() }),
        (bundle("2026.9"), UpdateStep::Ask { version: "2026.9".into(), running: "2026.11".into(), older: true }),
    ] {
        kiosk.stick(stick);
        assert_eq!(kiosk.step(), step);
        kiosk.stick(Stick::Out);
        assert!(matches!(kiosk.staff_task(), StaffTask::Roll(_)));
    }
    assert_eq!(kiosk.asked(), []);
}

#[test]
fn a_learner_installs_nothing() {
    let mut kiosk = box_of(Fate::Runs);
    kiosk.stick(bundle("2026.12"));
    kiosk.press(UiCommand::Staff(StaffCommand::Install));
    kiosk.tap(7);
    kiosk.press(UiCommand::Staff(StaffCommand::Install));
    assert_eq!(kiosk.asked(), []);
}

#[test]
fn what_went_wrong_is_said_to_staff_and_to_the_hub() {
    let mut kiosk = box_of(Fate::Runs);
    kiosk.tap(9);
    for (pulled, why, shown) in [
        (false, Decline::Bundle(BundleFault::Damaged), UpdateFailure::Damaged),
        (false, Decline::Bundle(BundleFault::NoRoom), UpdateFailure::NoRoom),
        (true, Decline::Bundle(BundleFault::Damaged), UpdateFailure::Pulled),
        (false, Decline::NotAllowed, UpdateFailure::Other),
    ] {
        kiosk.stick(bundle("2026.12"));
        kiosk.press(UiCommand::Staff(StaffCommand::Install));
        if pulled {
            kiosk.stick(Stick::Out);
        }
        kiosk.system(SystemEvent::Declined(install("2026.12"), why));
        assert_eq!(kiosk.step(), UpdateStep::Failed(shown));
        kiosk.press(UiCommand::Staff(StaffCommand::UpdateRead));
        kiosk.stick(Stick::Out);
    }
    kiosk.offer("2026.12");
    kiosk.system(SystemEvent::Done(install("2026.12")));
    let told = kiosk.faults(5);
    let details: Vec<_> = told.iter().map(|(_, detail)| detail.as_str()).collect();
    assert_eq!(
        details,
        [
            "2026.12 could not be written: damaged",
            "2026.12 could not be written: no room for it",
            "2026.12 could not be written: the stick was taken out",
            "2026.12 could not be written: NotAllowed",
            ""
        ]
    );
    assert!(!told[4].0, "it is over");
}

#[test]
fn the_districts_release_is_written_unasked_and_told_at_the_end_of_the_day() {
    let mut kiosk = box_of(Fate::Runs);
    kiosk.offer("2026.12");
    kiosk.offer("2026.12");
    let offered = SystemCommand::Install { bundle: "/data/films/offered".into(), version: "2026.12".into() };
    assert_eq!(kiosk.asked(), std::slice::from_ref(&offered));
    kiosk.tap(9);
    assert!(matches!(kiosk.staff_task(), StaffTask::Roll(_)), "nobody has to do anything");
    assert_eq!(kiosk.at_the_end_of_the_day(), Some(NextRelease::Writing));
    kiosk.system(SystemEvent::Done(offered));
    assert_eq!(kiosk.at_the_end_of_the_day(), Some(NextRelease::Starts("2026.12".into())));
}

#[test]
fn a_bundle_that_always_fails_is_reported_once() {
    let mut kiosk = box_of(Fate::Runs);
    for _ in 0..3 {
        kiosk.offer("2026.12");
        let offered = kiosk.asked().remove(0);
        kiosk.system(SystemEvent::Declined(offered, Decline::Bundle(BundleFault::NotSigned)));
    }
    kiosk.offer("2026.12");
    let offered = kiosk.asked().remove(0);
    kiosk.system(SystemEvent::Done(offered));
    let told = kiosk.faults(2);
    assert_eq!(told[0], (true, "2026.12 could not be written: not signed by the district".to_owned()));
    assert!(!told[1].0);
}

#[test]
fn while_the_districts_release_is_written_a_stick_waits() {
    let mut kiosk = box_of(Fate::Runs);
    kiosk.tap(9);
    kiosk.offer("2026.12");
    let offered = kiosk.asked().remove(0);
    kiosk.stick(bundle("2027"));
    assert!(matches!(kiosk.staff_task(), StaffTask::Roll(_)));
    kiosk.press(UiCommand::Staff(StaffCommand::Install));
    assert_eq!(kiosk.asked(), []);
    kiosk.system(SystemEvent::Done(offered));
    assert!(matches!(kiosk.step(), UpdateStep::Ask { version, .. } if version == "2027"));
}

#[test]
fn a_release_that_was_given_up_is_on_the_self_test_and_at_the_hub() {
    let mut kiosk = box_of(Fate::GivenUp { version: "2026.12".into(), told: false });
    let given_up = "2026.12 did not turn out good and was given up; 2026.11 runs";
    assert_eq!(kiosk.faults(1), [(true, given_up.to_owned())]);
    kiosk.tap(9);
    assert_eq!(kiosk.tile().state, CheckState::Bad);
    kiosk.stick(bundle("2027"));
    kiosk.press(UiCommand::Staff(StaffCommand::Install));
    kiosk.system(SystemEvent::Done(install("2027")));
    let good = Check { kind: CheckKind::Release, state: CheckState::Good, figure: "2026.11".into() };
    assert_eq!(kiosk.tile(), good);
    assert!(!kiosk.faults(2)[1].0);
}

#[test]
fn the_hub_hears_once_of_a_release_that_was_given_up_and_staff_until_there_is_another() {
    let mut kiosk = box_of(Fate::GivenUp { version: "2026.12".into(), told: true });
    kiosk.tap(9);
    assert_eq!(kiosk.tile().state, CheckState::Bad);
    kiosk.system(SystemEvent::Stick(Stick::Out));
    kiosk.stick(bundle("2027"));
    kiosk.press(UiCommand::Staff(StaffCommand::Install));
    kiosk.system(SystemEvent::Declined(install("2027"), Decline::Failed));
    assert_eq!(kiosk.faults(1), [(true, "2027 could not be written: Failed".to_owned())]);
}

#[test]
fn a_release_that_waits_is_still_told_when_the_kiosk_alone_starts_anew() {
    let mut kiosk = box_of(Fate::Waits("2026.12".into()));
    kiosk.tap(9);
    assert_eq!(kiosk.at_the_end_of_the_day(), Some(NextRelease::Starts("2026.12".into())));
}

#[test]
fn where_there_are_no_slots_nothing_is_said() {
    let mut kiosk = Kiosk::at(NINE);
    kiosk.tap(9);
    kiosk.stick(bundle("2026.12"));
    assert!(matches!(kiosk.staff_task(), StaffTask::Roll(_)));
    assert_eq!(kiosk.at_the_end_of_the_day(), None);
}
