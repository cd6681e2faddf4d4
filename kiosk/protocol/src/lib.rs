// SPDX-License-Identifier: GPL-3.0-or-later
//! The wire between kiosk and hub, and the form of every record and document.

pub mod card_key;
pub mod documents;
pub mod pairing;
pub mod records;
pub mod rules;
pub mod signing;
pub mod text;
pub mod wire;
