// SPDX-License-Identifier: GPL-3.0-or-later
//! `xuedian-torture`: the long run behind `./dev torture`. Writes its report only when everything held.

use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use clap::Parser;
use xuedian_kit::torture::{Plan, torture};

/// Kills, network faults, reader faults; then hub and journal must agree.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// How often the kiosk is killed.
    #[arg(long, default_value_t = 500)]
    kills: u32,
    /// Repeats the faults of an earlier run.
    #[arg(long)]
    seed: Option<u64>,
    /// Where the report goes, in Markdown.
    #[arg(long)]
    report: Option<PathBuf>,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let drawn = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let plan = Plan { kills: arguments.kills, seed: arguments.seed.unwrap_or(drawn) };
    println!("seed {}", plan.seed);
    let report = torture(plan)?;
    println!("{report}");
    if let Some(path) = arguments.report {
        let text = format!(
            "# Torture\n\nWritten by `./dev torture` when everything had held; not by hand. {}\n\n{report}\n",
            conditions()
        );
        std::fs::write(&path, text).with_context(|| path.display().to_string())?;
    }
    Ok(())
}

/// On what it was done.
fn conditions() -> String {
    let build = if cfg!(debug_assertions) { "dev" } else { "release" };
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    format!(
        "One kiosk of the {build} build on a virtual display, hub and emulated reader on the same machine with {cores} cores."
    )
}
