// SPDX-License-Identifier: GPL-3.0-or-later
//! What a record is about: by these it is found again.

use xuedian_domain::{
    card::CardToken,
    id::{LearnerId, RecordId, SessionId},
    record::{Account, Card, Kind, Learning, Presence, Record, Session, Visit},
};

/// What a record is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    /// A person.
    Learner(LearnerId),
    /// A session.
    Session(SessionId),
    /// A card that was unknown, or was handed out or bound.
    Card(CardToken),
    /// A record that was taken back.
    Undone(RecordId),
    /// Sessions that were made here.
    MadeHere,
}

/// First bytes of keys as they are written.
pub(super) const UNDONE: u8 = 4;

impl Key {
    /// As it is written: never change what is here without a new version of the shelf.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let (tag, id): (u8, &[u8]) = match self {
            Self::Learner(learner) => (1, &learner.0),
            Self::Session(session) => (2, &session.0),
            Self::Card(token) => return [&[3, token.key], &token.mac[..]].concat(),
            Self::Undone(record) => (UNDONE, &record.0),
            Self::MadeHere => (5, &[]),
        };
        [&[tag], id].concat()
    }

    /// All that a record is about.
    pub(super) fn of(record: &Record) -> impl Iterator<Item = Self> {
        let learner = learner_of(record).map(Self::Learner);
        let session = session_of(&record.kind).map(Self::Session);
        let other = match &record.kind {
            Kind::Card(Card::Unknown { token, .. } | Card::Linked { token, .. }) => Some(Self::Card(*token)),
            Kind::Account(Account::Reversal { of, .. }) => Some(Self::Undone(*of)),
            Kind::Session(Session::Opened { made_here: Some(_), .. }) => Some(Self::MadeHere),
            _ => None,
        };
        [learner, session, other].into_iter().flatten()
    }
}

pub(super) fn session_of(kind: &Kind) -> Option<SessionId> {
    match kind {
        Kind::Session(
            Session::Opened { session, .. }
            | Session::Closed { session, .. }
            | Session::Changed { session, .. }
            | Session::Headcount { session, .. },
        )
        | Kind::Presence(
            Presence::CheckIn { session, .. }
            | Presence::CheckOut { session, .. }
            | Presence::LateEntry { session, .. },
        ) => Some(*session),
        Kind::Card(Card::Unknown { session, .. }) => *session,
        _ => None,
    }
}

fn learner_of(record: &Record) -> Option<LearnerId> {
    match &record.kind {
        Kind::Presence(
            Presence::CheckIn { learner, .. }
            | Presence::CheckOut { learner, .. }
            | Presence::LateEntry { learner, .. },
        )
        | Kind::Account(Account::Award { learner, .. })
        | Kind::Visit(Visit::Preference { learner, .. }) => Some(*learner),
        Kind::Learning(Learning::Watched { learner, .. }) | Kind::Visit(Visit::Opened { learner }) => *learner,
        Kind::Card(Card::Linked { learner, .. }) => Some(learner.unwrap_or(LearnerId(record.id.0))),
        _ => None,
    }
}
