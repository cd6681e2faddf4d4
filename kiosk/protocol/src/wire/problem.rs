// SPDX-License-Identifier: GPL-3.0-or-later
//! What a hub answers when it cannot do what is asked: always JSON, always with words.

use serde::{Deserialize, Serialize};

use super::Position;

/// The body of every 4xx and 5xx answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// One of [`code`].
    pub error: String,
    /// For a log or a technician, in English.
    pub message: String,
    /// With [`code::GAP`]: the last record of each of the device's newest epochs that the hub holds, newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub held: Vec<Position>,
    /// With [`code::REPLAYED`]: the highest counter seen in this request epoch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counter: Option<u64>,
}

impl Problem {
    /// A problem with nothing but words.
    #[must_use]
    pub fn new(error: &str, message: impl Into<String>) -> Self {
        Self { error: error.to_owned(), message: message.into(), held: Vec::new(), counter: None }
    }
}

/// The codes of problems.
pub mod code {
    /// 400: the request cannot be understood.
    pub const MALFORMED: &str = "malformed";
    /// 401: no device of this id belongs to the district.
    pub const UNKNOWN_DEVICE: &str = "unknown-device";
    /// 401: the signature or one of its headers does not hold.
    pub const SIGNATURE: &str = "signature";
    /// 401: a request with this counter was seen before; go on from `counter` + 1.
    pub const REPLAYED: &str = "replayed";
    /// 403: the device was struck from the district.
    pub const STRUCK: &str = "struck";
    /// 403: the token is absent or wrong.
    pub const TOKEN: &str = "token";
    /// 404: nothing here.
    pub const NOT_FOUND: &str = "not-found";
    /// 409: the batch does not hang on anything held here: go back to `held`.
    pub const GAP: &str = "gap";
    /// 409: it was decided before.
    pub const DECIDED: &str = "decided";
    /// 413: send less at once.
    pub const TOO_LARGE: &str = "too-large";
    /// 429: later; `Retry-After` says when.
    pub const TOO_MANY: &str = "too-many";
    /// 500: the hub's own trouble.
    pub const TROUBLE: &str = "trouble";
}
