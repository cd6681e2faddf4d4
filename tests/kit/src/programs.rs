// SPDX-License-Identifier: GPL-3.0-or-later
//! Where the programs lie that were built together with this one.

use std::path::PathBuf;

use anyhow::{Context, Result};

/// A program of this build: beside this one, or one folder up when this one is a test.
///
/// # Errors
/// When it was not built: `cargo build --workspace --bins` does.
pub fn program(name: &str) -> Result<PathBuf> {
    let own = std::env::current_exe().context("where this program lies")?;
    let found = own.ancestors().skip(1).take(2).map(|folder| folder.join(name)).find(|path| path.is_file());
    found.with_context(|| format!("{name} is not beside {}: build the workspace's programs first", own.display()))
}

/// The assets of the checkout that one stands in. Not those of the checkout this was compiled in: build results are shared
/// by all of them.
///
/// # Errors
/// When there are none in any folder above.
pub fn assets() -> Result<PathBuf> {
    let here = std::env::current_dir().context("the folder that this was started in")?;
    let found = here.ancestors().map(|folder| folder.join("assets")).find(|folder| folder.join("fonts").is_dir());
    found.with_context(|| format!("no folder above {} has the assets: start this in a checkout", here.display()))
}
