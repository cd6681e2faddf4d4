// SPDX-License-Identifier: GPL-3.0-or-later
//! The hub's HTTP: `docs/wire.md` says what each path means.

mod admin;
mod answer;
mod devices;
mod files;
mod pairing;
mod records;
mod router;
mod serve;
mod signed;
mod status;

pub use router::{App, router};
pub use serve::{ServeError, Serving, serve};
