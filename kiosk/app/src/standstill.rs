// SPDX-License-Identifier: GPL-3.0-or-later
//! When the data folder cannot be used: no card is taken, since nothing could be kept, and the screen says so. The folder is
//! tried again, and once it can be used the program ends, to be started anew.

use std::{path::Path, time::Duration};

use anyhow::Context;
use xuedian_engine::{
    settings::Settings,
    view::{Page, StillWorks, Trouble, TroubleKind, View},
};
use xuedian_screen::Screen;

use crate::{
    compose::screen_config,
    rooms,
    supervisor::{self, Beat, LongStart},
};

/// How often the folder is tried.
const TRY_EVERY: Duration = Duration::from_secs(2);
/// The exit code of a program that would work now: `EX_TEMPFAIL`. The supervisor starts it at once.
const TRY_AGAIN: i32 = 75;

/// Shows that the disk does not write, until it does.
///
/// # Errors
/// When there is no screen either.
pub fn run(settings: &Settings, data: &Path, long: LongStart) -> anyhow::Result<()> {
    let screen = Screen::new(screen_config(settings), |_| {}).context("opening the screen")?;
    let trouble = Trouble { kind: TroubleKind::DiskBroken, still: StillWorks::default() };
    screen.show(&View::of(Page::Trouble(trouble)));
    screen.on_first_frame(move || {
        long.end();
        supervisor::ready();
        supervisor::status("the data folder cannot be used");
    });
    let beat = Beat::default();
    supervisor::live(screen.remote(), beat.clone()).context("starting the watchdog's thread")?;
    let (settings, data) = (settings.clone(), data.to_owned());
    let try_again = move || {
        loop {
            std::thread::sleep(TRY_EVERY);
            beat.beat();
            if rooms::open(&data, &settings, Vec::new()).is_ok() {
                tracing::info!("the data folder can be used again");
                std::process::exit(TRY_AGAIN);
            }
        }
    };
    std::thread::Builder::new().name("data folder".into()).spawn(try_again).context("starting a thread")?;
    screen.run().context("showing the screen")
}
