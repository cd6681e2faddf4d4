// SPDX-License-Identifier: GPL-3.0-or-later
//! The district's server: takes records of kiosks, settles them, and sends documents down.
//!
//! Read [`hub`] first (what a hub has), then [`store`] (the door to its storage), [`ingest`] (what becomes of a batch), [`standing`]
//! (what records come to) and [`http`] (how it is asked). Deliberately absent: any state in a process that another process on the
//! same database would need, but for the requests of the last seconds and a cache of what was settled.

pub mod authority;
pub mod clock;
pub mod documents;
pub mod files;
pub mod http;
pub mod hub;
pub mod import;
pub mod ingest;
pub mod keys;
pub mod pairing;
pub mod papers;
pub mod people;
pub mod releases;
pub mod requests;
pub mod settings;
pub mod standing;
pub mod store;
pub mod supervisor;
#[cfg(test)]
mod test_journal;
