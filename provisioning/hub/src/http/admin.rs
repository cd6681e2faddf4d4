// SPDX-License-Identifier: GPL-3.0-or-later
//! What the operator does, with the admin token.

use axum::{
    Json,
    extract::{Path, State, rejection::JsonRejection},
    http::{HeaderMap, StatusCode},
};
use xuedian_domain::id::DeviceId;
use xuedian_protocol::wire::code;

use super::{
    answer::{Refusal, blocking},
    router::App,
    status::bears,
};
use crate::{
    pairing::{Assignment, Waiting},
    store::StoreError,
};

/// `GET /v1/admin/pairings`: boxes that wait.
pub(super) async fn pairings(State(app): State<App>, headers: HeaderMap) -> Result<Json<Vec<Waiting>>, Refusal> {
    bears(&headers, &app.tokens.admin)?;
    Ok(Json(blocking(move || app.hub.waiting()).await?))
}

/// `POST /v1/admin/pairings/{code}/approve` with an [`Assignment`]; answers `{device, site}`.
pub(super) async fn approve(
    State(app): State<App>,
    Path(code): Path<String>,
    headers: HeaderMap,
    assignment: Result<Json<Assignment>, JsonRejection>,
) -> Result<Json<serde_json::Value>, Refusal> {
    bears(&headers, &app.tokens.admin)?;
    let Json(assignment) = assignment?;
    let device = blocking(move || app.hub.approve(&code, &assignment)).await?;
    let id = device.key.device().to_string();
    Ok(Json(serde_json::json!({"device": id, "site": device.site.to_string(), "name": device.name})))
}

/// `POST /v1/admin/pairings/{code}/deny`.
pub(super) async fn deny(
    State(app): State<App>,
    Path(code): Path<String>,
    headers: HeaderMap,
) -> Result<Json<serde_json::Value>, Refusal> {
    bears(&headers, &app.tokens.admin)?;
    blocking(move || app.hub.deny(&code)).await?;
    Ok(Json(serde_json::json!({})))
}

/// `POST /v1/admin/devices/{device}/strike`.
pub(super) async fn strike(
    State(app): State<App>,
    Path(device): Path<String>,
    headers: HeaderMap,
) -> Result<Json<serde_json::Value>, Refusal> {
    bears(&headers, &app.tokens.admin)?;
    let id: DeviceId = device.parse().map_err(|why| Refusal::malformed(format!("{why}")))?;
    let known = blocking(move || -> Result<bool, StoreError> { app.hub.strike(id) }).await?;
    if !known {
        return Err(Refusal::new(
            StatusCode::NOT_FOUND,
            code::NOT_FOUND,
            format!("{id} is no device of this district"),
        ));
    }
    Ok(Json(serde_json::json!({})))
}

/// `POST /v1/admin/publish`: publishes what has changed in the district's texts and people.
pub(super) async fn publish(State(app): State<App>, headers: HeaderMap) -> Result<Json<serde_json::Value>, Refusal> {
    bears(&headers, &app.tokens.admin)?;
    let hub = app.hub.clone();
    blocking(move || hub.publish()).await?;
    // Another agenda or other rules settle otherwise.
    app.arrived.notify_one();
    Ok(Json(serde_json::json!({})))
}
