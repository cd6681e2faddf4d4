// SPDX-License-Identifier: GPL-3.0-or-later
//! Becoming part of a district: the box shows a code, the operator types it, and the answer is sealed to this box.

mod attempt;
mod step;
mod task;

pub use step::PairingStep;
pub(crate) use task::PairingTask;
