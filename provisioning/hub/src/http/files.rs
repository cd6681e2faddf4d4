// SPDX-License-Identifier: GPL-3.0-or-later
//! Content-addressed files, whole or by ranges.

use axum::{
    body::Body,
    extract::State,
    http::{Request, StatusCode, header},
    response::{IntoResponse, Response},
};
use tower_http::services::ServeFile;
use xuedian_protocol::wire::{code, routes};

use super::{answer::Refusal, router::App, signed::from_device};

pub(super) async fn get(State(app): State<App>, request: Request<Body>) -> Result<Response, Refusal> {
    let asked = from_device(&app, request, 0).await?;
    let absent = || Refusal::new(StatusCode::NOT_FOUND, code::NOT_FOUND, "no file has this hash here");
    let sha256 = asked.parts.uri.path().strip_prefix(routes::FILES).unwrap_or_default();
    let path = app.hub.files.path(sha256).ok_or_else(absent)?;
    let octets = "application/octet-stream".parse().map_err(|_| absent())?;
    let mut file = ServeFile::new_with_mime(path, &octets);
    let answer = file.try_call(Request::from_parts(asked.parts, Body::empty())).await;
    let mut answer = answer
        .map_err(|why| if why.kind() == std::io::ErrorKind::NotFound { absent() } else { Refusal::trouble(&why) })?
        .into_response();
    let forever = header::HeaderValue::from_static("private, max-age=31536000, immutable");
    answer.headers_mut().insert(header::CACHE_CONTROL, forever);
    Ok(answer)
}
