// SPDX-License-Identifier: GPL-3.0-or-later
//! `visit-opened`, `visit-closed`, `preference`, `feedback`.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use xuedian_domain::{
    id::{LearnerId, RecordId, SessionId},
    record::{Kind, Visit, VisitEnd},
};

use super::{Text, written};

#[derive(Serialize, Deserialize)]
struct Opened {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    learner: Option<Text<LearnerId>>,
}

#[derive(Serialize, Deserialize)]
struct Closed {
    visit: Text<RecordId>,
    why: EndWord,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum EndWord {
    Tap,
    Left,
    Timeout,
    Another,
    Staff,
}

#[derive(Serialize, Deserialize)]
struct Preference {
    learner: Text<LearnerId>,
    key: String,
    value: String,
}

#[derive(Serialize, Deserialize)]
struct Feedback {
    session: Text<SessionId>,
    face: u8,
}

pub(super) fn encode(it: &Visit) -> (&'static str, Value) {
    match it {
        Visit::Opened { learner } => written("visit-opened", Opened { learner: learner.map(Text) }),
        Visit::Closed { visit, why } => written("visit-closed", Closed { visit: Text(*visit), why: end_out(*why) }),
        Visit::Preference { learner, key, value } => {
            written("preference", Preference { learner: Text(*learner), key: key.clone(), value: value.clone() })
        }
        Visit::Feedback { session, face } => written("feedback", Feedback { session: Text(*session), face: *face }),
    }
}

pub(super) fn decode(kind: &str, body: &Value) -> serde_json::Result<Kind> {
    Ok(Kind::Visit(match kind {
        "visit-opened" => Visit::Opened { learner: Opened::deserialize(body)?.learner.map(|id| id.0) },
        "visit-closed" => {
            let it = Closed::deserialize(body)?;
            Visit::Closed { visit: it.visit.0, why: end_in(&it.why) }
        }
        "preference" => {
            let it = Preference::deserialize(body)?;
            Visit::Preference { learner: it.learner.0, key: it.key, value: it.value }
        }
        _ => {
            let it = Feedback::deserialize(body)?;
            Visit::Feedback { session: it.session.0, face: it.face }
        }
    }))
}

fn end_out(why: VisitEnd) -> EndWord {
    match why {
        VisitEnd::Tap => EndWord::Tap,
        VisitEnd::Left => EndWord::Left,
        VisitEnd::Timeout => EndWord::Timeout,
        VisitEnd::Another => EndWord::Another,
        VisitEnd::Staff => EndWord::Staff,
    }
}

fn end_in(word: &EndWord) -> VisitEnd {
    match word {
        EndWord::Tap => VisitEnd::Tap,
        EndWord::Left => VisitEnd::Left,
        EndWord::Timeout => VisitEnd::Timeout,
        EndWord::Another => VisitEnd::Another,
        EndWord::Staff => VisitEnd::Staff,
    }
}
