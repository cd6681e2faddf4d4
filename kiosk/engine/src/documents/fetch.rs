// SPDX-License-Identifier: GPL-3.0-or-later
//! Fetching one file by its hash, from where it was left.

use std::path::PathBuf;

use reqwest::{Response, StatusCode, header};
use xuedian_protocol::{documents::FileRef, wire::routes};

use super::fault::DocumentError;
use crate::{
    media_cache::{ContentHash, Incoming, MediaCache},
    sync::{Ask, ContactError, HubClient, failed},
};

/// Fetches a file into `cache`, unless it is there. What came of it stays when the connection breaks off.
pub(crate) async fn fetch_file(
    client: &HubClient,
    cache: &MediaCache,
    file: &FileRef,
) -> Result<PathBuf, DocumentError> {
    let hash: ContentHash =
        file.sha256.parse().map_err(|_| DocumentError::Damaged("a reference without a hash".to_owned()))?;
    if let Some(path) = cache.path(&hash) {
        return Ok(path);
    }
    let mut incoming = cache.take_in(hash, file.bytes).await?;
    if incoming.have() < file.bytes {
        let path = format!("{}{hash}", routes::FILES);
        let mut response = match ask(client, &path, incoming.have()).await {
            // The hub has less than we have: ours was something else.
            Err(ContactError::Refused { status: 416, .. }) => {
                incoming.start_again().await?;
                ask(client, &path, 0).await?
            }
            answer => answer?,
        };
        if !goes_on_from(&response, incoming.have())? {
            incoming.start_again().await?;
        }
        pour(&mut response, &mut incoming).await?;
    }
    Ok(incoming.finish().await?)
}

async fn ask(client: &HubClient, path: &str, from: u64) -> Result<Response, ContactError> {
    client.open(Ask { from, ..Ask::get(path) }).await
}

/// Whether the answer begins at byte `from`. False: it begins at the beginning.
fn goes_on_from(response: &Response, from: u64) -> Result<bool, ContactError> {
    if response.status() != StatusCode::PARTIAL_CONTENT {
        return Ok(from == 0);
    }
    let range = response.headers().get(header::CONTENT_RANGE).and_then(|value| value.to_str().ok());
    let first = range.and_then(|range| range.strip_prefix("bytes ")?.split_once('-')?.0.parse::<u64>().ok());
    match first {
        Some(first) if first == from => Ok(true),
        _ => Err(ContactError::Garbage(format!("asked from byte {from}, it answers {range:?}"))),
    }
}

async fn pour(response: &mut Response, incoming: &mut Incoming) -> Result<(), DocumentError> {
    loop {
        match response.chunk().await {
            Ok(Some(piece)) => incoming.write(&piece).await?,
            Ok(None) => return Ok(()),
            Err(error) => {
                incoming.flush().await?;
                return Err(failed(&error).into());
            }
        }
    }
}
