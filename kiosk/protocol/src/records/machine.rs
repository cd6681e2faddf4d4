// SPDX-License-Identifier: GPL-3.0-or-later
//! `epoch-opened`, `clock-known`, `fault`, `factory-reset`.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use xuedian_domain::{
    id::StaffId,
    record::{Kind, Machine},
};

use super::{Text, written};

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

#[derive(Serialize, Deserialize)]
struct FactoryReset {
    by: Text<StaffId>,
    second: Text<StaffId>,
    unsent: u32,
}

pub(super) fn encode(it: &Machine) -> (&'static str, Value) {
    match it {
        // The journal writes it with parent, boot and software, which only its chain needs.
        Machine::EpochOpened => written("epoch-opened", json!({})),
        Machine::ClockKnown { offset_ms } => written("clock-known", ClockKnown { offset_ms: *offset_ms }),
        Machine::Fault { part, began, detail } => {
            written("fault", Fault { part: part.clone(), began: *began, detail: detail.clone() })
        }
        Machine::FactoryReset { by: (by, second), unsent } => {
            written("factory-reset", FactoryReset { by: Text(*by), second: Text(*second), unsent: *unsent })
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
        "factory-reset" => {
            let FactoryReset { by, second, unsent } = FactoryReset::deserialize(body)?;
            Machine::FactoryReset { by: (by.0, second.0), unsent }
        }
        _ => Machine::EpochOpened,
    }))
}
