// SPDX-License-Identifier: GPL-3.0-or-later
//! Which path goes where, and what bounds them.

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};
use tokio::sync::{Notify, Semaphore};
use xuedian_protocol::wire::routes;

use super::{admin, devices, files, pairing, records, status};
use crate::hub::Hub;

/// Batches in memory at once; each has at most its body and its text, so 8 of them stay under 100 MB.
const BATCHES_AT_ONCE: usize = 8;
/// Longest body of anything but a batch, bytes.
const SMALL_BODY: usize = 64 * 1024;

/// What every handler shares.
#[derive(Clone)]
pub struct App {
    /// The hub.
    pub hub: Arc<Hub>,
    /// Bearer tokens: of the status, of the operator.
    pub tokens: Arc<Tokens>,
    /// Where kiosks reach this hub.
    pub public_url: Arc<str>,
    /// Woken when records have come.
    pub arrived: Arc<Notify>,
    /// Bounds the memory of batches.
    pub(super) batches: Arc<Semaphore>,
}

/// Bearer tokens.
pub struct Tokens {
    /// May read the status.
    pub status: String,
    /// May do what the operator does.
    pub admin: String,
}

impl App {
    /// For this hub.
    #[must_use]
    pub fn new(hub: Arc<Hub>, tokens: Tokens, public_url: &str) -> Self {
        Self {
            hub,
            tokens: Arc::new(tokens),
            public_url: public_url.into(),
            arrived: Arc::new(Notify::new()),
            batches: Arc::new(Semaphore::new(BATCHES_AT_ONCE)),
        }
    }
}

/// All paths.
pub fn router(app: App) -> Router {
    Router::new()
        .route(routes::RECORDS, post(records::post))
        .route(routes::DOCUMENTS, get(devices::documents))
        .route("/v1/files/{sha256}", get(files::get))
        .route(routes::PAIRING, post(pairing::ask))
        .route(routes::PAIRING_POLL, post(pairing::poll))
        .route(routes::STATUS, get(status::get))
        .route("/v1/admin/pairings", get(admin::pairings))
        .route("/v1/admin/pairings/{code}/approve", post(admin::approve))
        .route("/v1/admin/pairings/{code}/deny", post(admin::deny))
        .route("/v1/admin/devices/{device}/strike", post(admin::strike))
        .route("/v1/admin/publish", post(admin::publish))
        .fallback(super::answer::no_such_path)
        .layer(DefaultBodyLimit::max(SMALL_BODY))
        .with_state(app)
}
