// SPDX-License-Identifier: GPL-3.0-or-later
//! What a tap did, as it is told to the person who tapped.

use std::collections::VecDeque;

use super::{Amount, Clock, Day, Person, Why};

/// How a result is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ShownAs {
    /// The whole screen.
    #[default]
    Full,
    /// Only place and mask: three taps in ten seconds, others are waiting.
    Queue,
}

/// One result.
#[derive(Clone, Debug, PartialEq)]
pub struct TapResult {
    /// Names this result in answers; never used twice in a run.
    pub key: u64,
    /// Who tapped, when that is known.
    pub who: Option<Person>,
    /// When, when the clock is known.
    pub at: Option<Clock>,
    /// Whole screen or queue.
    pub shown_as: ShownAs,
    /// What happened.
    pub outcome: Outcome,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// 签到成功.
    SignedIn {
        /// Name of the session.
        session: String,
        /// The how-many-eth to sign in, from 1; 0 when it is not counted.
        place: u32,
        /// What it will earn and why, when a rule says so.
        earns: Option<(Amount, Why)>,
        /// The rules here are older than they should be: an expectation.
        expected: bool,
        /// 上次忘了签退: how the last one was settled.
        forgotten: Option<Forgotten>,
        /// 换教室了: where the session is now.
        moved_to: Option<String>,
        /// Minutes that the teacher is late.
        delayed: Option<u32>,
        /// Sits in, without being on the list.
        sits_in: bool,
    },
    /// 您已签到，不用再刷.
    Already {
        /// Name of the session.
        session: String,
        /// When the first tap was.
        since: Clock,
        /// No check-out is needed here at all (lecture, screening).
        no_check_out: bool,
    },
    /// 您已签到，下课再刷: the answers stay and leave early.
    MidClass {
        /// Name of the session.
        session: String,
        /// When it ends.
        ends: Clock,
        /// Whole seconds left to answer, of 20.
        seconds_left: u32,
    },
    /// 签退成功.
    SignedOut {
        /// Name of the session.
        session: String,
        /// Minutes counted.
        minutes: u32,
        /// What it earned and why.
        earned: Option<(Amount, Why)>,
        /// The rules here are older than they should be: an expectation.
        expected: bool,
    },
    /// Signed out before: the answer "I am back".
    SignedOutBefore {
        /// Name of the session.
        session: String,
        /// When.
        at: Clock,
    },
    /// 您去哪个班?
    WhichSession(Vec<SessionChoice>),
    /// Two people's cards answer alike: which one?
    WhichPerson(Vec<PersonChoice>),
    /// 您没报这个班: the answers sit in, ask the teacher.
    NotEnrolled {
        /// Name of the session.
        session: String,
    },
    /// A visit opened where no session runs: shown for a moment before home.
    VisitOpened,
    /// The visit ended; see you.
    VisitClosed {
        /// Records of this person that are still on this machine.
        not_sent: u32,
    },
    /// Somebody else is at the screen: nothing was recorded, and it is this person's turn soon.
    InUse,
    /// A refusal in words.
    Refused(Refusal),
}

/// How a forgotten check-out was settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forgotten {
    /// Counted to the end; the how-many-eth time this month.
    Full {
        /// Times this month.
        times: u32,
    },
    /// Counted by half.
    Half {
        /// Credit, 1/100.
        credit: i64,
    },
    /// Counted as the shortest stay.
    Minimum {
        /// Minutes.
        minutes: u32,
    },
    /// Waits for staff.
    WaitsForStaff,
}

/// One of the sessions to choose from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionChoice {
    /// Given back in the answer.
    pub id: String,
    /// Name of the activity.
    pub name: String,
    /// Short name: at most 4 glyphs or 10 letters.
    pub short: String,
    /// Room.
    pub room: String,
    /// Picture code.
    pub picture: String,
    /// Start.
    pub starts: Clock,
}

/// One of the people to choose from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonChoice {
    /// Given back in the answer.
    pub key: u64,
    /// Mask and, always here, the tail.
    pub who: Person,
}

/// Why a session does not take place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CancelReason {
    /// 空气质量红色预警.
    AirQuality,
    /// 天气.
    Weather,
    /// 老师有事.
    Teacher,
    /// 停电停水.
    Power,
    /// 人数不足.
    TooFew,
    /// 其他原因.
    Other,
}

/// Why nothing was signed.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// 这张卡还没登记.
    UnknownCard,
    /// The same, on a box that no learning point owns yet: recorded, judged after set-up.
    NotSetUp,
    /// Whose card it is cannot be told for the moment: recorded, judged later.
    NotNow,
    /// A phone or bank card with a random number.
    RandomUid,
    /// An identity card.
    IdentityCard,
    /// Two cards.
    TwoCards,
    /// 没读清楚，请贴稳两秒.
    TooQuick,
    /// 这张卡已挂失.
    LostCard,
    /// 座位满了.
    Full,
    /// 今天停课.
    Cancelled {
        /// Why.
        reason: CancelReason,
        /// The make-up session.
        make_up: Option<(Day, Clock)>,
    },
    /// The session takes place elsewhere.
    Moved {
        /// Room.
        room: String,
    },
    /// Too late to sign in.
    TooLate {
        /// Name of the session.
        session: String,
    },
    /// Too short for credit.
    TooShort,
    /// The record could not be written: nothing is said to be done.
    NotRecorded,
}

/// The last eight results, newest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RecentResults(VecDeque<TapResult>);

impl RecentResults {
    /// How many are kept.
    pub const KEPT: usize = 8;

    /// Adds the newest, dropping the ninth.
    pub fn push(&mut self, result: TapResult) {
        self.0.push_front(result);
        self.0.truncate(Self::KEPT);
    }

    /// Newest first.
    pub fn iter(&self) -> impl Iterator<Item = &TapResult> {
        self.0.iter()
    }

    /// Replaces the one with the same key, when it is still here.
    pub fn replace(&mut self, result: TapResult) {
        if let Some(kept) = self.0.iter_mut().find(|kept| kept.key == result.key) {
            *kept = result;
        }
    }
}
