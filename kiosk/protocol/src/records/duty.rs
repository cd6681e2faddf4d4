// SPDX-License-Identifier: GPL-3.0-or-later
//! `staff-on`, `staff-off`.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use xuedian_domain::{
    id::StaffId,
    record::{Duty, Kind},
};

use super::{Text, written};

#[derive(Serialize, Deserialize)]
struct Staff {
    staff: Text<StaffId>,
}

pub(super) fn encode(it: &Duty) -> (&'static str, Value) {
    match it {
        Duty::On { staff } => written("staff-on", Staff { staff: Text(*staff) }),
        Duty::Off { staff } => written("staff-off", Staff { staff: Text(*staff) }),
    }
}

pub(super) fn decode(kind: &str, body: &Value) -> serde_json::Result<Kind> {
    let staff = Staff::deserialize(body)?.staff.0;
    Ok(Kind::Duty(if kind == "staff-on" { Duty::On { staff } } else { Duty::Off { staff } }))
}
