// SPDX-License-Identifier: GPL-3.0-or-later
//! From the start of the process to the first picture, and until cards are taken; the alternatives beside it.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::Result;
use xuedian_kit::cards::Reader;
use xuedian_kit::district::{District, change_settings};
use xuedian_kit::process::Running;
use xuedian_kit::programs::program;

use crate::chromium::Chromium;
use crate::district::PATIENCE;
use crate::kolibri::Kolibri;
use crate::picture::{Area, Display, colours, is_empty};
use crate::process::{family_pss_kb, mb, pss_kb};
use crate::report::Section;
use crate::spread::Spread;
use crate::{Plan, watch};

/// A picture has at least so many colours; a window that was only just opened has one or two.
pub const PICTURE_COLOURS: usize = 6;
/// How long a program may settle before its memory is read.
const SETTLE: Duration = Duration::from_secs(5);

/// One start of the kiosk.
#[derive(Debug)]
pub struct Start {
    /// Until a picture stood on the display.
    pub picture: Duration,
    /// Until it said `ready`.
    pub ready: Duration,
    /// It runs on.
    pub program: Running,
}

/// Starts the kiosk of a folder on an empty display, without anything that is there for tests.
pub fn kiosk(folder: &Path, display: &Display) -> Result<Start> {
    let mut command = Command::new(program("xuedian-kiosk")?);
    command.arg("--settings").arg(folder.join("settings.toml")).arg("--data").arg(folder.join("data"));
    command.env("DISPLAY", &display.name).env("SLINT_BACKEND", "winit-software");
    command.env_remove("WAYLAND_DISPLAY").env_remove("SLINT_MCP_PORT");
    empty(display)?;
    let begun = Instant::now();
    let mut program = Running::start("xuedian-kiosk", command, &folder.join("kiosk.log"))?;
    let picture = watch::until(display, Area::COARSE, PATIENCE, is_picture)?.duration_since(begun);
    let (_, ready) = program.wait_for("ready", PATIENCE)?;
    Ok(Start { picture, ready, program })
}

/// Waits until nothing is on the display.
pub fn empty(display: &Display) -> Result<()> {
    watch::until(display, Area::COARSE, PATIENCE, is_empty).map(drop)
}

/// More than an empty window.
pub fn is_picture(picture: &[u8]) -> bool {
    !is_empty(picture) && colours(picture, PICTURE_COLOURS) == PICTURE_COLOURS
}

/// Measures starts of the kiosk and of what one would take instead.
pub fn measure(plan: &Plan) -> Result<Section> {
    let mut section = Section::new(
        "Start",
        "From the start of the process to a picture on the display, and to `ready`: cards are taken. The demo's kiosk with its \
         documents, its journal of a day and its reader; files are in the system's cache; killed before each start. Beside it \
         Debian's Chromium as a kiosk with a static page of one screen, until that page is on the display, and the server of \
         Kolibri (Python index), until its first answer, both with a profile that was used before.",
    );
    let district = District::temporary(1)?;
    let folder = district.kiosk(1);
    let reader = Reader::start(&folder, &district.cards())?;
    let connection = format!("pn532_uart:{}", reader.link.display());
    change_settings(&folder.join("settings.toml"), &[("reader", "connection", connection.into())])?;
    let _hub = xuedian_kit::hub::Hub::start(&district)?;
    let display = Display::start(&folder.join("display.log"))?;
    // The first start of a new district takes its documents.
    let first = kiosk(&folder, &display)?;
    std::thread::sleep(SETTLE);
    drop(first);
    let (mut pictures, mut readies) = (Vec::new(), Vec::new());
    for _ in 0..plan.number(30, 4) {
        let start = kiosk(&folder, &display)?;
        pictures.push(start.picture);
        readies.push(start.ready);
    }
    let (pictures, readies) = (Spread::of(pictures), Spread::of(readies));
    section.at_most("Xuedian, first picture: p50", pictures.p50(), Duration::from_millis(200));
    section.at_most("Xuedian, first picture: p99", pictures.p99(), Duration::from_millis(200));
    section.at_most("Xuedian, cards taken: p50", readies.p50(), Duration::from_millis(500));
    section.at_most("Xuedian, cards taken: p99", readies.p99(), Duration::from_millis(500));
    section.fact("Xuedian, first picture", pictures);
    section.fact("Xuedian, cards taken", readies);
    let running = kiosk(&folder, &display)?.program;
    std::thread::sleep(SETTLE);
    section.fact("Xuedian, memory (PSS)", mb(pss_kb(running.id())?));
    drop(running);
    chromium(&mut section, plan, &display, &district.folder);
    kolibri(&mut section, plan, &district.folder);
    Ok(section)
}

fn chromium(section: &mut Section, plan: &Plan, display: &Display, folder: &Path) {
    let measured = (|| {
        let browser = Chromium::prepare(folder)?;
        drop(browser.start(display)?);
        let times = (0..plan.number(15, 2)).map(|_| browser.start(display).map(|start| start.picture));
        let times = Spread::of(times.collect::<Result<Vec<_>>>()?);
        let running = browser.start(display)?;
        std::thread::sleep(SETTLE);
        let memory = family_pss_kb(running.program.id());
        anyhow::Ok((browser.version, times, memory))
    })();
    match measured {
        Ok((version, times, memory)) => {
            section.fact(&format!("{version}, page on the display"), times);
            section.fact("the same, memory (PSS, all its processes)", mb(memory));
        }
        Err(error) => section.fact("Chromium", format!("not measured: {error:#}")),
    }
}

fn kolibri(section: &mut Section, plan: &Plan, folder: &Path) {
    let measured = (|| {
        let server = Kolibri::prepare(plan.kolibri.as_deref(), folder)?;
        let times = (0..plan.number(15, 1)).map(|_| server.start().map(|(_, answer)| answer));
        let times = Spread::of(times.collect::<Result<Vec<_>>>()?);
        let (running, _) = server.start()?;
        std::thread::sleep(SETTLE);
        let memory = family_pss_kb(running.id());
        anyhow::Ok((server, times, memory))
    })();
    match measured {
        Ok((server, times, memory)) => {
            section.fact(&format!("{}, first answer", server.version), times);
            section.fact("the same, its very first start", crate::spread::shown(server.first));
            section.fact("the same, memory (PSS, all its processes)", mb(memory));
        }
        Err(error) => section.fact("Kolibri", format!("not measured: {error:#}")),
    }
}
