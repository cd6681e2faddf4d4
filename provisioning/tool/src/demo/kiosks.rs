// SPDX-License-Identifier: GPL-3.0-or-later
//! The folder of a demo kiosk: its settings, and an identity that is paired already.

use std::fs;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use xuedian_protocol::pairing::Provision;
use xuedian_protocol::signing::DeviceKey;
use xuedian_protocol::text::hex;

/// What a kiosk's folder is made of.
#[derive(Debug)]
pub struct KioskFolder<'a> {
    /// Where: `kiosk-1`.
    pub folder: &'a Path,
    /// Its key, which the hub knows.
    pub key: &'a DeviceKey,
    /// What pairing brought.
    pub provision: &'a Provision,
    /// Pictures, sounds, fonts.
    pub assets: &'a Path,
}

impl KioskFolder<'_> {
    /// Its data folder.
    pub fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// How it is started.
    pub fn command(&self) -> String {
        format!("xuedian-kiosk --settings {0}/settings.toml --data {0}/data", self.folder.display())
    }

    /// Writes settings and identity.
    pub fn write(&self) -> Result<()> {
        let identity = self.data().join("identity");
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&identity)
            .with_context(|| identity.display().to_string())?;
        write_secret(&identity.join("device.key"), &format!("{}\n", hex(&self.key.seed())))?;
        write_secret(&identity.join("provision.json"), &serde_json::to_string(self.provision)?)?;
        fs::write(self.folder.join("settings.toml"), self.settings()).context("the kiosk's settings")
    }

    fn settings(&self) -> String {
        let text = |path: &Path| toml::Value::from(path.display().to_string()).to_string();
        let reader = toml::Value::from(format!("pn532_uart:{}", self.folder.join("reader").display()));
        format!(
            "# A kiosk of the demo district: {name}.\n\
             # Start its reader first:  xuedian-reader --link {folder}/reader --control {folder}/reader.socket --wallet {cards}\n\
             # then the kiosk:          {command}\n\n\
             [reader]\nconnection = {reader}\n\n\
             [hub]\nurl = {url:?}\nspread_s = 0\n\n\
             [screen]\nwidth = 1280\nheight = 800\nppi = 149\n\n\
             [sound]\ndevice = \"default\"\n\n\
             [paths]\nassets = {assets}\n\n\
             [log]\nlevel = \"info\"\n",
            name = self.provision.name,
            folder = self.folder.display(),
            command = self.command(),
            cards = self.folder.with_file_name("cards.csv").display(),
            url = self.provision.hub_url,
            assets = text(self.assets),
        )
    }
}

/// For its owner only.
fn write_secret(path: &Path, text: &str) -> Result<()> {
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .with_context(|| path.display().to_string())?;
    std::io::Write::write_all(&mut file, text.as_bytes())?;
    Ok(())
}
