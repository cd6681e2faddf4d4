// SPDX-License-Identifier: GPL-3.0-or-later
//! The rig: starts a hub, kiosks and emulated readers as the real programs that they are, on virtual displays and in folders of
//! their own, lets a test tap, touch, cut and kill, and reads what came of it.
//!
//! Nothing in here is linked into what it tests. It holds on to the documented surfaces only: settings files, `ready` on standard
//! output, the reader's control socket, accessible labels, `xuedian journal`, `GET /v1/status`.

pub mod cards;
pub mod display;
pub mod district;
pub mod hub;
pub mod journal;
pub mod kiosk;
pub mod network;
pub mod process;
pub mod programs;
pub mod screen;
pub mod torture;
pub mod wallet;
