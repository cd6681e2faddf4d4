// SPDX-License-Identifier: GPL-3.0-or-later
//! A document as it lies in a folder: on a kiosk, and on whatever carries documents to one.
//!
//! `documents/KIND.json` is a [`KeptDocument`]; the files that its manifests name are `documents/files/whole/SHA256`, and media are
//! `media/whole/SHA256`.

use serde::{Deserialize, Serialize};

use super::DocumentKind;
use crate::signing::Signed;

/// The form of `KIND.json`: the whole document's manifest, then one for each step that led on from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptDocument {
    v: u32,
    /// Signed manifests, oldest first.
    pub links: Vec<Signed>,
}

/// Where files that are whole lie in a content-addressed folder of a kiosk; what is still coming lies beside it.
pub const WHOLE: &str = "whole";

impl KeptDocument {
    /// In the present form.
    #[must_use]
    pub fn new(links: Vec<Signed>) -> Self {
        Self { v: 1, links }
    }

    /// The name of its file.
    #[must_use]
    pub fn file_name(kind: DocumentKind) -> String {
        format!("{}.json", kind.word())
    }
}
