// SPDX-License-Identifier: GPL-3.0-or-later
//! The kiosk's doors to the machine: media, sound, signals, system, board.

pub mod board;
pub mod media;
pub mod signals;
pub mod sound;
pub mod system;
mod waiting;
