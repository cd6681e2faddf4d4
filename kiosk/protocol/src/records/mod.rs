// SPDX-License-Identifier: GPL-3.0-or-later
//! Records on the wire, version 1: the body of every kind, and the line that carries it.
//!
//! Inner types are not `Serialize`: each family has mirror types here, so that a change inside cannot change
//! a byte outside. Members that a later release adds are passed over; a kind that it adds decodes to nothing.

mod account;
mod card;
mod duty;
mod envelope;
mod error;
mod learning;
mod machine;
mod plan;
mod presence;
mod session;
#[cfg(test)]
mod tests;
mod text;
mod visit;

use serde::Serialize;
use serde_json::Value;
use xuedian_domain::record::Kind;

pub use envelope::{Envelope, VERSION, read_line};
pub use error::{BadBody, BadRecord};
pub use plan::{KindWord, PlanText, PolicyWord, WordsText};
pub use text::Text;

/// The name of a kind and its body: integers, text, lists and objects only.
#[must_use]
pub fn encode(kind: &Kind) -> (&'static str, Value) {
    match kind {
        Kind::Machine(it) => machine::encode(it),
        Kind::Card(it) => card::encode(it),
        Kind::Visit(it) => visit::encode(it),
        Kind::Session(it) => session::encode(it),
        Kind::Presence(it) => presence::encode(it),
        Kind::Learning(it) => learning::encode(it),
        Kind::Account(it) => account::encode(it),
        Kind::Duty(it) => duty::encode(it),
    }
}

/// What a body says; nothing when this release does not know the kind.
///
/// # Errors
/// When the kind is known and the body is not one of its bodies.
pub fn decode(kind: &str, body: &Value) -> Result<Option<Kind>, BadBody> {
    let known = match kind {
        "epoch-opened" | "clock-known" | "fault" | "factory-reset" => machine::decode(kind, body),
        "card-unknown" | "card-linked" => card::decode(kind, body),
        "visit-opened" | "visit-closed" | "preference" | "feedback" => visit::decode(kind, body),
        "session-opened" | "session-closed" | "session-changed" | "headcount" => session::decode(kind, body),
        "check-in" | "check-out" | "late-entry" => presence::decode(kind, body),
        "watched" => learning::decode(body),
        "award" | "reversal" => account::decode(kind, body),
        "staff-on" | "staff-off" => duty::decode(kind, body),
        _ => return Ok(None),
    };
    known.map(Some).map_err(|why| BadBody { kind: kind.to_owned(), why: why.to_string() })
}

fn written(kind: &'static str, body: impl Serialize) -> (&'static str, Value) {
    (kind, serde_json::to_value(body).expect("bodies have text keys and whole numbers only"))
}
