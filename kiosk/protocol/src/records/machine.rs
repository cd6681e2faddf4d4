// SPDX-License-Identifier: GPL-3.0-or-later
//! `epoch-opened`, `clock-known`, `fault`.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use xuedian_domain::record::{Kind, Machine};

use super::written;

#[derive(Serialize, Deserialize)]
struct ClockKnown {
    offset_ms: i64,
}

#[derive(Serialize, Deserialize)]
struct Fault {
    part: String,
    began: bool,
    detail: String,
}

pub(super) fn encode(it: &Machine) -> (&'static str, Value) {
    match it {
        // The journal writes it with parent, boot and software, which only its chain needs.
        Machine::EpochOpened => written("epoch-opened", json!({})),
        Machine::ClockKnown { offset_ms } => written("clock-known", ClockKnown { offset_ms: *offset_ms }),
        Machine::Fault { part, began, detail } => {
            written("fault", Fault { part: part.clone(), began: *began, detail: detail.clone() })
        }
    }
}

pub(super) fn decode(kind: &str, body: &Value) -> serde_json::Result<Kind> {
    Ok(Kind::Machine(match kind {
        "clock-known" => Machine::ClockKnown { offset_ms: ClockKnown::deserialize(body)?.offset_ms },
        "fault" => {
            let Fault { part, began, detail } = Fault::deserialize(body)?;
            Machine::Fault { part, began, detail }
        }
        _ => Machine::EpochOpened,
    }))
}
