// SPDX-License-Identifier: GPL-3.0-or-later
//! `session-opened`, `session-closed`, `session-changed`, `headcount`.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use xuedian_domain::{
    id::{RoomId, SessionId, StaffId},
    record::{Change, Kind, Session},
};

use super::{PlanText, Text, written};

#[derive(Serialize, Deserialize)]
struct Opened {
    session: Text<SessionId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    made_here: Option<PlanText>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by: Option<Text<StaffId>>,
}

#[derive(Serialize, Deserialize)]
struct Closed {
    session: Text<SessionId>,
    for_all: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by: Option<Text<StaffId>>,
}

#[derive(Serialize, Deserialize)]
struct Changed {
    session: Text<SessionId>,
    #[serde(flatten)]
    change: ChangeWord,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by: Option<Text<StaffId>>,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "kebab-case")]
enum ChangeWord {
    Delayed { minutes: u32 },
    Moved { room: Text<RoomId> },
    Cancelled { reason: String },
    EndedEarly,
}

#[derive(Serialize, Deserialize)]
struct Headcount {
    session: Text<SessionId>,
    heads: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by: Option<Text<StaffId>>,
}

pub(super) fn encode(it: &Session) -> (&'static str, Value) {
    match it {
        Session::Opened { session, made_here, by } => {
            let made_here = made_here.as_deref().map(PlanText::from);
            written("session-opened", Opened { session: Text(*session), made_here, by: by.map(Text) })
        }
        Session::Closed { session, for_all, by } => {
            written("session-closed", Closed { session: Text(*session), for_all: *for_all, by: by.map(Text) })
        }
        Session::Changed { session, change, by } => written(
            "session-changed",
            Changed { session: Text(*session), change: change_out(change), by: by.map(Text) },
        ),
        Session::Headcount { session, heads, by } => {
            written("headcount", Headcount { session: Text(*session), heads: *heads, by: by.map(Text) })
        }
    }
}

pub(super) fn decode(kind: &str, body: &Value) -> serde_json::Result<Kind> {
    Ok(Kind::Session(match kind {
        "session-opened" => {
            let it = Opened::deserialize(body)?;
            let made_here = it.made_here.map(|plan| Box::new(plan.into()));
            Session::Opened { session: it.session.0, made_here, by: it.by.map(|id| id.0) }
        }
        "session-closed" => {
            let it = Closed::deserialize(body)?;
            Session::Closed { session: it.session.0, for_all: it.for_all, by: it.by.map(|id| id.0) }
        }
        "session-changed" => {
            let it = Changed::deserialize(body)?;
            Session::Changed { session: it.session.0, change: change_in(it.change), by: it.by.map(|id| id.0) }
        }
        _ => {
            let it = Headcount::deserialize(body)?;
            Session::Headcount { session: it.session.0, heads: it.heads, by: it.by.map(|id| id.0) }
        }
    }))
}

fn change_out(it: &Change) -> ChangeWord {
    match it {
        Change::Delayed { minutes } => ChangeWord::Delayed { minutes: *minutes },
        Change::Moved { room } => ChangeWord::Moved { room: Text(*room) },
        Change::Cancelled { reason } => ChangeWord::Cancelled { reason: reason.clone() },
        Change::EndedEarly => ChangeWord::EndedEarly,
    }
}

fn change_in(it: ChangeWord) -> Change {
    match it {
        ChangeWord::Delayed { minutes } => Change::Delayed { minutes },
        ChangeWord::Moved { room } => Change::Moved { room: room.0 },
        ChangeWord::Cancelled { reason } => Change::Cancelled { reason },
        ChangeWord::EndedEarly => Change::EndedEarly,
    }
}
