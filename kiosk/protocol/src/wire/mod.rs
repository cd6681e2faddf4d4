// SPDX-License-Identifier: GPL-3.0-or-later
//! What kiosk and hub say to each other over HTTP, version 1. `docs/wire.md` tells it in words.

pub mod answers;
pub mod batch;
pub mod position;
pub mod problem;
pub mod routes;
pub mod status;

pub use answers::{DocumentsAnswer, HubEpoch, HubTime, Latest, RecordsAnswer, Refused};
pub use batch::{BatchError, BatchLine, pack, text, unpack};
pub use position::Position;
pub use problem::{Problem, code};
