// SPDX-License-Identifier: GPL-3.0-or-later
//! What somebody should look at (疑点 · 核查). Never an accusation: people decide.

use crate::id::{LearnerId, LessonKey, RecordId, SessionId};

/// What somebody should look at.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Finding {
    /// More people tapped than were counted: the session's credits wait.
    MoreTapsThanHeads {
        /// Where.
        session: SessionId,
        /// People who tapped.
        taps: u32,
        /// Heads that staff counted.
        heads: u32,
        /// Taps that would have been borne.
        most: u32,
    },
    /// One person at two sessions at once: the larger award waits.
    TwoPlaces {
        /// Who.
        learner: LearnerId,
        /// The one that counts.
        session: SessionId,
        /// The one whose shared minutes do not.
        other: SessionId,
        /// Shared minutes.
        minutes: u32,
    },
    /// A lesson was watched elsewhere by someone who was in a session: it earns nothing.
    WatchedElsewhere {
        /// Who.
        learner: LearnerId,
        /// What.
        lesson: LessonKey,
        /// The record.
        record: RecordId,
    },
    /// Taps for a session that nobody knows; they wait for its plan.
    UnknownSession {
        /// Which.
        session: SessionId,
        /// People who tapped.
        taps: u32,
    },
    /// A late entry by one member of staff alone.
    LateEntryAlone {
        /// The record.
        record: RecordId,
    },
    /// A late entry made too many days after the session.
    LateEntryTooLate {
        /// The record.
        record: RecordId,
        /// Days after the session.
        days: u32,
    },
}
