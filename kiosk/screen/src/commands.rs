// SPDX-License-Identifier: GPL-3.0-or-later
//! A touch on the pages, as a command.

use xuedian_engine::command::{
    Answer, Open, PlayerCommand, Prefer, StaffCommand, StaffPage, TechnicianCommand, UiCommand,
};
use xuedian_engine::view::{CancelReason, Language, Preferences, Theme, UndoReason};

use crate::ui::Act;

/// The command of an act, its id and its number; `None` when they do not fit together.
pub(crate) fn command(act: Act, id: &str, number: i32, now: Preferences) -> Option<UiCommand> {
    let count = u32::try_from(number).ok();
    Some(match act {
        Act::Back => UiCommand::Back,
        Act::Leave => UiCommand::Leave,
        Act::Help => UiCommand::Help,
        Act::Enter => UiCommand::Enter,
        Act::StillHere => UiCommand::StillHere,
        Act::CallStaff => UiCommand::CallStaff,
        Act::TypeSize | Act::Language | Act::Theme | Act::Voice => UiCommand::Prefer(prefer(act, now)?),
        Act::Stay
        | Act::LeaveEarly
        | Act::IAmBack
        | Act::SitIn
        | Act::AskTeacher
        | Act::ChooseSession
        | Act::ChoosePerson => answer(act, id)?,
        Act::Home
        | Act::Courses
        | Act::Topic
        | Act::Keypad
        | Act::Number
        | Act::Course
        | Act::Lesson
        | Act::LessonFromStart
        | Act::Credits
        | Act::WhatsOn
        | Act::Trouble
        | Act::Pairing => UiCommand::Open(open(act, id, count)?),
        Act::Play
        | Act::Pause
        | Act::BackTen
        | Act::Speed
        | Act::Quieter
        | Act::Louder
        | Act::Transcript
        | Act::Next
        | Act::Again => UiCommand::Player(player(act)?),
        Act::SelfTest | Act::CheckAgain | Act::PlaySound | Act::NewCode | Act::AskReset | Act::Reset => {
            UiCommand::Technician(technician(act)?)
        }
        _ => UiCommand::Staff(staff(act, id, count)?),
    })
}

fn prefer(act: Act, now: Preferences) -> Option<Prefer> {
    Some(match act {
        Act::TypeSize => Prefer::TypeSize(now.type_size.next()),
        Act::Language => Prefer::Language(match now.language {
            Language::Chinese => Language::English,
            Language::English => Language::Chinese,
        }),
        Act::Theme => Prefer::Theme(match now.theme {
            Theme::Light => Theme::Dark,
            Theme::Dark => Theme::Light,
        }),
        Act::Voice => Prefer::Voice(!now.voice),
        _ => return None,
    })
}

/// The id is the result's key, or that key, a space, and what was chosen.
fn answer(act: Act, id: &str) -> Option<UiCommand> {
    let (key, chosen) = id.split_once(' ').unwrap_or((id, ""));
    let answer = match act {
        Act::Stay => Answer::Stay,
        Act::LeaveEarly => Answer::LeaveEarly,
        Act::IAmBack => Answer::IamBack,
        Act::SitIn => Answer::SitIn,
        Act::AskTeacher => Answer::AskTeacher,
        Act::ChooseSession => Answer::Session(chosen.to_owned()),
        Act::ChoosePerson => Answer::Person(chosen.parse().ok()?),
        _ => return None,
    };
    Some(UiCommand::Answer(key.parse().ok()?, answer))
}

fn open(act: Act, id: &str, number: Option<u32>) -> Option<Open> {
    Some(match act {
        Act::Home => Open::Home,
        Act::Courses => Open::Courses,
        Act::Topic => Open::Topic(id.to_owned()),
        Act::Keypad => Open::Keypad,
        Act::Number => Open::Number(number?),
        Act::Course => Open::Course(id.to_owned()),
        Act::Lesson => Open::Lesson { course: id.to_owned(), lesson: number?, from_start: false },
        Act::LessonFromStart => Open::Lesson { course: id.to_owned(), lesson: number?, from_start: true },
        Act::Credits => Open::MyCredits,
        Act::WhatsOn => Open::WhatsOn,
        Act::Trouble => Open::Trouble,
        Act::Pairing => Open::Pairing,
        _ => return None,
    })
}

fn player(act: Act) -> Option<PlayerCommand> {
    Some(match act {
        Act::Play => PlayerCommand::Play,
        Act::Pause => PlayerCommand::Pause,
        Act::BackTen => PlayerCommand::BackTen,
        Act::Speed => PlayerCommand::Speed,
        Act::Quieter => PlayerCommand::Quieter,
        Act::Louder => PlayerCommand::Louder,
        Act::Transcript => PlayerCommand::Transcript,
        Act::Next => PlayerCommand::Next,
        Act::Again => PlayerCommand::Again,
        _ => return None,
    })
}

fn technician(act: Act) -> Option<TechnicianCommand> {
    Some(match act {
        Act::SelfTest => TechnicianCommand::SelfTest,
        Act::CheckAgain => TechnicianCommand::CheckAgain,
        Act::PlaySound => TechnicianCommand::PlaySound,
        Act::NewCode => TechnicianCommand::NewCode,
        Act::AskReset => TechnicianCommand::AskReset,
        Act::Reset => TechnicianCommand::Reset,
        _ => return None,
    })
}

fn staff(act: Act, id: &str, number: Option<u32>) -> Option<StaffCommand> {
    Some(match act {
        Act::StaffChoose => StaffCommand::Choose,
        Act::StaffSession => StaffCommand::Session(id.to_owned()),
        Act::StaffTask => StaffCommand::Task(staff_page(id)?),
        Act::StaffAskUndo => StaffCommand::AskUndo(id.parse().ok()?),
        Act::StaffUndo => StaffCommand::Undo(id.parse().ok()?, undo_reason(number?)?),
        Act::StaffDelay => StaffCommand::Delay(number?),
        Act::StaffMove => StaffCommand::Move(id.to_owned()),
        Act::StaffCancel => StaffCommand::Cancel(cancel_reason(number?)?),
        Act::StaffEndEarly => StaffCommand::EndEarly,
        Act::StaffHeadcount => StaffCommand::Headcount(number?),
        Act::StaffCloseForAll => StaffCommand::CloseForAll,
        Act::StaffSearch => StaffCommand::Search(id.to_owned()),
        Act::StaffPick => StaffCommand::Pick(id.parse().ok()?),
        Act::StaffHandOut => StaffCommand::HandOut,
        Act::StaffBind => StaffCommand::Bind,
        Act::StaffPapers => StaffCommand::MakePapers,
        Act::StaffEndDay => StaffCommand::EndDay,
        Act::StaffInstall => StaffCommand::Install,
        Act::StaffUpdateRead => StaffCommand::UpdateRead,
        _ => return None,
    })
}

fn staff_page(name: &str) -> Option<StaffPage> {
    Some(match name {
        "roll" => StaffPage::Roll,
        "more" => StaffPage::More,
        "late" => StaffPage::Late,
        "moved" => StaffPage::Moved,
        "cancel" => StaffPage::Cancel,
        "end-early" => StaffPage::EndEarly,
        "headcount" => StaffPage::Headcount,
        "close-for-all" => StaffPage::CloseForAll,
        "forgot" => StaffPage::Forgot,
        "card" => StaffPage::Card,
        "papers" => StaffPage::Papers,
        "end-of-day" => StaffPage::EndOfDay,
        _ => return None,
    })
}

/// Numbered as the pages number them.
pub(crate) const UNDO_REASONS: [UndoReason; 4] =
    [UndoReason::WrongClass, UndoReason::WrongCard, UndoReason::NotHere, UndoReason::Other];

fn undo_reason(number: u32) -> Option<UndoReason> {
    UNDO_REASONS.get(number as usize).copied()
}

fn cancel_reason(number: u32) -> Option<CancelReason> {
    xuedian_engine::view::CANCEL_REASONS.get(number as usize).copied()
}
