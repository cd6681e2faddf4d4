// SPDX-License-Identifier: GPL-3.0-or-later
//! The command line.

use std::path::PathBuf;

/// The learning point's terminal.
#[derive(Debug, clap::Parser)]
#[command(name = "xuedian-kiosk", version)]
pub struct Args {
    /// The settings file: machine keys only.
    #[arg(long, value_name = "FILE")]
    pub settings: PathBuf,
    /// Where journal, documents and media live.
    // Whole: what lies below it is handed to libraries that take no other address.
    #[arg(long, value_name = "DIR", default_value = xuedian_engine::settings::DEFAULT_DATA, value_parser = absolute)]
    pub data: PathBuf,
    /// Below which folder the board tells how it fares; another one has the same files, for trials.
    #[arg(long, value_name = "DIR", default_value = "/", hide = true)]
    pub board: PathBuf,
}

fn absolute(path: &str) -> std::io::Result<PathBuf> {
    std::path::absolute(path)
}
