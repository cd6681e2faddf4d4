// SPDX-License-Identifier: GPL-3.0-or-later
//! Pairing, as the box sees it. Nobody is known yet, so these paths are open, small and bounded.

use axum::{
    Json,
    extract::{State, rejection::JsonRejection},
};
use xuedian_protocol::pairing::{PairingAnswer, PairingPoll, PairingRequest, PairingState};

use super::{
    answer::{Refusal, blocking},
    router::App,
};

pub(super) async fn ask(
    State(app): State<App>,
    request: Result<Json<PairingRequest>, JsonRejection>,
) -> Result<Json<PairingAnswer>, Refusal> {
    let Json(request) = request?;
    Ok(Json(blocking(move || app.hub.ask_pairing(&request)).await?))
}

pub(super) async fn poll(
    State(app): State<App>,
    poll: Result<Json<PairingPoll>, JsonRejection>,
) -> Result<Json<PairingState>, Refusal> {
    let Json(poll) = poll?;
    Ok(Json(blocking(move || app.hub.poll_pairing(&poll, &app.public_url)).await?))
}

impl From<JsonRejection> for Refusal {
    fn from(why: JsonRejection) -> Self {
        if why.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
            return Self::too_large(why.body_text());
        }
        Self::malformed(why.body_text())
    }
}
