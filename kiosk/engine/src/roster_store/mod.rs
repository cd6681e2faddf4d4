// SPDX-License-Identifier: GPL-3.0-or-later
//! Who belongs to a card, and what the hub says of them: the roster and the standing, laid out for looking up.
//!
//! Nothing in here is an original. Each of the two documents has a file of its own, built from the signed files in `documents/` and
//! thrown away whenever its version differs, it is damaged, or the whole document comes anew. A whole document is built into
//! a new file beside the one that is being read, in small synced pieces at a bounded pace, and takes its place by a rename; a step
//! from one version to the next is one transaction. So no look-up ever waits, and a million people do not fill a log.

mod build;
mod file;
mod people;
mod person;
mod reader;
mod roster;
mod standing;
mod store;

pub use build::ImportError;
pub use people::{LookupError, People, Search};
pub use person::{Holder, Person};
pub use store::{Head, RosterStore};
