// SPDX-License-Identifier: GPL-3.0-or-later
//! Who this box is: its keys, and what pairing brought.
//!
//! In the folder `identity/` of the data folder, each file whole or not at all and for its owner only:
//! `device.key` and `seal.key` (64 hexadecimal digits: the secret seeds of `DeviceKey` and `SealKey`), `card.key` (the
//! card key that an unpaired box draws for itself) and `provision.json` (the `Provision` of pairing, as JSON). Whoever prepares
//! a box writes `device.key` and `provision.json`; what is absent is drawn.

mod keeper;
mod keys;

pub use keeper::{Identity, OWN_CARD_KEY};
pub use keys::IdentityError;
