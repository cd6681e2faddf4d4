// SPDX-License-Identifier: GPL-3.0-or-later
//! `check-in`, `check-out`, `late-entry`.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use xuedian_domain::{
    id::{LearnerId, SessionId, StaffId},
    record::{Hand, Kind, Presence},
    time::Time,
};

use super::{Text, written};

/// Without `by` it was the person's own card.
#[derive(Serialize, Deserialize)]
struct CheckIn {
    learner: Text<LearnerId>,
    session: Text<SessionId>,
    sits_in: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by: Option<Text<StaffId>>,
}

/// Without `by` it was the person's own card.
#[derive(Serialize, Deserialize)]
struct CheckOut {
    learner: Text<LearnerId>,
    session: Text<SessionId>,
    early: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by: Option<Text<StaffId>>,
}

#[derive(Serialize, Deserialize)]
struct LateEntry {
    learner: Text<LearnerId>,
    session: Text<SessionId>,
    from_ms: i64,
    to_ms: i64,
    by: Text<StaffId>,
    second: Text<StaffId>,
}

pub(super) fn encode(it: &Presence) -> (&'static str, Value) {
    match it {
        Presence::CheckIn { learner, session, how, sits_in } => written(
            "check-in",
            CheckIn { learner: Text(*learner), session: Text(*session), sits_in: *sits_in, by: hand_out(*how) },
        ),
        Presence::CheckOut { learner, session, how, early } => written(
            "check-out",
            CheckOut { learner: Text(*learner), session: Text(*session), early: *early, by: hand_out(*how) },
        ),
        Presence::LateEntry { learner, session, stay: (from, to), by: (by, second) } => written(
            "late-entry",
            LateEntry {
                learner: Text(*learner),
                session: Text(*session),
                from_ms: from.0,
                to_ms: to.0,
                by: Text(*by),
                second: Text(*second),
            },
        ),
    }
}

pub(super) fn decode(kind: &str, body: &Value) -> serde_json::Result<Kind> {
    Ok(Kind::Presence(match kind {
        "check-in" => {
            let it = CheckIn::deserialize(body)?;
            Presence::CheckIn { learner: it.learner.0, session: it.session.0, how: hand_in(it.by), sits_in: it.sits_in }
        }
        "check-out" => {
            let it = CheckOut::deserialize(body)?;
            Presence::CheckOut { learner: it.learner.0, session: it.session.0, how: hand_in(it.by), early: it.early }
        }
        _ => {
            let it = LateEntry::deserialize(body)?;
            Presence::LateEntry {
                learner: it.learner.0,
                session: it.session.0,
                stay: (Time(it.from_ms), Time(it.to_ms)),
                by: (it.by.0, it.second.0),
            }
        }
    }))
}

fn hand_out(how: Hand) -> Option<Text<StaffId>> {
    match how {
        Hand::Card => None,
        Hand::Staff(by) => Some(Text(by)),
    }
}

fn hand_in(by: Option<Text<StaffId>>) -> Hand {
    by.map_or(Hand::Card, |by| Hand::Staff(by.0))
}
