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
mod offers;
mod restart;
mod rooms;
mod standstill;
mod supervisor;
mod trial;

use std::process::ExitCode;

use clap::Parser;
use xuedian_engine::settings::Settings;
use xuedian_journal::OpenError;

fn main() -> ExitCode {
    let started = std::time::Instant::now();
    let args = args::Args::parse();
    // SAFETY: nothing else runs yet, so nobody reads the environment at the same time.
    unsafe { std::env::set_var("LIBNFC_LOG_LEVEL", "0") };
    let (settings, problems) = Settings::load(&args.settings);
    log::start(settings.log);
    for problem in &problems {
        tracing::warn!(%problem, "settings");
    }
    let long = supervisor::LongStart::begin();
    let anew = restart::Anew::default();
    let done = match rooms::open(&args.data, &settings, problems) {
        Ok(rooms) => compose::run(&settings, &args.board, rooms, started, long, &anew),
        // The other kiosk has the screen, too.
        Err(error) if matches!(error.downcast_ref(), Some(OpenError::InUse { .. })) => Err(error),
        Err(error) => {
            let why = format!("{error:#}");
            tracing::error!(why, data = %args.data.display(), "the data folder cannot be used: no card is taken");
            standstill::run(&settings, &args.data, long)
        }
    };
    match done {
        Ok(()) if anew.wanted() => ExitCode::from(restart::START_ANEW),
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let why = format!("{error:#}");
            tracing::error!(why, "the kiosk ends");
            ExitCode::FAILURE
        }
    }
}
