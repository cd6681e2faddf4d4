// SPDX-License-Identifier: GPL-3.0-or-later
//! Documents for a device.

use axum::{Json, body::Body, extract::State, http::Request};
use xuedian_protocol::wire::DocumentsAnswer;

use super::{
    answer::{Refusal, blocking},
    records::HELD,
    router::App,
    signed::from_device,
};
use crate::hub::Hub;

pub(super) async fn documents(
    State(app): State<App>,
    request: Request<Body>,
) -> Result<Json<DocumentsAnswer>, Refusal> {
    let asked = from_device(&app, request, 0).await?;
    let hub = app.hub.clone();
    let seen = asked.parts.uri.query().and_then(seen);
    let answer = blocking(move || -> Result<_, Refusal> {
        if let Some((epoch, counter)) = seen {
            look_for_restore(&hub, &epoch, counter)?;
        }
        let device = asked.request.device;
        Ok(DocumentsAnswer {
            manifests: hub.manifests(device)?,
            held: hub.store.held(device, HELD)?,
            time: hub.time_for(&asked.request)?,
        })
    });
    Ok(Json(answer.await?))
}

/// `seen=<hub epoch id>.<counter>`.
fn seen(query: &str) -> Option<(String, u64)> {
    let value = query.split('&').find_map(|pair| pair.strip_prefix("seen="))?;
    let (epoch, counter) = value.split_once('.')?;
    Some((epoch.to_owned(), counter.parse().ok()?))
}

/// A device that has seen more of this very epoch than was given in it tells that the hub was restored from a backup.
fn look_for_restore(hub: &Hub, epoch: &str, counter: u64) -> Result<(), Refusal> {
    let (ours, given) = hub.epoch()?;
    if ours.id == epoch && counter > given {
        tracing::warn!(counter, given, "restored from a backup, as a device shows: a new epoch begins");
        hub.begin_epoch()?;
        hub.publish()?;
        hub.publish_standing()?;
    }
    Ok(())
}
