// SPDX-License-Identifier: GPL-3.0-or-later
//! Why something did not come about between kiosk and hub. In all of these the records wait and nothing is lost.

use std::time::Duration;

use thiserror::Error;
use xuedian_protocol::wire::{Problem, code};

/// What went wrong with one request.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ContactError {
    /// No connection: no network, no name, no one there, or not the district's certificate.
    #[error("the hub cannot be reached: {0}")]
    Unreachable(String),
    /// No answer, or no end of it, in time.
    #[error("the hub did not answer in time")]
    TimedOut,
    /// The connection broke off in the middle of an answer.
    #[error("the answer broke off: {0}")]
    BrokeOff(String),
    /// The hub said no.
    #[error("the hub answered {status}: {message}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// One of [`code`], or empty when the answer was not the hub's form.
        error: String,
        /// In the hub's words.
        message: String,
        /// When it wants to be asked again.
        retry_after: Option<Duration>,
    },
    /// The batch does not hang on anything that the hub holds.
    #[error("the hub lacks records before these")]
    Gap(Box<Problem>),
    /// An answer that is not what was asked for: a portal, a proxy, another version.
    #[error("the answer is not understood: {0}")]
    Garbage(String),
    /// An answer whose signed time is not the district's, or not to this request.
    #[error("the answer is not signed by the district: {0}")]
    Unsigned(String),
    /// This box cannot do its part: its journal or disk.
    #[error("this box: {0}")]
    Here(String),
}

impl ContactError {
    /// Less at once may help.
    #[must_use]
    pub fn is_too_much(&self) -> bool {
        match self {
            Self::TimedOut | Self::BrokeOff(_) => true,
            Self::Refused { status, .. } => matches!(status, 400 | 413 | 422),
            _ => false,
        }
    }

    /// When the hub wants to be asked again.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// The district does not know this box, or has struck it: only people can help.
    #[must_use]
    pub fn is_struck(&self) -> bool {
        matches!(self, Self::Refused { error, .. } if error == code::STRUCK || error == code::UNKNOWN_DEVICE)
    }
}
