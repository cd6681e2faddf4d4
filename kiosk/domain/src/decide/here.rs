// SPDX-License-Identifier: GPL-3.0-or-later
//! What the director has looked up before it asks: who a card belongs to, and what runs here for that person.

use crate::{
    card::{CardClass, CardToken},
    id::{LearnerId, RecordId, SessionId, StaffId},
    session::PresencePolicy,
    settle::Reason,
    time::Time,
};

/// A card in the field, looked up.
#[derive(Clone, Debug, PartialEq)]
pub struct CardHere {
    /// Its keyed hash under the current card key.
    pub token: CardToken,
    /// What the reader could tell beside.
    pub class: CardClass,
    /// Whose it is.
    pub holder: Holder,
    /// It lay in the field before, as one of several.
    pub lying: bool,
    /// The session that runs in this kiosk's rooms, if it is the only one: an unknown card may turn out to belong there.
    pub only_session: Option<SessionId>,
}

/// Whose a card is.
#[derive(Clone, Debug, PartialEq)]
pub enum Holder {
    /// Nobody's that this kiosk knows of.
    Unknown,
    /// A learner's; or, rarely, one of several whose cards answer alike.
    Learners(Vec<LearnerHere>),
    /// A member of staff's.
    Staff(StaffId),
    /// It was reported lost.
    Lost,
}

/// A learner and all that runs here for that person.
#[derive(Clone, Debug, PartialEq)]
pub struct LearnerHere {
    /// Who.
    pub learner: LearnerId,
    /// The account rests (the person has died): no greeting.
    pub resting: bool,
    /// The sessions in this kiosk's rooms whose windows are open, in the order of their start.
    pub sessions: Vec<SessionHere>,
    /// How the last stay was settled when its check-out was forgotten, if that was not told yet.
    pub forgot: Option<Forgot>,
}

/// How a forgotten check-out was settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forgot {
    /// Forgiven: counted to the end.
    Forgiven,
    /// Counted by half; 1/100 credit.
    Half {
        /// 1/100 credit.
        amount: i64,
    },
}

/// A session that runs here, as one person finds it.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionHere {
    /// Which.
    pub session: SessionId,
    /// How taps become minutes.
    pub policy: PresencePolicy,
    /// Whether it takes place.
    pub going: Going,
    /// The hours that decide what a tap means.
    pub window: Window,
    /// Whether the person is on its list.
    pub roll: Roll,
    /// Seats are limited and all taken.
    pub full: bool,
    /// How many are in or have been in: the next one is `place + 1`.
    pub place: u32,
    /// Whether the person is in.
    pub attendance: Attendance,
    /// What staying to the end would earn, and why.
    pub forecast: Option<Earning>,
    /// What a check-out now would earn, and why.
    pub earned_now: Option<Earning>,
}

/// Whether a person is expected in a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Roll {
    /// On its list.
    Listed,
    /// It has a list, and the person is not on it.
    NotListed,
    /// It has no list: everybody may come, and nobody is meant.
    NoList,
}

/// Whether a session takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Going {
    /// It does, where it was planned.
    AsPlanned,
    /// It does, in another room.
    Moved,
    /// It does not.
    Cancelled,
}

/// The hours of a session after all delays, by its presence policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Cards are taken from here.
    pub opens: Time,
    /// It ends here.
    pub ends: Time,
    /// Nobody is signed in after this; none: until its end.
    pub accepts_until: Option<Time>,
    /// A tap checks out from here; none: at any time, or never where the policy has no check-out.
    pub checkout_from: Option<Time>,
    /// A tap checks out until here.
    pub checkout_until: Time,
}

/// Whether a person is in a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attendance {
    /// Not yet.
    NotYet,
    /// Since then.
    In {
        /// When.
        since: Time,
        /// By which record.
        record: RecordId,
    },
    /// Was in, and left.
    Out {
        /// When.
        at: Time,
    },
}

/// What was or would be earned, with the numbers of the sentence that says why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Earning {
    /// The rule.
    pub rule: String,
    /// Version of the rule set.
    pub version: u32,
    /// 1/100 credit.
    pub amount: i64,
    /// Minutes that count.
    pub minutes: u32,
    /// Why it is so much, or nothing.
    pub why: Reason,
}
