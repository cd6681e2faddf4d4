// SPDX-License-Identifier: GPL-3.0-or-later
//! The card trial: twelve kinds of cards, five of each, five taps with each, at the very reader.
//!
//! Cards are read through the terminal's own reader door, so that what is judged is what people will meet. The door gives no
//! number of a card away, only what it makes of it under a key; this trial draws a key for itself, keeps it in memory, and so
//! compares numbers without having one. On the sheet is only what a card trial may keep.

pub mod ears;
pub mod judge;
pub mod kinds;
pub mod row;
pub mod sheet;
pub mod table;
pub mod tongue;
pub mod trial;
pub mod trouble;
mod trying;
pub mod wish;
