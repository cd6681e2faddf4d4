// SPDX-License-Identifier: GPL-3.0-or-later
//! What a story in the test machine begins with: a demo district with its hub, a reader, and a box whose disk comes from the
//! factory with the kiosk's identity on its data partition.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use xuedian_kit::cards::Reader;
use xuedian_kit::district::{District, change_settings};
use xuedian_kit::hub::Hub;
use xuedian_kit::journal;
use xuedian_kit::network::Network;
use xuedian_kit::programs::program;

use crate::machine::{Machine, Plugs, Workshop};

/// The address of this machine as a box in QEMU sees it.
const OUTSIDE: &str = "10.0.2.2";

/// Everything around a box.
#[derive(Debug)]
pub struct Rig {
    workshop: Workshop,
    name: String,
    /// The hub.
    pub hub: Hub,
    /// What is between box and hub.
    pub network: Network,
    /// Hands with cards.
    pub reader: Reader,
    /// The demo district.
    pub district: District,
}

impl Rig {
    /// Writes a district, starts its hub, and makes a disk with a release in slot A.
    ///
    /// # Errors
    /// When something does not start.
    pub fn new(workshop: &Workshop, name: &str, release: &str) -> Result<Self> {
        let district = District::temporary(1)?;
        let names: Vec<toml::Value> = ["localhost", "127.0.0.1", OUTSIDE].map(toml::Value::from).into();
        change_settings(&district.hub().join("settings.toml"), &[("hub", "names", names.into())])?;
        let hub = Hub::start(&district)?;
        let network = Network::start(hub.port, None)?;
        let reader = Reader::start(&district.kiosk(1), &district.cards())?;
        let rig = Self { workshop: workshop.clone(), name: name.to_owned(), hub, network, reader, district };
        rig.make_disk(release)?;
        Ok(rig)
    }

    /// Makes the disk anew, as the factory does, with a release in slot A.
    ///
    /// # Errors
    /// When the disk cannot be made.
    pub fn make_disk(&self, release: &str) -> Result<()> {
        let kiosk = self.district.kiosk(1);
        let settings = kiosk.join("settings.toml");
        let url = format!("https://{OUTSIDE}:{}", self.network.port);
        change_settings(
            &settings,
            &[
                ("reader", "connection", "pn532_uart:/dev/xuedian-reader".into()),
                ("hub", "url", url.into()),
                ("paths", "assets", "/usr/share/xuedian".into()),
            ],
        )?;
        let data = self.workshop.cache.join(format!("{}.data", self.name));
        let _ = std::fs::remove_dir_all(&data);
        std::fs::create_dir_all(data.join("etc/xuedian"))?;
        std::fs::create_dir_all(data.join("xuedian"))?;
        std::fs::copy(&settings, data.join("etc/xuedian/kiosk.toml"))?;
        copy(&kiosk.join("data"), &data.join("xuedian/kiosk"))?;
        let made = self.workshop.run("disk", &[&self.name, release, &format!("{}.data", self.name)]);
        std::fs::remove_dir_all(&data)?;
        made
    }

    /// How many check-ins are in the kiosk's journal as it comes from the factory.
    ///
    /// # Errors
    /// When it cannot be exported.
    pub fn check_ins(&self) -> Result<usize> {
        Ok(journal::of_kind(&self.district.kiosk(1).join("data"), "check-in")?.len())
    }

    /// Offers a release, a bundle below the cache, to every box of the district.
    ///
    /// # Errors
    /// When the hub refuses it.
    pub fn offer(&self, bundle: &str, version: &str) -> Result<()> {
        let done = Command::new(program("xuedian")?)
            .args(["hub", "release", "--version", version, "--data"])
            .arg(self.district.hub().join("data"))
            .arg(self.workshop.cache.join(bundle))
            .output()?;
        ensure!(done.status.success(), "xuedian hub release: {}", String::from_utf8_lossy(&done.stderr));
        Ok(())
    }

    /// Gives power to the box, its reader plugged in.
    ///
    /// # Errors
    /// When QEMU does not start.
    pub fn power(&mut self, plugs: Plugs) -> Result<Machine> {
        let line = std::fs::canonicalize(&self.reader.link).context("the line of the reader")?;
        Machine::power(&self.workshop, &self.name, &Plugs { reader: Some(line), ..plugs })
    }
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    let done = Command::new("cp").arg("-a").args([from, to]).status()?;
    ensure!(done.success(), "cp -a {} {}: {done}", from.display(), to.display());
    Ok(())
}
