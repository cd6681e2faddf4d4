// SPDX-License-Identifier: GPL-3.0-or-later
//! The status, and who may ask.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
};
use xuedian_protocol::{
    signing::sha256_hex,
    wire::{code, status::Status},
};

use super::{
    answer::{Refusal, blocking},
    router::App,
};

pub(super) async fn get(State(app): State<App>, headers: HeaderMap) -> Result<Json<Status>, Refusal> {
    if bears(&headers, &app.tokens.admin).is_err() {
        bears(&headers, &app.tokens.status)?;
    }
    Ok(Json(blocking(move || app.hub.status()).await?))
}

/// Whether a request bears a token. Digests are compared, so that the time it takes tells nothing of the token.
pub(super) fn bears(headers: &HeaderMap, token: &str) -> Result<(), Refusal> {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let given = value.strip_prefix("Bearer ").unwrap_or_default();
    if sha256_hex(given.as_bytes()) == sha256_hex(token.as_bytes()) {
        return Ok(());
    }
    Err(Refusal::new(StatusCode::FORBIDDEN, code::TOKEN, "the bearer token is absent or wrong"))
}
