// SPDX-License-Identifier: GPL-3.0-or-later
//! `xuedian demo DIR`: a whole district in an empty folder, so that anyone can start the parts one by one.
//!
//! `hub/` and `kiosk-1/`, `kiosk-2/` … each hold `settings.toml` and `data/`; `cards.csv` is the wallet. Everything is invented.
//! Ids and cards are the same each time; keys are drawn anew; times are arranged around now (`timetable`).

mod agenda;
mod cards;
mod carried;
mod catalogue;
mod hub;
mod kiosks;
mod morning;
mod packages;
mod people;
mod roster;
mod table;
mod timetable;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use clap::Args;
use jiff::Zoned;
use xuedian_protocol::documents::Catalogue;
use xuedian_protocol::signing::DeviceKey;

use crate::assets::assets;
use hub::DemoHub;
use kiosks::KioskFolder;

/// What to write, and where.
#[derive(Args)]
pub struct Command {
    /// An empty folder, or one that does not exist yet.
    folder: PathBuf,
    /// How many kiosks, at most eight; each stands at another learning point.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=8))]
    kiosks: u8,
    /// How many learners; those of the demo's stories are always among them.
    #[arg(long, default_value_t = 200)]
    learners: usize,
    /// The folder with pictures, sounds, fonts and the texts of the courses; found by itself in a checkout.
    #[arg(long)]
    assets: Option<PathBuf>,
    /// A port of this machine for the hub; a free one when not given.
    #[arg(long)]
    port: Option<u16>,
}

/// Writes it.
///
/// # Errors
/// When the folder is not empty, or something cannot be written.
pub fn run(command: &Command) -> Result<()> {
    let folder = &empty(&command.folder)?;
    let assets = assets(command.assets.as_deref())?;
    let now = Zoned::now();
    let people = people::people(command.learners)?;
    let agenda = agenda::agenda(&people, &now)?;
    let hub = DemoHub::begin(&folder.join("hub"), command.port)?;
    // A district without films still shows everything else.
    let catalogue = match packages::courses(&assets).and_then(|courses| catalogue::catalogue(&courses, hub.files())) {
        Ok(catalogue) => catalogue,
        Err(error) => {
            eprintln!("xuedian: this demo has no courses: {error:#}");
            Catalogue::default()
        }
    };
    hub.put_people(&roster::roster(&people, hub.card_key()?)?)?;
    hub.put_district(&agenda, &catalogue, &table::demo_rules())?;
    let mut kiosks = Vec::new();
    for place in 0..usize::from(command.kiosks) {
        let point = agenda::point_settings(place)?;
        let (key, kiosk) = (DeviceKey::draw(), folder.join(format!("kiosk-{}", place + 1)));
        let provision = hub.pair(key.public(), point)?;
        let kiosk = KioskFolder { folder: &kiosk, key: &key, provision: &provision, assets: &assets };
        kiosk.write()?;
        if place == 0 {
            morning::morning(&kiosk.data(), key.device(), &agenda, &people)?;
        }
        println!("kiosk    {}    # {}", kiosk.command(), provision.site_name.zh);
        kiosks.push((key.device(), kiosk.data()));
    }
    hub.publish()?;
    for (device, data) in kiosks {
        hub.carry(device, &data)?;
    }
    fs::write(folder.join("cards.csv"), cards::list(&people)).context("the wallet")?;
    println!("hub      xuedian-hub --settings {0}/hub/settings.toml --data {0}/hub/data", folder.display());
    println!("cards    {}/cards.csv", folder.display());
    Ok(())
}

/// The folder, made if need be, by its whole path: settings files name files in it.
fn empty(folder: &std::path::Path) -> Result<PathBuf> {
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let folder = folder.canonicalize()?;
    ensure!(folder.read_dir()?.next().is_none(), "{} is not empty", folder.display());
    Ok(folder)
}
