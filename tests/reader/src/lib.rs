// SPDX-License-Identifier: GPL-3.0-or-later
//! A PN532 reader and a wallet of cards, emulated at the wire.
//!
//! The far side of a pseudo-terminal speaks the frames of a PN532 on a serial line, so that the real libnfc
//! (`pn532_uart:PATH`) and everything above it is what runs. [`reader::Reader`] is the reader on the desk: plug it, put
//! cards on it, break it. [`control`] lets other programs do the same over a socket.
//!
//! Deliberately absent: FeliCa, peer-to-peer, writing to cards, target mode. Nobody here uses them.

pub mod card;
pub mod client;
pub mod control;
pub mod desk;
pub mod field;
pub mod frame;
mod memory;
mod pn532;
mod port;
pub mod reader;
pub mod wallet;
mod wire;
