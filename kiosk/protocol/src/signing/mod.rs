// SPDX-License-Identifier: GPL-3.0-or-later
//! Who says what: keys, signed requests of a device, signed statements of a hub.
//!
//! Every hash and signature names its algorithm, so that another can follow without a new format.

pub mod digest;
pub mod keys;
pub mod request;
pub mod statement;

pub use digest::{HASH_ALG, sha256_hex};
pub use keys::{DeviceKey, HubKey, NotAKey, PublicKey, SIGNATURE_ALG};
pub use request::{Presented, RequestFault, SignedRequest, sign_request, verify_request};
pub use statement::{OpenError, Signed, Statement};
