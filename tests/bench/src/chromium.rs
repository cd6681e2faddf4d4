// SPDX-License-Identifier: GPL-3.0-or-later
//! The usual alternative to a program of one's own: a browser that fills the screen with a page.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use xuedian_kit::process::Running;

use crate::conditions::first_line;
use crate::district::PATIENCE;
use crate::picture::{Area, Display};
use crate::process::family;
use crate::start::empty;
use crate::watch;

/// A page of one screen: a ground, a clock, three tiles, as on our own idle screen.
const PAGE: &str = "<!doctype html><meta charset=utf-8><title>kiosk</title>
<style>html,body{margin:0;height:100%;background:#0b574a;color:#fff;font:48px sans-serif}
div{display:inline-block;width:360px;height:240px;margin:24px;background:#2c8c74}</style>
<h1>10:30</h1><div>楷书初级班</div><div>学习终端</div><div>手指操</div><p>请刷卡</p>";
/// The page's ground as it lies in the display's memory: blue, green, red, and nothing.
const GROUND: [u8; 3] = [0x4a, 0x57, 0x0b];

/// A browser with a profile of its own.
#[derive(Debug)]
pub struct Chromium {
    folder: PathBuf,
    /// Its name and number.
    pub version: String,
}

/// A browser that shows the page. Ends with all its processes when dropped.
#[derive(Debug)]
pub struct Shown {
    /// Until the page stood on the display.
    pub picture: Duration,
    /// The first of its processes.
    pub program: Running,
}

impl Chromium {
    /// Writes the page; the browser must be installed.
    pub fn prepare(folder: &Path) -> Result<Self> {
        let version = first_line("chromium", &["--version"]);
        ensure!(!version.ends_with("unknown"), "it is not installed (package chromium)");
        let version = version.split(" built").next().unwrap_or_default().trim().to_owned();
        std::fs::write(folder.join("page.html"), PAGE)?;
        Ok(Self { folder: folder.to_owned(), version })
    }

    /// Starts it on an empty display, and waits for the page.
    pub fn start(&self, display: &Display) -> Result<Shown> {
        let mut command = Command::new("chromium");
        command.args(["--kiosk", "--no-first-run", "--no-sandbox", "--disable-gpu", "--window-position=0,0"]);
        command.args(["--window-size=1280,800", "--password-store=basic"]);
        command.arg(format!("--user-data-dir={}", self.folder.join("chromium").display()));
        command.arg(format!("file://{}", self.folder.join("page.html").display()));
        command.env("DISPLAY", &display.name).env_remove("WAYLAND_DISPLAY");
        empty(display)?;
        let begun = Instant::now();
        let program = Running::start("chromium", command, &self.folder.join("chromium.log"))?;
        let picture = watch::until(display, Area::COARSE, PATIENCE, is_page)?.duration_since(begun);
        Ok(Shown { picture, program })
    }
}

/// Half of the display has the page's ground.
fn is_page(picture: &[u8]) -> bool {
    let (pixels, _) = picture.as_chunks::<4>();
    let ground = pixels.iter().filter(|pixel| pixel[..3] == GROUND).count();
    ground * 2 > pixels.len()
}

impl Drop for Shown {
    fn drop(&mut self) {
        // Its children are its own, and go with it.
        for id in family(self.program.id()).into_iter().rev() {
            if let Some(id) = i32::try_from(id).ok().and_then(rustix::process::Pid::from_raw) {
                let _ = rustix::process::kill_process(id, rustix::process::Signal::KILL);
            }
        }
    }
}
