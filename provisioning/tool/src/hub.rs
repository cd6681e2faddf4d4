// SPDX-License-Identifier: GPL-3.0-or-later
//! `xuedian hub`: what the district's operator does on the hub's own machine, beside the running hub.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail, ensure};
use clap::{Args, Subcommand};
use jiff::{Zoned, civil::Date};
use xuedian_hub::clock::SystemClock;
use xuedian_hub::hub::Hub;
use xuedian_hub::pairing::Assignment;
use xuedian_hub::releases::Meant;
use xuedian_papers::{Fonts, SYSTEM_FONT};

use crate::assets::assets;

/// The hub's data folder.
#[derive(Args)]
pub struct Place {
    /// The data folder of the hub.
    #[arg(long, value_name = "DIR", env = "XUEDIAN_HUB_DATA", default_value = "/var/lib/xuedian-hub")]
    data: PathBuf,
    /// Whose days the rules count.
    #[arg(long, default_value = "Asia/Shanghai")]
    time_zone: String,
}

impl Place {
    /// Opens it beside the running hub; never makes one.
    pub(crate) fn open(&self) -> Result<Hub> {
        ensure!(self.data.join("hub.db").exists(), "there is no hub.db in {}", self.data.display());
        Hub::open(&self.data, &self.time_zone, Arc::new(SystemClock))
            .with_context(|| format!("the hub in {}", self.data.display()))
    }
}

/// What the operator does.
#[derive(Subcommand)]
pub enum Command {
    /// Boxes that want to join, with the code that each of them shows.
    Waiting {
        /// The hub.
        #[command(flatten)]
        place: Place,
    },
    /// Lets a box join: it becomes a kiosk of a learning point.
    Approve {
        /// The code on its screen.
        code: String,
        /// The learning point: its name in either language, or its id. May be left out where there is only one.
        #[arg(long)]
        site: Option<String>,
        /// What staff will call it; `2 号终端` when not given and it is the second of its point.
        #[arg(long)]
        name: Option<String>,
        /// A room that it serves, once for each; all rooms of the point when none is given.
        #[arg(long = "room")]
        rooms: Vec<String>,
        /// The hub.
        #[command(flatten)]
        place: Place,
    },
    /// Sends a box away.
    Deny {
        /// The code on its screen.
        code: String,
        /// The hub.
        #[command(flatten)]
        place: Place,
    },
    /// Strikes a kiosk's key: it is believed no more.
    Strike {
        /// Its id.
        device: String,
        /// The hub.
        #[command(flatten)]
        place: Place,
    },
    /// Makes the sign-in sheets (签到表) of a day with whole names, as PDF and as XLSX.
    Sheets {
        /// The day, `2026-11-22`; today when not given.
        #[arg(long)]
        day: Option<Date>,
        /// The folder for the files.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// The hub.
        #[command(flatten)]
        place: Place,
    },
    /// Offers a release of the system to boxes; each fetches it in pieces and starts it at the power-on after that.
    Release {
        /// The signed bundle; none takes the offer back.
        bundle: Option<PathBuf>,
        /// Its name, as after VERSION_ID= in its os-release.
        #[arg(long, requires = "bundle")]
        version: Option<String>,
        /// Only boxes of this learning point: its name in either language, or its id.
        #[arg(long)]
        site: Option<String>,
        /// Only the box that staff call so.
        #[arg(long)]
        name: Option<String>,
        /// The hub.
        #[command(flatten)]
        place: Place,
    },
    /// What every kiosk has sent, as JSON.
    Status {
        /// The hub.
        #[command(flatten)]
        place: Place,
    },
}

/// Does it.
///
/// # Errors
/// When there is no such hub, box, point or room.
pub fn run(command: &Command) -> Result<()> {
    match command {
        Command::Waiting { place } => waiting(&place.open()?),
        Command::Approve { code, site, name, rooms, place } => {
            let hub = place.open()?;
            let site = site.clone().map_or_else(|| only_site(&hub), Ok)?;
            let name = name.clone().map_or_else(|| next_name(&hub, &site), Ok)?;
            let device = hub.approve(code, &Assignment { site, name, rooms: rooms.clone() })?;
            println!("{} is {} at {}", device.key.device(), device.name, device.settings.site_name.zh);
            Ok(())
        }
        Command::Deny { code, place } => Ok(place.open()?.deny(code)?),
        Command::Strike { device, place } => {
            let id = device.parse().with_context(|| format!("{device:?} is no id of a kiosk"))?;
            ensure!(place.open()?.strike(id)?, "the hub knows no kiosk {device}");
            Ok(())
        }
        Command::Sheets { day, out, place } => sheets(&place.open()?, *day, out),
        Command::Release { bundle, version, site, name, place } => {
            let hub = place.open()?;
            let release = match (bundle, version) {
                (Some(bundle), Some(version)) => Some((bundle.as_path(), version.as_str())),
                (Some(_), None) => bail!("say which release it is: --version"),
                (None, _) => None,
            };
            let site = site.as_ref().map(|site| hub.find_site(site)).transpose()?.map(|site| site.site);
            let boxes = hub.offer(release, &Meant { site, name: name.clone() })?;
            ensure!(boxes > 0, "no box is meant by that");
            match version {
                Some(version) => println!("{version} is offered to {boxes} boxes"),
                None => println!("nothing is offered to {boxes} boxes any more"),
            }
            Ok(())
        }
        Command::Status { place } => {
            println!("{}", serde_json::to_string_pretty(&place.open()?.status()?)?);
            Ok(())
        }
    }
}

/// The district's learning point, when there is but one.
fn only_site(hub: &Hub) -> Result<String> {
    let sites = hub.agenda()?.sites;
    let names = || sites.iter().map(|site| site.name.zh.as_str()).collect::<Vec<_>>().join(", ");
    let [site] = &sites[..] else { bail!("say which learning point: --site, one of {}", names()) };
    Ok(site.name.zh.clone())
}

/// What the next kiosk of a learning point is called when nobody says.
fn next_name(hub: &Hub, site: &str) -> Result<String> {
    let site = hub.find_site(site)?.site;
    let there = hub.store.devices()?.iter().filter(|device| !device.struck && device.site == site).count();
    Ok(format!("{} 号终端", there + 1))
}

fn sheets(hub: &Hub, day: Option<Date>, out: &Path) -> Result<()> {
    let day = day.unwrap_or_else(|| Zoned::now().with_time_zone(hub.zone.clone()).date());
    let sheets = hub.sign_in_sheets(day)?;
    ensure!(!sheets.is_empty(), "nobody was signed in on {day}, as far as the hub has heard");
    let own = assets(None)?.join("fonts").join("xuedian-sans-regular.otf");
    let mut fonts = Fonts::read(&own, &[PathBuf::from(SYSTEM_FONT)])?;
    for sheet in sheets {
        for file in sheet.write(out, &mut fonts)? {
            println!("{}", out.join(file).display());
        }
    }
    Ok(())
}

fn waiting(hub: &Hub) -> Result<()> {
    for waiting in hub.waiting()? {
        let words = waiting.words.map_or_else(|| "no words yet".to_owned(), |words| words.join(" "));
        println!(
            "{}  {}  {words}  {} s left  {}",
            waiting.user_code, waiting.device, waiting.expires_s, waiting.software
        );
    }
    Ok(())
}
