// SPDX-License-Identifier: GPL-3.0-or-later
//! How a box becomes part of a district, in the form of RFC 8628: it shows a code, polls, and the operator approves.

pub mod messages;
pub mod seal;
pub mod words;
mod words_list;

pub use messages::{CardKeyEntry, PairingAnswer, PairingPoll, PairingRequest, PairingState, Provision};
pub use seal::{NotOpened, SealKey, SealPublic, Sealed};
pub use words::{Commitment, Nonce, four_words};
