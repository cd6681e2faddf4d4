// SPDX-License-Identifier: GPL-3.0-or-later
//! Vocabulary and rules of a learning point: what a tap means, and what presence earns.
//!
//! No I/O, no clock, no randomness, no serialisation: what is needed comes in as arguments.

pub mod card;
pub mod decide;
pub mod id;
pub mod name;
pub mod record;
pub mod retime;
pub mod rules;
pub mod session;
pub mod settle;
pub mod time;
pub mod timeline;
