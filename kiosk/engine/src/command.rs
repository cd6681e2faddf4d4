// SPDX-License-Identifier: GPL-3.0-or-later
//! Everything that a person can touch, as the screen tells it to the director.
//!
//! Ids and keys are those of the [`View`](crate::view::View) that was on the screen. A command may arrive after the
//! view has moved on: the director ignores one whose key is no longer known.

use crate::view::{CancelReason, Language, Theme, TypeSize, UndoReason};

/// What a person touched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UiCommand {
    /// Any touch at all; comes before what it did. Restarts the wait for "are you there?".
    Touched,
    /// 返回, or 继续 on a result.
    Back,
    /// 退出: the visit ends.
    Leave,
    /// 帮助.
    Help,
    /// A guest comes in from the idle screen by 「不刷卡，先看看」.
    Enter,
    /// 我在.
    StillHere,
    /// A choice of how to see and hear.
    Prefer(Prefer),
    /// An answer to a result.
    Answer(u64, Answer),
    /// A page is asked for.
    Open(Open),
    /// The player.
    Player(PlayerCommand),
    /// The staff's pages.
    Staff(StaffCommand),
    /// The technician's pages.
    Technician(TechnicianCommand),
    /// 请工作人员: light and sound call them.
    CallStaff,
}

/// How to see and hear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prefer {
    /// Type size.
    TypeSize(TypeSize),
    /// Language.
    Language(Language),
    /// Theme.
    Theme(Theme),
    /// Spoken prompts on or off.
    Voice(bool),
}

/// An answer to the result whose key goes with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// 继续上课.
    Stay,
    /// 提前离开.
    LeaveEarly,
    /// 我回来了.
    IamBack,
    /// 旁听.
    SitIn,
    /// 找老师.
    AskTeacher,
    /// This session, by its id.
    Session(String),
    /// This person, by key.
    Person(u64),
}

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Open {
    /// Home.
    Home,
    /// Topics, or all courses when there are none.
    Courses,
    /// The courses of a topic, by id.
    Topic(String),
    /// The keypad.
    Keypad,
    /// The course with this number.
    Number(u32),
    /// A course, by id.
    Course(String),
    /// A lesson of a course plays: course id, lesson from 1, and whether from its beginning.
    Lesson {
        /// Course id.
        course: String,
        /// Lesson, from 1.
        lesson: u32,
        /// From the beginning rather than where it was left.
        from_start: bool,
    },
    /// My credits.
    MyCredits,
    /// What is on.
    WhatsOn,
    /// The fault that the small sign stands for.
    Trouble,
    /// The pairing code, on a box that is not yet set up.
    Pairing,
}

/// The player.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlayerCommand {
    /// 接着看.
    Play,
    /// 暂停.
    Pause,
    /// 退10秒.
    BackTen,
    /// The next of the speeds, round and round.
    Speed,
    /// 小声.
    Quieter,
    /// 大声.
    Louder,
    /// 没听清: the transcript opens or closes.
    Transcript,
    /// The next lesson.
    Next,
    /// This lesson again.
    Again,
}

/// The staff's pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StaffCommand {
    /// Back to the choice among sessions.
    Choose,
    /// This session's roll call, by session id; opens the session when it is not open.
    Session(String),
    /// A page of the present session.
    Task(StaffPage),
    /// Ask why this entry is to be undone, by key.
    AskUndo(u64),
    /// Undo it.
    Undo(u64, UndoReason),
    /// The session starts so many minutes later.
    Delay(u32),
    /// It takes place in this room.
    Move(String),
    /// It does not take place.
    Cancel(CancelReason),
    /// It ends now.
    EndEarly,
    /// So many are here.
    Headcount(u32),
    /// Everybody is signed out.
    CloseForAll,
    /// What was typed to find a person, whole: initials or digits.
    Search(String),
    /// This candidate, by key.
    Pick(u64),
    /// Hand out a numbered card.
    HandOut,
    /// Bind a person's own card.
    Bind,
    /// Make the sign-in sheet, PDF and XLSX.
    MakePapers,
    /// Send and write everything down for the wall switch.
    EndDay,
    /// Install the release that the stick brings.
    Install,
    /// What was said about a release is read; nothing of it now.
    UpdateRead,
}

/// A page of the staff's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StaffPage {
    /// The roll call.
    Roll,
    /// Everything else.
    More,
    /// Late.
    Late,
    /// Moved.
    Moved,
    /// Cancelled.
    Cancel,
    /// Ended early.
    EndEarly,
    /// Headcount.
    Headcount,
    /// Close for all.
    CloseForAll,
    /// A person without a card.
    Forgot,
    /// Cards.
    Card,
    /// The papers.
    Papers,
    /// End of day.
    EndOfDay,
}

/// The technician's pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TechnicianCommand {
    /// The self-test.
    SelfTest,
    /// Check again.
    CheckAgain,
    /// Play the test sound.
    PlaySound,
    /// A new pairing code.
    NewCode,
    /// 恢复出厂: ask whether.
    AskReset,
    /// Yes: a second person of staff is to confirm it.
    Reset,
}
