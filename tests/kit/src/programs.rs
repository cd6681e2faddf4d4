// SPDX-License-Identifier: GPL-3.0-or-later
//! Where the programs lie that were built together with this one.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

/// A program of this build: beside this one, or one folder up when this one is a test.
///
/// # Errors
/// When it was not built: `cargo build --workspace --bins` does.
pub fn program(name: &str) -> Result<PathBuf> {
    let own = std::env::current_exe().context("where this program lies")?;
    let found = own.ancestors().skip(1).take(2).map(|folder| folder.join(name)).find(|path| path.is_file());
    found.with_context(|| format!("{name} is not beside {}: build the workspace's programs first", own.display()))
}

/// The assets of this checkout.
///
/// # Errors
/// When they are not there.
pub fn assets() -> Result<PathBuf> {
    let assets = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../assets");
    ensure!(assets.is_dir(), "there is no {}", assets.display());
    assets.canonicalize().context("the assets")
}
