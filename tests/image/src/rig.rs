// SPDX-License-Identifier: GPL-3.0-or-later
//! What a story in the test machine begins with: a demo district with its hub, a reader, and a box whose disk comes from the
//! factory with the kiosk's identity on its data partition.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use xuedian_kit::cards::Reader;
use xuedian_kit::district::{District, change_settings};
use xuedian_kit::hub::Hub;
use xuedian_kit::network::Network;
use xuedian_kit::programs::program;

use crate::disk;
use crate::machine::{Machine, Workshop};
use crate::plugs::Plugs;
use crate::variables;

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
        let rig = Self::around(workshop, name)?;
        rig.make_disk(release, true)?;
        Ok(rig)
    }

    /// The same with a disk as it comes from the factory: the box has its settings, and is nobody's kiosk yet.
    ///
    /// # Errors
    /// When something does not start.
    pub fn blank(workshop: &Workshop, name: &str, release: &str) -> Result<Self> {
        let rig = Self::around(workshop, name)?;
        rig.make_disk(release, false)?;
        Ok(rig)
    }

    fn around(workshop: &Workshop, name: &str) -> Result<Self> {
        let district = District::temporary(1)?;
        let names: Vec<toml::Value> = ["localhost", "127.0.0.1", OUTSIDE].map(toml::Value::from).into();
        change_settings(&district.hub().join("settings.toml"), &[("hub", "names", names.into())])?;
        let hub = Hub::start(&district)?;
        let network = Network::start(hub.port, None)?;
        let reader = Reader::start(&district.kiosk(1), &district.cards())?;
        Ok(Self { workshop: workshop.clone(), name: name.to_owned(), hub, network, reader, district })
    }

    /// Makes the disk with a release in slot A; with or without an identity and all that the district has sent.
    fn make_disk(&self, release: &str, paired: bool) -> Result<()> {
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
        if paired {
            copy(&kiosk.join("data"), &data.join("xuedian/kiosk"))?;
        }
        let made = self.workshop.run("disk", &[&self.name, release, &format!("{}.data", self.name)]);
        std::fs::remove_dir_all(&data)?;
        made
    }

    /// The disk of the box.
    #[must_use]
    pub fn image(&self) -> PathBuf {
        self.workshop.cache.join(format!("{}.img", self.name))
    }

    /// The cache of the build.
    #[must_use]
    pub fn cache(&self) -> &Path {
        &self.workshop.cache
    }

    /// The boot variables as they lie on the disk of the box now, running or off.
    ///
    /// # Errors
    /// When neither copy of them is whole.
    pub fn boot_variables(&self) -> Result<BTreeMap<String, String>> {
        let image = self.image();
        variables::read(&image, disk::partition(&image, "boot-env")?.start)
    }

    /// The records on the disk of the box, which is off.
    ///
    /// # Errors
    /// When the file system, the journal or the chain is damaged.
    pub fn records(&self) -> Result<Vec<Value>> {
        disk::records_of(&self.workshop.build, &self.image())
    }

    /// Offers a release, a bundle below the cache, to every box of the district.
    ///
    /// # Errors
    /// When the hub refuses it.
    pub fn offer(&self, bundle: &str, version: &str) -> Result<()> {
        let bundle = self.workshop.cache.join(bundle);
        self.operator(&["release", "--version", version, &bundle.display().to_string()]).map(drop)
    }

    /// What the operator types at the hub's machine after `xuedian hub`, and what is answered.
    ///
    /// # Errors
    /// When the hub refuses it.
    pub fn operator(&self, words: &[&str]) -> Result<String> {
        let data = self.district.hub().join("data");
        let done = Command::new(program("xuedian")?).arg("hub").args(words).arg("--data").arg(data).output()?;
        ensure!(done.status.success(), "xuedian hub {words:?}: {}", String::from_utf8_lossy(&done.stderr));
        Ok(String::from_utf8(done.stdout)?)
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
