// SPDX-License-Identifier: GPL-3.0-or-later
//! What a touch says: on release, with a trembling hand, and never twice.

use std::time::Duration;

use i_slint_backend_testing::{AccessibleRole, mock_elapsed_time};
use slint::platform::{PointerEventButton, WindowEvent};
use slint::{ComponentHandle, LogicalPosition};
use xuedian_engine::command::{
    Answer, Open, PlayerCommand, Prefer, StaffCommand, StaffPage, TechnicianCommand, UiCommand,
};
use xuedian_engine::view::{Language, Theme, TypeSize};

use crate::samples;
use crate::stage::{Stage, Variant};

const PLAIN: Variant =
    Variant { language: Language::Chinese, type_size: TypeSize::Normal, theme: Theme::Light, upright: false };

impl Stage {
    fn page(&self, name: &str) {
        let (_, view) = samples::pages(Language::Chinese).into_iter().find(|(page, _)| *page == name).unwrap();
        self.show(&view, PLAIN);
        mock_elapsed_time(Duration::from_secs(1));
        self.heard.borrow_mut().clear();
    }

    fn middle(&self, label: &str) -> LogicalPosition {
        let elements = self.elements();
        let key = elements
            .iter()
            .find(|element| {
                element.accessible_role() == Some(AccessibleRole::Button)
                    && element.accessible_label().is_some_and(|words| words == label)
            })
            .unwrap_or_else(|| panic!("no key {label:?}"));
        let (at, size) = (key.absolute_position(), key.size());
        LogicalPosition::new(at.x + size.width / 2.0, at.y + size.height / 2.0)
    }

    fn press(&self, position: LogicalPosition) {
        let window = self.screen.app().window();
        window.dispatch_event(WindowEvent::PointerMoved { position });
        window.dispatch_event(WindowEvent::PointerPressed { position, button: PointerEventButton::Left });
    }

    fn release(&self, position: LogicalPosition) {
        let window = self.screen.app().window();
        window.dispatch_event(WindowEvent::PointerMoved { position });
        window.dispatch_event(WindowEvent::PointerReleased { position, button: PointerEventButton::Left });
    }

    fn touch(&self, label: &str) -> Vec<UiCommand> {
        let position = self.middle(label);
        self.press(position);
        mock_elapsed_time(Duration::from_millis(80));
        self.release(position);
        mock_elapsed_time(Duration::from_millis(700));
        self.said()
    }

    fn said(&self) -> Vec<UiCommand> {
        self.heard.borrow_mut().drain(..).filter(|command| *command != UiCommand::Touched).collect()
    }
}

#[test]
fn every_page_has_the_same_desk() {
    let stage = Stage::new(false);
    for (name, _) in samples::pages(Language::Chinese) {
        stage.page(name);
        assert_eq!(stage.touch("大字"), [UiCommand::Prefer(Prefer::TypeSize(TypeSize::Large))], "{name}");
        stage.page(name);
        assert_eq!(stage.touch("帮助"), [UiCommand::Help], "{name}");
    }
}

#[test]
fn a_release_within_eight_millimetres_still_counts() {
    let stage = Stage::new(false);
    stage.page("home");
    let middle = stage.middle("课程");
    let outside = |by: f32| LogicalPosition::new(middle.x, 122.0 - by);
    stage.press(middle);
    stage.release(outside(40.0));
    assert_eq!(stage.said(), [UiCommand::Open(Open::Courses)]);
    mock_elapsed_time(Duration::from_secs(1));
    stage.press(middle);
    stage.release(outside(80.0));
    assert_eq!(stage.said(), []);
}

#[test]
fn nothing_happens_before_the_finger_leaves() {
    let stage = Stage::new(false);
    stage.page("home");
    let middle = stage.middle("课程");
    stage.press(middle);
    assert_eq!(stage.said(), []);
    stage.release(middle);
    assert_eq!(stage.said(), [UiCommand::Open(Open::Courses)]);
}

#[test]
fn the_echo_of_a_touch_is_not_a_touch() {
    let stage = Stage::new(false);
    stage.page("home");
    let middle = stage.middle("课程");
    stage.press(middle);
    stage.release(middle);
    mock_elapsed_time(Duration::from_millis(300));
    stage.press(middle);
    stage.release(middle);
    assert_eq!(stage.said(), [UiCommand::Open(Open::Courses)]);
    mock_elapsed_time(Duration::from_millis(600));
    stage.press(middle);
    stage.release(middle);
    assert_eq!(stage.said(), [UiCommand::Open(Open::Courses)]);
}

#[test]
fn two_touches_from_idle_to_a_playing_lesson() {
    let stage = Stage::new(false);
    stage.page("idle");
    assert_eq!(stage.touch("楷书笔画入门"), [UiCommand::Open(Open::Course("i04/c08".into()))]);
    stage.page("course");
    let lesson = Open::Lesson { course: "i04/c08".into(), lesson: 3, from_start: false };
    assert_eq!(stage.touch("接着看　第 3 集"), [UiCommand::Open(lesson)]);
}

#[test]
fn only_what_was_watched_can_be_watched_from_its_start_again() {
    let stage = Stage::new(false);
    stage.page("course");
    let again = Open::Lesson { course: "i04/c08".into(), lesson: 1, from_start: true };
    assert_eq!(stage.touch("从头看"), [UiCommand::Open(again)]);
    stage.page("course-new");
    assert!(stage.elements().iter().all(|element| element.accessible_label().is_none_or(|words| words != "从头看")));
    let first = Open::Lesson { course: "i07/c05".into(), lesson: 1, from_start: false };
    assert_eq!(stage.touch("开始看　第 1 集"), [UiCommand::Open(first)]);
}

#[test]
fn what_is_keyed_in_comes_whole() {
    let stage = Stage::new(false);
    stage.page("keypad");
    for digit in ["3", "0", "1"] {
        assert_eq!(stage.touch(digit), []);
    }
    assert_eq!(stage.touch("打开"), [UiCommand::Open(Open::Number(301))]);
}

#[test]
fn staff_and_player_keys() {
    let stage = Stage::new(false);
    stage.page("staff-roll");
    assert_eq!(stage.touch("撤销"), [UiCommand::Staff(StaffCommand::AskUndo(1))]);
    assert_eq!(stage.touch("更多"), [UiCommand::Staff(StaffCommand::Task(StaffPage::More))]);
    stage.page("self-test");
    assert_eq!(stage.touch("恢复出厂"), [UiCommand::Technician(TechnicianCommand::AskReset)]);
    stage.page("staff-reset-ask");
    assert_eq!(stage.touch("是的"), [UiCommand::Technician(TechnicianCommand::Reset)]);
    assert_eq!(stage.touch("不了"), [UiCommand::Back]);
    stage.page("staff-update-ask");
    assert_eq!(stage.touch("是的"), [UiCommand::Staff(StaffCommand::Install)]);
    stage.page("staff-update-ask");
    assert_eq!(stage.touch("不了"), [UiCommand::Staff(StaffCommand::UpdateRead)]);
    stage.page("staff-update-done");
    assert_eq!(stage.touch("好了"), [UiCommand::Staff(StaffCommand::UpdateRead)]);
    stage.page("player");
    assert_eq!(stage.touch("暂停"), [UiCommand::Player(PlayerCommand::Pause)]);
    stage.page("result-mid-class");
    assert_eq!(stage.touch("提前离开"), [UiCommand::Answer(1, Answer::LeaveEarly)]);
    stage.page("result-which-session");
    assert_eq!(stage.touch("智能手机班"), [UiCommand::Answer(1, Answer::Session("a02".into()))]);
}
