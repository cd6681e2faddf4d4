// SPDX-License-Identifier: GPL-3.0-or-later
//! Power cuts: what a disk may hold after one, and what must be on it all the same.

pub mod log;
pub mod replay;
