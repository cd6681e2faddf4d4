// SPDX-License-Identifier: GPL-3.0-or-later
//! The headless heart of a kiosk: director, views, documents, sync.
//!
//! Knows no Slint, GStreamer, libnfc or D-Bus: those live behind [`ports`].

pub mod command;
pub mod ports;
pub mod view;
