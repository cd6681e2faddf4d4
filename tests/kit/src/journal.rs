// SPDX-License-Identifier: GPL-3.0-or-later
//! What a kiosk wrote, read the way anyone outside would: through `xuedian journal`.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::programs::program;

/// All records of a data folder, oldest first, each with its `hash`.
///
/// # Errors
/// When there is no journal or it cannot be exported.
pub fn export(data: &Path) -> Result<Vec<Value>> {
    let text = xuedian("export", data)?;
    text.lines().map(|line| serde_json::from_str(line).context("a line of the export")).collect()
}

/// Follows the chain; says what the tool says.
///
/// # Errors
/// When it does not hold.
pub fn verify(data: &Path) -> Result<String> {
    xuedian("verify", data)
}

/// The records of one kind.
///
/// # Errors
/// When there is no journal or it cannot be exported.
pub fn of_kind(data: &Path, kind: &str) -> Result<Vec<Value>> {
    Ok(export(data)?.into_iter().filter(|record| record["kind"] == kind).collect())
}

fn xuedian(what: &str, data: &Path) -> Result<String> {
    let done = Command::new(program("xuedian")?).args(["journal", what, "--data"]).arg(data).output()?;
    ensure!(done.status.success(), "xuedian journal {what}: {}", String::from_utf8_lossy(&done.stderr));
    Ok(String::from_utf8(done.stdout)?)
}
