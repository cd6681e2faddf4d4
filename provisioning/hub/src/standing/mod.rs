// SPDX-License-Identifier: GPL-3.0-or-later
//! The standing: all records settled at the hub, certified, converted, and told to the kiosks.
//!
//! The same fold as at a kiosk, over everybody's records. Records are read once and kept in memory; settling begins anew each time,
//! since a late record may change what was settled before.

mod accounts;
mod certify;
mod folded;
mod lines;
mod visitors;

pub(crate) use folded::{Folded, Settled};
pub(crate) use visitors::{Linked, with_links};
