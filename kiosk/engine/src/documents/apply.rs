// SPDX-License-Identifier: GPL-3.0-or-later
//! Taking a document over: whole or not at all. Blocking; runs beside the async tasks.

use std::{
    fs::{self, File},
    io,
};

use serde::de::DeserializeOwned;
use xuedian_protocol::documents::{Agenda, Catalogue, DocumentKind, PointSettings};

use super::{
    fault::DocumentError,
    kept::{Chain, Link, head},
    store::DocumentStore,
};
use crate::roster_store::{Head, RosterStore};

/// Takes over the newest link of `chain`, whose file is here. When this fails, nothing has changed.
pub(super) fn take_over(store: &DocumentStore, roster: &RosterStore, chain: &Chain) -> Result<(), DocumentError> {
    let kind = chain.manifest().kind;
    match kind {
        DocumentKind::Roster | DocumentKind::Standing => {
            let (last, before) = chain.links().split_last().expect("a chain has a first link");
            let from = before.last().map(|link| head(&link.manifest));
            lay_out(store, roster, last, from.as_ref(), || store.keep(kind, chain))
        }
        DocumentKind::Agenda => understood::<Agenda>(store, chain),
        DocumentKind::Catalogue => understood::<Catalogue>(store, chain),
        DocumentKind::Settings => understood::<PointSettings>(store, chain),
        DocumentKind::Rules => {
            let text =
                String::from_utf8(bytes(store, chain)?).map_err(|error| DocumentError::Damaged(error.to_string()))?;
            xuedian_protocol::rules::parse(&text).map_err(|error| DocumentError::Damaged(error.to_string()))?;
            Ok(store.keep(kind, chain)?)
        }
    }
}

/// Lays out the people of the documents that are kept, where the look-up files are not there, damaged or behind: at the first start of
/// a box whose documents were carried to it, or after such a file was lost. Blocking, a second for each hundred thousand people or so;
/// until it is done every card would be a stranger's.
pub fn lay_out_people(store: &DocumentStore, roster: &RosterStore) {
    for kind in [DocumentKind::Roster, DocumentKind::Standing] {
        let done = store.chain(kind).and_then(|chain| chain.map_or(Ok(false), |chain| catch_up(store, roster, &chain)));
        if let Err(error) = done {
            // The district's task finds the same, throws the document out and fetches it again.
            tracing::warn!(document = kind.word(), %error, "the people of a kept document cannot be laid out");
        }
    }
}

/// Lays out what is kept of a document of lines, if the look-up file is not there, damaged or behind. True when it did.
pub(super) fn catch_up(store: &DocumentStore, roster: &RosterStore, chain: &Chain) -> Result<bool, DocumentError> {
    let here = match chain.manifest().kind {
        DocumentKind::Roster => roster.roster_head(),
        DocumentKind::Standing => roster.standing_head(),
        _ => return Ok(false),
    };
    let links = chain.links();
    let done = links.iter().position(|link| Some(head(&link.manifest)) == here);
    let next = done.map_or(0, |done| done + 1);
    for (number, link) in links.iter().enumerate().skip(next) {
        let from = number.checked_sub(1).map(|before| head(&links[before].manifest));
        lay_out(store, roster, link, from.as_ref(), || Ok(()))?;
    }
    Ok(next < links.len())
}

fn lay_out(
    store: &DocumentStore,
    roster: &RosterStore,
    link: &Link,
    from: Option<&Head>,
    agree: impl FnOnce() -> io::Result<()>,
) -> Result<(), DocumentError> {
    let path = store.file(&link.file).ok_or_else(|| DocumentError::Damaged("its file is gone".to_owned()))?;
    let (lines, to) = (File::open(path)?, head(&link.manifest));
    match (link.manifest.kind, from) {
        (DocumentKind::Roster, None) => roster.whole_roster(lines, &to, agree)?,
        (DocumentKind::Roster, Some(from)) => roster.roster_step(lines, from, &to, agree)?,
        (_, None) => roster.whole_standing(lines, &to, agree)?,
        (_, Some(from)) => roster.standing_step(lines, from, &to, agree)?,
    }
    Ok(())
}

fn understood<T: DeserializeOwned>(store: &DocumentStore, chain: &Chain) -> Result<(), DocumentError> {
    serde_json::from_slice::<T>(&bytes(store, chain)?).map_err(|error| DocumentError::Damaged(error.to_string()))?;
    Ok(store.keep(chain.manifest().kind, chain)?)
}

fn bytes(store: &DocumentStore, chain: &Chain) -> Result<Vec<u8>, DocumentError> {
    let path =
        store.file(&chain.manifest().full).ok_or_else(|| DocumentError::Damaged("its file is gone".to_owned()))?;
    Ok(fs::read(path)?)
}
