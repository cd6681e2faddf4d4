// SPDX-License-Identifier: GPL-3.0-or-later
//! `card-unknown`, `card-linked`.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use xuedian_domain::{
    card::CardClass,
    id::{LearnerId, SessionId, StaffId},
    record::{Card, Kind},
};

use super::{Text, text::TokenText, written};

#[derive(Serialize, Deserialize)]
struct Class {
    uid_len: u8,
    sak: u8,
    atqa: u16,
}

#[derive(Serialize, Deserialize)]
struct Unknown {
    token: TokenText,
    class: Class,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    session: Option<Text<SessionId>>,
}

#[derive(Serialize, Deserialize)]
struct Linked {
    token: TokenText,
    class: Class,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    learner: Option<Text<LearnerId>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    printed_no: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by: Option<Text<StaffId>>,
}

pub(super) fn encode(it: &Card) -> (&'static str, Value) {
    match it {
        Card::Unknown { token, class, session } => written(
            "card-unknown",
            Unknown { token: TokenText(*token), class: class_out(*class), session: session.map(Text) },
        ),
        Card::Linked { token, class, learner, printed_no, by } => written(
            "card-linked",
            Linked {
                token: TokenText(*token),
                class: class_out(*class),
                learner: learner.map(Text),
                printed_no: printed_no.clone(),
                by: by.map(Text),
            },
        ),
    }
}

pub(super) fn decode(kind: &str, body: &Value) -> serde_json::Result<Kind> {
    Ok(Kind::Card(if kind == "card-unknown" {
        let it = Unknown::deserialize(body)?;
        Card::Unknown { token: it.token.0, class: class_in(&it.class), session: it.session.map(|id| id.0) }
    } else {
        let it = Linked::deserialize(body)?;
        Card::Linked {
            token: it.token.0,
            class: class_in(&it.class),
            learner: it.learner.map(|id| id.0),
            printed_no: it.printed_no,
            by: it.by.map(|id| id.0),
        }
    }))
}

fn class_out(CardClass { uid_len, sak, atqa }: CardClass) -> Class {
    Class { uid_len, sak, atqa }
}

fn class_in(&Class { uid_len, sak, atqa }: &Class) -> CardClass {
    CardClass { uid_len, sak, atqa }
}
