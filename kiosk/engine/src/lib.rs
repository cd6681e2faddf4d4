// SPDX-License-Identifier: GPL-3.0-or-later
//! The headless heart of a kiosk: director, views, documents, sync.
//!
//! Knows no Slint, GStreamer, libnfc or D-Bus: those live behind [`ports`].

pub mod book;
pub mod clock;
pub mod command;
pub mod director;
pub mod district;
pub mod documents;
pub mod identity;
pub mod media_cache;
pub mod pairing;
pub mod ports;
pub mod release;
pub mod reset;
pub mod roster_store;
pub mod settings;
pub mod sync;
pub mod trial;
pub mod upkeep;
pub mod view;
mod whole_file;
