// SPDX-License-Identifier: GPL-3.0-or-later
//! What can happen, and what comes of it.

use crate::{
    decide::here::{CardHere, Earning, Forgot},
    id::{LearnerId, LessonKey, RecordId, RoomId, SessionId, StaffId},
    record::{Kind, VisitEnd},
    time::Time,
};

/// The moment of a decision, and ids for what it makes.
#[derive(Clone, Copy, Debug)]
pub struct Now {
    /// The wall clock.
    pub at: Time,
    /// Milliseconds since boot: what windows of seconds are measured with.
    pub mono_ms: i64,
    /// Ids that nothing else has.
    pub ids: [RecordId; 4],
}

/// Everything that `decide` can be asked about.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A card in the field; two only when two were there at once.
    Cards(Vec<CardHere>),
    /// A card that cannot be taken.
    Refused(Refusal),
    /// The field is empty again.
    Removed,
    /// Records are on the disk.
    Recorded(Commit),
    /// Records are not on the disk.
    RecordFailed(Commit),
    /// An answer to the open question.
    Answered(Answer),
    /// Somebody touched the screen.
    Touched,
    /// A key that concerns the visit.
    Visit(VisitKey),
    /// A lesson was watched; told from time to time and at its end.
    Watched(Sitting),
    /// A lesson began (true) or ceased to play.
    Playing(bool),
    /// Staff act.
    Staff(StaffAct),
    /// What was decided about a factory reset could not be left for the next start.
    ResetFailed,
    /// Time went by.
    Tick,
}

/// A group of records that is written together or not at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Commit(pub u64);

/// A key that concerns the visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VisitKey {
    /// Somebody without a card begins.
    Guest,
    /// The person of the last result goes on to their own page.
    Continue(LearnerId),
    /// 退出
    Leave,
    /// "I am here."
    StillHere,
    /// A preference that travels with the card.
    Prefer {
        /// Which.
        key: String,
        /// Its value.
        value: String,
    },
}

/// Stretches of a lesson that were shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sitting {
    /// What.
    pub lesson: LessonKey,
    /// Milliseconds; sorted, disjoint.
    pub ranges: Vec<(u32, u32)>,
    /// The lesson's length, milliseconds.
    pub length_ms: u32,
    /// Where it stopped, milliseconds.
    pub stopped_ms: u32,
    /// What that has earned by now, once it has.
    pub earned: Option<Earning>,
}

/// What staff do; each needs the staff page.
#[derive(Clone, Debug, PartialEq)]
pub enum StaffAct {
    /// Leaves the staff page.
    Off,
    /// A record is as if it had not been.
    Undo {
        /// Which.
        of: RecordId,
        /// Why.
        reason: String,
    },
    /// Something about a session.
    Session {
        /// Which.
        session: SessionId,
        /// What.
        act: SessionAct,
    },
    /// Someone without a card.
    SignIn {
        /// Who.
        learner: LearnerId,
        /// Where.
        session: SessionId,
        /// Not on the list.
        sits_in: bool,
        /// By the card that was just handed out, and staff only said where to.
        by_card: bool,
    },
    /// Someone who forgot.
    SignOut {
        /// Who.
        learner: LearnerId,
        /// Where.
        session: SessionId,
        /// What it earns.
        earning: Option<Earning>,
    },
    /// The next unknown card is handed out or bound.
    Link(LinkNext),
    /// It is not, after all.
    LinkNot,
    /// Whether the screen shows a session in progress: there, learners' cards are expected.
    RollCall(bool),
    /// The box is to forget all that it was given, once somebody else of staff confirms it.
    Reset {
        /// Records that the hub has not acknowledged, as staff were told.
        unsent: u32,
    },
    /// It is not, after all.
    ResetNot,
}

/// What the next unknown card becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkNext {
    /// Whose; none: a new person's.
    pub learner: Option<LearnerId>,
    /// The number printed on it.
    pub printed_no: Option<String>,
    /// Signed in there at once.
    pub session: Option<SessionId>,
}

/// What staff do with a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionAct {
    /// Opens it.
    Open,
    /// So many minutes later than planned, in all.
    Delay(u32),
    /// Elsewhere.
    Move(RoomId),
    /// Not at all.
    Cancel(String),
    /// It is over now.
    EndEarly,
    /// Heads in the room.
    Headcount(u32),
    /// Its end is final; everyone still in is signed out.
    CloseForAll,
}

/// What comes of an event.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Write these, together or not at all.
    Record {
        /// Named so that the answer can be told from others.
        commit: Commit,
        /// Ids and contents, in order.
        drafts: Vec<(RecordId, Kind)>,
    },
    /// Tell the person, in words, shape and sound.
    Tell(Outcome),
    /// A neutral sign that a card is being worked on.
    Reading,
    /// The open question is gone without an answer.
    QuestionGone,
    /// The visit is over: back to the idle screen.
    VisitOver(VisitEnd),
    /// Ask "are you still there?".
    AreYouThere,
    /// The lesson pauses.
    PauseLesson,
    /// Staff left, or were away too long.
    StaffOver,
    /// That the box is to forget all that it was given is on the disk.
    Reset {
        /// Who asked for it, and who confirmed it.
        by: (StaffId, StaffId),
        /// Records that the hub had not acknowledged when it was asked for.
        unsent: u32,
    },
    /// The box stays as it is: nobody confirmed in time, or it could not be written.
    ResetOff,
    /// Ours: logged and counted, never shown.
    Anomaly(&'static str),
}

/// What a person is told.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// 签到成功
    SignedIn {
        /// Who.
        learner: LearnerId,
        /// Where.
        session: SessionId,
        /// The how manyth.
        place: u32,
        /// What it will earn.
        forecast: Option<Earning>,
        /// It is elsewhere.
        moved: bool,
        /// The last time was forgotten.
        forgot: Option<Forgot>,
    },
    /// 您已签到，不用再刷
    Already {
        /// Who.
        learner: LearnerId,
        /// Where.
        session: SessionId,
        /// This session needs no check-out at all.
        no_checkout: bool,
    },
    /// 签退成功
    SignedOut {
        /// Who.
        learner: LearnerId,
        /// Where.
        session: SessionId,
        /// What it earned.
        earning: Option<Earning>,
    },
    /// A question, until answered.
    Asked(Question),
    /// Home.
    VisitOpened {
        /// Who; none is a guest.
        learner: Option<LearnerId>,
    },
    /// Goodbye.
    VisitClosed {
        /// Who.
        learner: LearnerId,
    },
    /// Somebody else is at the screen.
    InUse {
        /// Who tapped.
        learner: LearnerId,
    },
    /// Not this card, not here, not now.
    Refused(Refusal),
    /// The staff page.
    StaffOn {
        /// Who.
        staff: StaffId,
    },
    /// A card now belongs to somebody.
    Linked {
        /// Whose.
        learner: LearnerId,
        /// Its printed number.
        printed_no: Option<String>,
    },
    /// The card that staff were about to hand out or to bind cannot be.
    NotLinked(NotLinked),
    /// Somebody else has to confirm: this is the person who asked.
    SamePerson,
    /// What staff did is on the disk.
    Done(StaffAct),
    /// A lesson has earned.
    LessonEarned {
        /// What.
        earning: Earning,
    },
    /// It could not be written: nothing counts.
    NotKept,
}

/// Why a card is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// 这张卡还没登记
    Unknown,
    /// A phone or a card that draws its UID anew.
    RandomUid,
    /// 身份证不能签到
    IdentityCard,
    /// 感应到两张卡
    TwoCards,
    /// 没读清楚
    Unreadable,
    /// 这张卡已挂失
    Lost,
    /// 座位满了
    Full(SessionId),
    /// 今天停课
    Cancelled(SessionId),
    /// Signing in is over.
    TooLate(SessionId),
    /// The account rests.
    Resting,
}

/// Why a card cannot be handed out or bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NotLinked {
    /// It is somebody else's.
    Taken,
    /// It draws its UID anew.
    RandomUid,
    /// An identity card.
    IdentityCard,
    /// It could not be written.
    NotKept,
}

/// A question on the screen. Without an answer nothing changes.
#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    /// 〔继续上课〕〔提前离开〕
    LeaveEarly {
        /// Who.
        learner: LearnerId,
        /// Where.
        session: SessionId,
        /// What leaving now would earn.
        earning: Option<Earning>,
    },
    /// 您去哪个班？
    WhichSession {
        /// Who.
        learner: LearnerId,
        /// Which ones.
        sessions: Vec<SessionId>,
    },
    /// 请问您是…还是…？
    WhichPerson {
        /// Which ones.
        learners: Vec<LearnerId>,
    },
    /// 您没报这个班。〔旁听〕〔找老师〕
    SitIn {
        /// Who.
        learner: LearnerId,
        /// Where.
        session: SessionId,
    },
    /// "Signed out at 10:30." 〔我回来了〕
    Back {
        /// Who.
        learner: LearnerId,
        /// Where.
        session: SessionId,
        /// Since when.
        out_at: Time,
    },
}

/// An answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The first, harmless one: stay, no, ask the teacher.
    No,
    /// The other one: leave early, sit in, I am back.
    Yes,
    /// That session.
    Session(SessionId),
    /// That person.
    Person(LearnerId),
}
