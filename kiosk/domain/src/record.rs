// SPDX-License-Identifier: GPL-3.0-or-later
//! What a record says: the kinds of version 1, in families.
//!
//! A kind is closed here and open on the wire: one that this release does not know is kept,
//! chained and sent, and arrives here as nothing at all.

use crate::{
    card::{CardClass, CardToken},
    id::{DeviceId, EpochId, LearnerId, LessonKey, RecordId, RoomId, SessionId, StaffId},
    session::SessionPlan,
    time::{Stamp, Time},
};

/// Where a record stands: this triple orders the records of a device, whatever its clock said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Origin {
    /// The kiosk.
    pub device: DeviceId,
    /// The stretch between two machine boots.
    pub epoch: EpochId,
    /// Runs on over epochs without gaps, from 1.
    pub seq: u64,
}

/// A record as it stands in a journal, its body understood.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Its own id.
    pub id: RecordId,
    /// Its place.
    pub origin: Origin,
    /// What the clocks said.
    pub stamp: Stamp,
    /// What happened.
    pub kind: Kind,
}

/// A record whose time has been settled by all that is known of its boot's clock.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// The record's id.
    pub id: RecordId,
    /// The record's place.
    pub origin: Origin,
    /// The best time that is known.
    pub at: Time,
    /// Whether durations from this time may be measured: false when the boot's clock never became known.
    pub measurable: bool,
    /// What happened.
    pub kind: Kind,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// About the machine.
    Machine(Machine),
    /// About a card.
    Card(Card),
    /// About a person at a screen.
    Visit(Visit),
    /// About an occurrence of an activity.
    Session(Session),
    /// About someone's presence in it.
    Presence(Presence),
    /// About learning at the screen.
    Learning(Learning),
    /// About accounts.
    Account(Account),
    /// About staff.
    Duty(Duty),
}

/// About the machine.
#[derive(Clone, Debug, PartialEq)]
pub enum Machine {
    /// `epoch-opened`: the journal goes on after a machine boot.
    EpochOpened,
    /// `clock-known`: wall time minus monotonic time of this boot, in milliseconds.
    ClockKnown {
        /// Add this to `mono_ms` of the same boot to get the true wall time.
        offset_ms: i64,
    },
    /// `fault`: a part of the machine began or ceased to fail.
    Fault {
        /// Which: `reader`, `cards` (a flood of unknown ones), `journal`, `disk`, `media`, `sound`, `clock`, `settings`,
        /// `display`.
        part: String,
        /// True when it begins, false when it is over.
        began: bool,
        /// For staff and the hub, without personal data.
        detail: String,
    },
    /// `factory-reset`: from the next start on the box knows nothing of what it was given, nor who it was.
    FactoryReset {
        /// The two of staff who decided it: who asked, and who confirmed.
        by: (StaffId, StaffId),
        /// Records that the hub had not acknowledged when it was asked for; they are kept on the box.
        unsent: u32,
    },
}

/// About a card.
#[derive(Clone, Debug, PartialEq)]
pub enum Card {
    /// `card-unknown`: tapped here, known to nobody yet. It may count later, once it is linked.
    Unknown {
        /// Its keyed hash.
        token: CardToken,
        /// What the reader could tell beside.
        class: CardClass,
        /// The session that ran in the kiosk's room, if exactly one.
        session: Option<SessionId>,
    },
    /// `card-linked`: a card belongs to a person from now on.
    Linked {
        /// Its keyed hash.
        token: CardToken,
        /// What the reader could tell beside.
        class: CardClass,
        /// To whom; none makes a new learner who is named by this record's id until the hub knows more.
        learner: Option<LearnerId>,
        /// The number printed on a card that staff hand out.
        printed_no: Option<String>,
        /// Who did it.
        by: Option<StaffId>,
    },
}

/// About a person at a screen.
#[derive(Clone, Debug, PartialEq)]
pub enum Visit {
    /// `visit-opened`, named by this record's id.
    Opened {
        /// Who; none is a guest.
        learner: Option<LearnerId>,
    },
    /// `visit-closed`.
    Closed {
        /// The `visit-opened` record.
        visit: RecordId,
        /// How it ended.
        why: VisitEnd,
    },
    /// `preference`: type size, language, voice … travel with the card.
    Preference {
        /// Whose.
        learner: LearnerId,
        /// `type_size`, `language`, `theme`, `voice`.
        key: String,
        /// Its new value.
        value: String,
    },
    /// `feedback`: one of three faces after a session; counted by class, never by person.
    Feedback {
        /// About which session.
        session: SessionId,
        /// 1 satisfied, 2 so-so, 3 not.
        face: u8,
    },
}

/// How a visit ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VisitEnd {
    /// The same card again.
    Tap,
    /// The key 退出.
    Left,
    /// Nobody answered "are you still there?".
    Timeout,
    /// Another person's card.
    Another,
    /// A staff card.
    Staff,
}

/// About an occurrence of an activity.
#[derive(Clone, Debug, PartialEq)]
pub enum Session {
    /// `session-opened`: staff opened it, or made one that no agenda knew.
    Opened {
        /// Which; for one made here, this record's own id as a session id.
        session: SessionId,
        /// All about it when it was made here.
        made_here: Option<Box<SessionPlan>>,
        /// Who; none when it opened by itself at the hour of the agenda.
        by: Option<StaffId>,
    },
    /// `session-closed`: its end is final.
    Closed {
        /// Which.
        session: SessionId,
        /// Everyone still in is checked out at its end.
        for_all: bool,
        /// Who.
        by: Option<StaffId>,
    },
    /// `session-changed`.
    Changed {
        /// Which.
        session: SessionId,
        /// How.
        change: Change,
        /// Who.
        by: Option<StaffId>,
    },
    /// `headcount` (实到人数), typed by staff; the last one counts.
    Headcount {
        /// Which.
        session: SessionId,
        /// Heads in the room.
        heads: u32,
        /// Who counted.
        by: Option<StaffId>,
    },
}

/// How a session changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It starts and ends later. A delay says how much in all, so that the same word from two kiosks is one delay: of
    /// several, the longest counts.
    Delayed {
        /// Minutes later than planned, in all.
        minutes: u32,
    },
    /// It takes place elsewhere.
    Moved {
        /// The new room.
        room: RoomId,
    },
    /// It does not take place.
    Cancelled {
        /// Why, in words for people.
        reason: String,
    },
    /// It is over now, before its planned end.
    EndedEarly,
}

/// About someone's presence.
#[derive(Clone, Debug, PartialEq)]
pub enum Presence {
    /// `check-in`.
    CheckIn {
        /// Who.
        learner: LearnerId,
        /// Where to.
        session: SessionId,
        /// By card, or by staff for someone without one.
        how: Hand,
        /// Sits in without being enrolled (旁听).
        sits_in: bool,
    },
    /// `check-out`.
    CheckOut {
        /// Who.
        learner: LearnerId,
        /// From where.
        session: SessionId,
        /// By card or by staff.
        how: Hand,
        /// The person answered "leave early".
        early: bool,
    },
    /// `late-entry` (补录): from paper, by two members of staff.
    LateEntry {
        /// Who.
        learner: LearnerId,
        /// Where.
        session: SessionId,
        /// From when, to when.
        stay: (Time, Time),
        /// The two who stand for it.
        by: (StaffId, StaffId),
    },
}

/// By whose hand a presence was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Hand {
    /// The person's card.
    Card,
    /// Staff (人工).
    Staff(StaffId),
}

/// About learning at the screen.
#[derive(Clone, Debug, PartialEq)]
pub enum Learning {
    /// `watched`: stretches of a lesson really shown.
    Watched {
        /// Who; none is a guest, whose sitting may be taken over by `visit`.
        learner: Option<LearnerId>,
        /// During which visit.
        visit: RecordId,
        /// What.
        lesson: LessonKey,
        /// Milliseconds from start, to end, of each stretch; sorted, disjoint.
        ranges: Vec<(u32, u32)>,
        /// The lesson's length in milliseconds.
        length_ms: u32,
        /// Where the person stopped, milliseconds from the start: there it resumes, at any kiosk.
        stopped_ms: u32,
    },
}

/// About accounts.
#[derive(Clone, Debug, PartialEq)]
pub enum Account {
    /// `award`: what was told to the person when it was earned. The accounts themselves are settled.
    Award {
        /// Who.
        learner: LearnerId,
        /// For what.
        source: AwardSource,
        /// Rule and version of the rule set.
        rule: (String, u32),
        /// 1/100 credit.
        amount: i64,
        /// The minutes that counted.
        minutes: u32,
    },
    /// `reversal` (撤销, 冲正): a record is as if it had not been. Never erases.
    Reversal {
        /// Which record.
        of: RecordId,
        /// Why, in words for people.
        reason: String,
        /// Who.
        by: Option<StaffId>,
    },
}

/// What an award is for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AwardSource {
    /// Presence in a session.
    Session(SessionId),
    /// A lesson covered.
    Lesson(LessonKey),
}

/// About staff.
#[derive(Clone, Debug, PartialEq)]
pub enum Duty {
    /// `staff-on`: a staff card opened the staff page.
    On {
        /// Who.
        staff: StaffId,
    },
    /// `staff-off`.
    Off {
        /// Who.
        staff: StaffId,
    },
}
