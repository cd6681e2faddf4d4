// SPDX-License-Identifier: GPL-3.0-or-later
//! The appliance: reads its settings, puts the parts together, shows the screen.
//!
//! Three files to open first: this one (the order of the start), `compose.rs` (who is wired to whom) and
//! `rooms.rs` (what is opened on the disk).

mod args;
mod compose;
mod documents;
mod doors;
mod log;
mod rooms;

use anyhow::Context;
use clap::Parser;
use xuedian_engine::settings::Settings;

fn main() -> anyhow::Result<()> {
    let started = std::time::Instant::now();
    let args = args::Args::parse();
    // SAFETY: nothing else runs yet, so nobody reads the environment at the same time.
    unsafe { std::env::set_var("LIBNFC_LOG_LEVEL", "0") };
    let (settings, problems) = Settings::load(&args.settings);
    log::start(settings.log);
    for problem in &problems {
        tracing::warn!(%problem, "settings");
    }
    let rooms = rooms::open(&args.data, &settings, problems).context("opening the data folder")?;
    compose::run(&settings, rooms, started)
}
