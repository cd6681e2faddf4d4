// SPDX-License-Identifier: GPL-3.0-or-later
//! Answers: JSON, and a problem with words for whatever goes wrong.

use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use xuedian_protocol::wire::{Problem, code};

use crate::{documents::PublishError, pairing::PairingError, store::StoreError};

/// Seconds after which a device that asks too much may ask again.
const RETRY_AFTER_S: &str = "30";

/// A problem and its status.
#[derive(Debug)]
pub(super) struct Refusal(pub StatusCode, pub Problem);

impl Refusal {
    pub(super) fn new(status: StatusCode, code: &str, message: impl Into<String>) -> Self {
        Self(status, Problem::new(code, message))
    }

    pub(super) fn malformed(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code::MALFORMED, message)
    }

    pub(super) fn too_large(message: impl Into<String>) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, code::TOO_LARGE, message)
    }

    /// The hub's own trouble: its words go to the log, not to whoever asked.
    pub(super) fn trouble(why: &dyn std::fmt::Display) -> Self {
        tracing::error!(%why, "a request could not be answered");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, code::TROUBLE, "the hub is in trouble; its log says more")
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut answer = (self.0, Json(self.1)).into_response();
        if matches!(self.0, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
            answer.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static(RETRY_AFTER_S));
        }
        answer
    }
}

impl From<StoreError> for Refusal {
    fn from(why: StoreError) -> Self {
        Self::trouble(&why)
    }
}

impl From<PublishError> for Refusal {
    fn from(why: PublishError) -> Self {
        Self::trouble(&why)
    }
}

impl From<PairingError> for Refusal {
    fn from(why: PairingError) -> Self {
        let words = why.to_string();
        match why {
            PairingError::NotItsKey => Self::malformed(words),
            PairingError::TooMany => Self::new(StatusCode::TOO_MANY_REQUESTS, code::TOO_MANY, words),
            PairingError::NoSuchCode(_) => Self::new(StatusCode::NOT_FOUND, code::NOT_FOUND, words),
            PairingError::NoSuchSite(..) | PairingError::NoSuchRoom(..) => Self::malformed(words),
            PairingError::Decided(_) => Self::new(StatusCode::CONFLICT, code::DECIDED, words),
            PairingError::Store(why) => why.into(),
            PairingError::Publish(why) => why.into(),
        }
    }
}

/// Work of the storage, away from the threads that answer.
pub(super) async fn blocking<T: Send + 'static, E: Into<Refusal> + Send + 'static>(
    work: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, Refusal> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(Into::into),
        Err(why) => Err(Refusal::trouble(&why)),
    }
}

/// 404 for every other path.
pub(super) async fn no_such_path() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, code::NOT_FOUND, "no such path; docs/wire.md has them all")
}
