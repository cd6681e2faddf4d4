// SPDX-License-Identifier: GPL-3.0-or-later
//! Batches of records.

use axum::{
    Json,
    body::Body,
    extract::State,
    http::{Request, StatusCode},
};
use xuedian_protocol::wire::{BatchError, Problem, RecordsAnswer, code, routes, unpack};

use super::{
    answer::{Refusal, blocking},
    router::App,
    signed::{FromDevice, from_device},
};
use crate::{hub::Hub, store::Ingest};

/// Epochs named to a device that has lost its place.
pub(super) const HELD: usize = 64;

pub(super) async fn post(State(app): State<App>, request: Request<Body>) -> Result<Json<RecordsAnswer>, Refusal> {
    // Before the body is read: what waits here waits in the kernel, not in memory.
    let closed = |_| Refusal::trouble(&"batches are not taken any more");
    let _place = app.batches.clone().acquire_owned().await.map_err(closed)?;
    let asked = from_device(&app, request, routes::MOST_BATCH_BYTES).await?;
    let hub = app.hub.clone();
    let answer = blocking(move || take(&hub, &asked)).await?;
    if answer.stored > 0 {
        app.arrived.notify_one();
    }
    Ok(Json(answer))
}

fn take(hub: &Hub, asked: &FromDevice) -> Result<RecordsAnswer, Refusal> {
    let device = asked.request.device;
    let text = unpack(&asked.body, routes::MOST_BATCH_BYTES).map_err(|why| match why {
        BatchError::TooLong(_) => Refusal::too_large(why.to_string()),
        BatchError::Compression(_) | BatchError::Text(_) => Refusal::malformed(why.to_string()),
    })?;
    let records = text.lines().count();
    if records > routes::MOST_BATCH_RECORDS {
        return Err(Refusal::too_large(format!("{records} records, at most {} at once", routes::MOST_BATCH_RECORDS)));
    }
    match hub.store.ingest(device, &text, hub.clock.now_ms())? {
        Ingest::Gap => {
            let mut problem = Problem::new(code::GAP, "the batch hangs on no record held here");
            problem.held = hub.store.held(device, HELD)?;
            Err(Refusal(StatusCode::CONFLICT, problem))
        }
        Ingest::Kept { through, stored, known, refused } => {
            let (latest, in_standing) = hub.latest(device)?;
            let time = hub.time_for(&asked.request)?;
            Ok(RecordsAnswer { accepted_through: through, stored, known, refused, through: in_standing, latest, time })
        }
    }
}
