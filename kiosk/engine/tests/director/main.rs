// SPDX-License-Identifier: GPL-3.0-or-later
//! The director with a real journal on a real disk, a handful of people, and faux doors: what a visitor sees, and what is kept.

#![expect(clippy::unwrap_used, reason = "a test that fails should fail loudly")]

mod faults;
mod kiosk;
mod reset;
mod staff;
mod taps;
mod updates;
