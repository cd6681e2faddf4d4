// SPDX-License-Identifier: GPL-3.0-or-later
//! Requests of devices: whose they are, and that they come once.

use std::time::Duration;

use axum::{
    body::{Body, Bytes, to_bytes},
    http::{Request, StatusCode, request::Parts},
};
use xuedian_protocol::{
    signing::{Presented, SignedRequest, verify_request},
    wire::{Problem, code},
};

use super::{
    answer::{Refusal, blocking},
    router::App,
};

/// A body must be here within so long: whoever sends slower holds a place.
const BODY_WITHIN: Duration = Duration::from_secs(60);

/// A request that a device of the district signed, with its body.
pub(super) struct FromDevice {
    pub request: SignedRequest,
    pub parts: Parts,
    pub body: Bytes,
}

/// Reads a request of a device, its body no longer than `most` bytes.
pub(super) async fn from_device(app: &App, request: Request<Body>, most: usize) -> Result<FromDevice, Refusal> {
    let (parts, body) = request.into_parts();
    let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let signed = SignedRequest::from_headers(header).map_err(|why| refused(code::SIGNATURE, why.to_string()))?;
    let hub = app.hub.clone();
    let id = signed.device;
    let device = blocking(move || hub.store.device(id)).await?;
    let device = device.ok_or_else(|| refused(code::UNKNOWN_DEVICE, format!("{id} is no device of this district")))?;
    if device.struck {
        return Err(Refusal::new(StatusCode::FORBIDDEN, code::STRUCK, "this device was struck from the district"));
    }
    let body = read(body, most).await?;
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let asked = Presented { method: parts.method.as_str(), path, body: &body };
    verify_request(&device.key, asked, &signed).map_err(|why| refused(code::SIGNATURE, why.to_string()))?;
    take(app, &signed).await?;
    Ok(FromDevice { request: signed, parts, body })
}

async fn read(body: Body, most: usize) -> Result<Bytes, Refusal> {
    match tokio::time::timeout(BODY_WITHIN, to_bytes(body, most)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        // axum says so only in words when the limit was passed; a body that was cut off says something else.
        Ok(Err(why)) if why.to_string().contains("limit") => Err(Refusal::too_large(format!("more than {most} bytes"))),
        Ok(Err(why)) => Err(Refusal::malformed(format!("the body was cut off: {why}"))),
        Err(_) => Err(Refusal::new(StatusCode::REQUEST_TIMEOUT, code::MALFORMED, "the body came too slowly")),
    }
}

async fn take(app: &App, signed: &SignedRequest) -> Result<(), Refusal> {
    let (hub, signed) = (app.hub.clone(), signed.clone());
    let now_ms = hub.clock.now_ms();
    let taken =
        blocking(move || hub.seen.take(&*hub.store, signed.device, &signed.epoch, signed.counter, now_ms)).await?;
    taken.map_err(|replayed| {
        let mut problem = Problem::new(code::REPLAYED, "a request with this counter was seen before");
        problem.counter = Some(replayed.highest);
        Refusal(StatusCode::UNAUTHORIZED, problem)
    })
}

fn refused(code: &str, words: String) -> Refusal {
    Refusal::new(StatusCode::UNAUTHORIZED, code, words)
}
