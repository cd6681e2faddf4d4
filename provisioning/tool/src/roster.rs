// SPDX-License-Identifier: GPL-3.0-or-later
//! `xuedian roster import`: a sheet of people into the hub's data folder, beside the running hub.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use clap::Subcommand;

use crate::hub::Place;

/// What to do with the roster.
#[derive(Subcommand)]
pub enum Command {
    /// Takes in a sheet (UTF-8, UTF-16 or GBK); says what becomes of each row; all rows go in or none.
    Import {
        /// Comma-separated values with a line of headings.
        file: PathBuf,
        /// Changes nothing, and says the same.
        #[arg(long)]
        dry_run: bool,
        /// The hub.
        #[command(flatten)]
        place: Place,
    },
}

/// Does it.
///
/// # Errors
/// When the sheet cannot be read, or a row is refused: nothing has gone in then.
pub fn run(command: &Command) -> Result<()> {
    let Command::Import { file, dry_run, place } = command;
    let bytes = std::fs::read(file).with_context(|| format!("reading {}", file.display()))?;
    let report = place.open()?.import_roster(&bytes, *dry_run)?;
    print!("{report}");
    ensure!(report.refused() == 0, "{} rows are refused, so nothing was imported", report.refused());
    Ok(())
}
