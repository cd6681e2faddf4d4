// SPDX-License-Identifier: GPL-3.0-or-later
//! `xuedian-desk`: a learning point on one's desk. What `./dev run` starts: a demo district, its hub, kiosks with emulated readers,
//! and the wallet. Goes on until Ctrl-C or until told to end; a kiosk that was killed is started again.

mod words;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::Parser;
use xuedian_kit::display::Display;
use xuedian_kit::district::District;
use xuedian_kit::hub::Hub;
use xuedian_kit::kiosk::{Kiosk, Shown};
use xuedian_kit::process::Running;
use xuedian_kit::wallet;

/// How often the kiosks are looked at.
const LOOK: Duration = Duration::from_millis(100);
/// A kiosk that ends sooner than this after its start is not started again at once.
const TOO_SOON: Duration = Duration::from_secs(5);
/// Pixels of a kiosk's own display.
const KIOSK: (u32, u32) = (1280, 800);

/// A learning point on your desk.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Where the demo district is written; what is there already is replaced.
    folder: PathBuf,
    /// How many kiosks.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=8))]
    kiosks: u8,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let kiosks = usize::from(arguments.kiosks);
    words::say("writing the demo district (its films are made once, in about a minute)");
    let district = fresh(arguments.folder, kiosks)?;
    let switch = district.folder.join("network-off");
    let mut hub = Hub::start(&district).context("the hub")?;
    let screen = std::env::var("DISPLAY").ok().filter(|display| !display.is_empty());
    let mut desk = Vec::new();
    for number in 1..=kiosks {
        desk.push(Place::set_up(&district, number, &hub, screen.as_deref(), &switch)?);
    }
    words::ready(&district, &hub, &desk, &switch);
    // Ctrl-C reaches everything that was started here; if only this program is ended, the kernel ends the others with it.
    loop {
        for place in &mut desk {
            place.look_after()?;
        }
        if let Some(status) = hub.program().ended()? {
            words::say(&format!("the hub ended ({status}); starting it again"));
            hub.kill_and_restart()?;
        }
        std::thread::sleep(LOOK);
    }
}

/// One kiosk and its wallet window; on displays of their own when there is none, as no window manager would keep them apart.
pub(crate) struct Place {
    number: usize,
    kiosk: Kiosk,
    wallet: Option<Running>,
    wallet_display: Option<Display>,
    restarted: Instant,
}

impl Place {
    fn set_up(
        district: &District,
        number: usize,
        hub: &Hub,
        screen: Option<&str>,
        switch: &std::path::Path,
    ) -> Result<Self> {
        let folder = district.kiosk(number);
        let (shown, wallet_display) = match screen {
            Some(display) => (Shown::On(display.to_owned()), None),
            None => {
                let own = Shown::Virtually(Display::start(KIOSK.0, KIOSK.1, &folder)?);
                (own, Some(Display::start(wallet::SIZE.0, wallet::SIZE.1, &folder)?))
            }
        };
        let kiosk = Kiosk::start_on(district, number, hub.port, shown, Some(switch.to_owned()))
            .with_context(|| format!("kiosk {number}"))?;
        let display = wallet_display.as_ref().map_or(kiosk.display(), |display| &display.name);
        let wallet = wallet::open(&folder, &kiosk, display, switch);
        if let Err(error) = &wallet {
            words::say(&format!("no wallet window for kiosk {number}: {error:#}"));
        }
        Ok(Self { number, kiosk, wallet: wallet.ok(), wallet_display, restarted: Instant::now() })
    }

    /// Starts the kiosk again when it was killed.
    fn look_after(&mut self) -> Result<()> {
        let Some(status) = self.kiosk.program().ended()? else { return Ok(()) };
        if self.restarted.elapsed() < TOO_SOON {
            return Ok(());
        }
        self.restarted = Instant::now();
        match self.kiosk.restart() {
            Ok(took) => {
                words::say(&format!("kiosk {} ended ({status}) and is back after {} ms", self.number, took.as_millis()))
            }
            Err(error) => {
                words::say(&format!("kiosk {} ended ({status}) and did not come back: {error:#}", self.number))
            }
        }
        Ok(())
    }
}

/// The folder is the desk's own: a demo of yesterday has its classes yesterday.
fn fresh(folder: PathBuf, kiosks: usize) -> Result<District> {
    let ours = folder.join("cards.csv").exists() || !folder.exists() || folder.read_dir()?.next().is_none();
    anyhow::ensure!(ours, "{} holds something else than a demo district", folder.display());
    if folder.exists() {
        std::fs::remove_dir_all(&folder).with_context(|| folder.display().to_string())?;
    }
    District::at(&folder, kiosks)
}
