// SPDX-License-Identifier: GPL-3.0-or-later
//! The hub of the demo: its settings, and its data folder filled through the hub's own storage.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use xuedian_domain::id::DeviceId;
use xuedian_hub::clock::SystemClock;
use xuedian_hub::documents::text;
use xuedian_hub::files::Files;
use xuedian_hub::hub::Hub;
use xuedian_hub::store::{Device, Person};
use xuedian_protocol::card_key::CardKey;
use xuedian_protocol::documents::{Agenda, Catalogue, PointSettings};
use xuedian_protocol::pairing::Provision;
use xuedian_protocol::signing::PublicKey;
use xuedian_protocol::text::hex;

use super::{carried, timetable::TIME_ZONE};

/// The hub while the demo is written.
#[derive(Debug)]
pub struct DemoHub {
    hub: Hub,
    url: String,
}

impl DemoHub {
    /// Makes settings and data in `folder`.
    pub fn begin(folder: &Path, port: Option<u16>) -> Result<Self> {
        fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        let port = match port {
            Some(port) => port,
            None => {
                TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("a free port for the hub")?.local_addr()?.port()
            }
        };
        let settings = settings(folder, port)?;
        let path = folder.join("settings.toml");
        let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        std::io::Write::write_all(&mut file, settings.as_bytes()).with_context(|| path.display().to_string())?;
        let hub = Hub::open(&folder.join("data"), TIME_ZONE, Arc::new(SystemClock)).context("the hub's data folder")?;
        Ok(Self { hub, url: format!("https://127.0.0.1:{port}") })
    }

    /// The card key in force.
    pub fn card_key(&self) -> Result<&CardKey> {
        self.hub.keys.cards.first().context("a hub has a card key")
    }

    /// Where media go.
    pub fn files(&self) -> &Files {
        &self.hub.files
    }

    /// Puts in everybody.
    pub fn put_people(&self, people: &[Person]) -> Result<()> {
        Ok(self.hub.store.put_people(people)?)
    }

    /// Puts in what the whole district shares.
    pub fn put_district(&self, agenda: &Agenda, catalogue: &Catalogue, rules: &str) -> Result<()> {
        self.hub.store.put_text(text::AGENDA, &serde_json::to_string(agenda)?)?;
        self.hub.store.put_text(text::CATALOGUE, &serde_json::to_string(catalogue)?)?;
        Ok(self.hub.put_rules(rules)?)
    }

    /// Publishes everything, as the hub itself does when it starts.
    pub fn publish(&self) -> Result<()> {
        self.hub.publish()?;
        Ok(self.hub.publish_standing()?)
    }

    /// Brings a kiosk its documents and media, as its first talk with the hub would have: it works before the hub is started.
    pub fn carry(&self, device: DeviceId, data: &Path) -> Result<()> {
        carried::carry(&self.hub.manifests(device)?, &self.hub.files, data)
    }

    /// Puts in a kiosk, and gives what pairing would have brought it.
    pub fn pair(&self, key: PublicKey, point: PointSettings) -> Result<Provision> {
        let device = Device {
            key,
            name: point.name.clone(),
            site: point.site,
            rooms: point.rooms.clone(),
            settings: point,
            struck: false,
            last_seen_ms: None,
        };
        self.hub.store.put_device(&device)?;
        Ok(self.hub.provision(&device, &self.url))
    }
}

fn settings(folder: &Path, port: u16) -> Result<String> {
    Ok(format!(
        "# The hub of the demo district.\n\
         # Start it:  xuedian-hub --settings {folder}/settings.toml --data {folder}/data\n\n\
         [hub]\nlisten = \"127.0.0.1:{port}\"\nnames = [\"localhost\", \"127.0.0.1\"]\n\n\
         # Whoever has them may read the status of all devices, or do what an operator does.\n\
         [tokens]\nstatus = \"{status}\"\nadmin = \"{admin}\"\n\n\
         [district]\ntime_zone = \"{TIME_ZONE}\"\n\n\
         [log]\nlevel = \"info\"\n",
        folder = folder.display(),
        status = token()?,
        admin = token()?,
    ))
}

fn token() -> Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).ok().context("the kernel gives no random bytes")?;
    Ok(hex(&bytes))
}
