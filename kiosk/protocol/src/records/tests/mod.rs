// SPDX-License-Identifier: GPL-3.0-or-later
//! Golden lines of version 1, every kind there and back, and what bad lines get.

mod bad;
mod golden;
mod round_trip;
mod samples;
