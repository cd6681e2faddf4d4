// SPDX-License-Identifier: GPL-3.0-or-later
//! Where pictures, sounds, fonts and the texts of the courses are.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The assets: as named, else those of the checkout that one stands in, else the installed ones, else those that this was built with.
pub fn assets(named: Option<&Path>) -> Result<PathBuf> {
    if let Some(named) = named {
        return named.canonicalize().with_context(|| format!("the assets in {}", named.display()));
    }
    let here = std::env::current_dir()?;
    let checkout = here.ancestors().map(|folder| folder.join("assets"));
    // Last, since build results are shared by checkouts: this one may be gone.
    let built = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets"));
    let installed = PathBuf::from("/usr/share/xuedian");
    let found = checkout.chain([installed, built]).find(|folder| folder.join("courses").join("make").exists());
    found.context("there are no assets here: name their folder with --assets")?.canonicalize().context("the assets")
}
