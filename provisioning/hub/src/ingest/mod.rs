// SPDX-License-Identifier: GPL-3.0-or-later
//! What becomes of a batch of records, line by line.
//!
//! Every record whose bytes hold in its device's chain is stored, whatever the hub thinks of it. A line that does not hold is set
//! aside with its reason, and the chain is followed past it by the hash that travelled along, so nothing waits behind it.

mod judge;
mod link;

pub use judge::{Gap, Judge, Ledger, New, SetAside};
pub use link::{Link, Parent};
