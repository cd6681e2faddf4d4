// SPDX-License-Identifier: GPL-3.0-or-later
//! Documents and media in a kiosk's data folder, in the form in which the kiosk keeps what it has fetched.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use xuedian_hub::files::Files;
use xuedian_protocol::documents::kept::WHOLE;
use xuedian_protocol::documents::{FileRef, KeptDocument, Manifest};
use xuedian_protocol::signing::Signed;

/// Lays each manifest, its file and the media that it names into `data`.
pub fn carry(manifests: &[Signed], from: &Files, data: &Path) -> Result<()> {
    let (documents, media) = (data.join("documents"), data.join("media").join(WHOLE));
    let files = documents.join("files").join(WHOLE);
    for folder in [&files, &media] {
        fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    for signed in manifests {
        // Ours, of this minute: nothing to verify. The kiosk does.
        let manifest: Manifest = serde_json::from_str(&signed.payload).context("a manifest of our own")?;
        copy(from, &manifest.full, &files)?;
        for file in &manifest.files {
            copy(from, file, &media)?;
        }
        let kept = serde_json::to_vec(&KeptDocument::new(vec![signed.clone()]))?;
        fs::write(documents.join(KeptDocument::file_name(manifest.kind)), kept).context("a document of the kiosk")?;
    }
    Ok(())
}

fn copy(from: &Files, file: &FileRef, folder: &Path) -> Result<()> {
    let (source, target) = (from.path(&file.sha256).context("a file without a hash")?, folder.join(&file.sha256));
    if target.exists() {
        return Ok(());
    }
    // Neither end ever changes a file that is named by its content, so that one on the disk will do for both.
    fs::hard_link(&source, &target)
        .or_else(|_| fs::copy(&source, &target).map(drop))
        .with_context(|| target.display().to_string())
}
