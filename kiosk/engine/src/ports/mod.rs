// SPDX-License-Identifier: GPL-3.0-or-later
//! The doors to the machine, as the director sees them.

pub mod board;
pub mod lane;
pub mod media;
pub mod reader;
pub mod signals;
pub mod sound;
pub mod system;
