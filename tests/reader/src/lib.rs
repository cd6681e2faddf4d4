// SPDX-License-Identifier: GPL-3.0-or-later
//! A PN532 reader and a wallet of cards, emulated at the wire.
