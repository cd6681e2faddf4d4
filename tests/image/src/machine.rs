// SPDX-License-Identifier: GPL-3.0-or-later
//! A box that runs in QEMU, with its plugs: power, screen, reader, network, USB.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::json;
use xuedian_kit::process::{Running, eventually, processor_time};

use crate::console;
use crate::eyes::Eyes;
use crate::picture::{Picture, Rectangle};
use crate::plugs::{self, PANEL, Plugs};
use crate::qmp::Qmp;

/// How long QEMU itself may take to start.
const STARTING: Duration = Duration::from_secs(30);
/// Between two looks at the screen.
const LOOK: Duration = Duration::from_millis(400);
/// How long a box is waited for that has a lot to do, and how long it is watched at a time.
const RESTING: Duration = Duration::from_secs(90);
const BREATH: Duration = Duration::from_secs(2);
/// So many times in a row it has to want little.
const QUIET: u32 = 2;
/// The part of one processor that a box at rest takes at most: emulated, the look for cards alone takes half of one.
const AT_REST: f64 = 0.9;
/// Between two presses of the power button.
const PRESS: Duration = Duration::from_secs(5);

/// Where machines live, and the programs that enter the workshop.
#[derive(Clone, Debug)]
pub struct Workshop {
    /// The cache of the build: `/image` in the workshop.
    pub cache: PathBuf,
    /// `tests/image/build` of the checkout.
    pub build: PathBuf,
}

impl Workshop {
    /// Runs one of the build's scripts.
    ///
    /// # Errors
    /// When it fails.
    pub fn run(&self, script: &str, arguments: &[&str]) -> Result<()> {
        let done = Command::new(self.build.join(script)).args(arguments).status().with_context(|| script.to_owned())?;
        ensure!(done.success(), "{script} {arguments:?}: {done}");
        Ok(())
    }

    /// The same path as the workshop sees it.
    fn inside(&self, path: &Path) -> Result<String> {
        let below = path.strip_prefix(&self.cache).with_context(|| path.display().to_string())?;
        Ok(format!("/image/{}", below.display()))
    }
}

/// A running box.
#[derive(Debug)]
pub struct Machine {
    workshop: Workshop,
    folder: PathBuf,
    qemu: Running,
    qmp: Qmp,
    /// When its power came.
    pub powered: Instant,
    pictures: u32,
}

impl Machine {
    /// Gives power to a box whose disk is `NAME.img` in the cache.
    ///
    /// # Errors
    /// When QEMU does not start.
    pub fn power(workshop: &Workshop, name: &str, plugs: &Plugs) -> Result<Self> {
        let folder = workshop.cache.join(name);
        std::fs::create_dir_all(&folder)?;
        let socket = folder.join("qmp");
        for old in ["qmp", "console", "console.log"] {
            let _ = std::fs::remove_file(folder.join(old));
        }
        let mut command = Command::new(workshop.build.join("enter"));
        command.args(plugs::arguments(&workshop.inside(&folder)?, plugs));
        let powered = Instant::now();
        let qemu = Running::start("qemu", command, &folder.join("qemu.log"))?;
        let qmp = eventually("QEMU's socket", STARTING, || Qmp::connect(&socket)).with_context(|| qemu.last_words())?;
        Ok(Self { workshop: workshop.clone(), folder, qemu, qmp, powered, pictures: 0 })
    }

    /// What the screen shows now.
    ///
    /// # Errors
    /// When the machine is gone.
    pub fn picture(&mut self) -> Result<Picture> {
        Picture::read_plain(&self.screen()?)
    }

    /// The same as a file; the eighth picture from now takes its place.
    ///
    /// # Errors
    /// When the machine is gone.
    pub fn screen(&mut self) -> Result<PathBuf> {
        let path = self.folder.join(format!("screen-{}.ppm", self.pictures % 8));
        self.pictures += 1;
        let inside = self.workshop.inside(&path)?;
        self.qmp.picture(&inside).with_context(|| self.qemu.last_words())?;
        Ok(path)
    }

    /// Waits until a label of a page is on the screen.
    ///
    /// # Errors
    /// When it does not come in time; the last picture stays in the machine's folder.
    pub fn see(&mut self, eyes: &Eyes, page: &str, label: &str, patience: Duration) -> Result<Rectangle> {
        let until = Instant::now() + patience;
        loop {
            let picture = self.picture()?;
            if let Some(found) = eyes.find(&picture, page, label)? {
                return Ok(found);
            }
            ensure!(
                Instant::now() < until,
                "{label:?} of {page} is not on the screen after {patience:?}: see {}",
                self.folder.display()
            );
            std::thread::sleep(LOOK);
        }
    }

    /// Waits until the box has little to do any more, for a while at most: right after its start everything that can wait comes
    /// up at once, and a result is over before an emulated processor has drawn it.
    ///
    /// # Errors
    /// When the machine is gone.
    pub fn rest(&self) -> Result<()> {
        let until = Instant::now() + RESTING;
        let (mut before, mut quiet) = (self.wanted()?, 0);
        while quiet < QUIET && Instant::now() < until {
            std::thread::sleep(BREATH);
            let now = self.wanted()?;
            quiet = if now.saturating_sub(before) < BREATH.mul_f64(AT_REST) { quiet + 1 } else { 0 };
            before = now;
        }
        Ok(())
    }

    /// How much of a processor the box has wanted so far: what it got, and how long it waited for it.
    fn wanted(&self) -> Result<Duration> {
        let id = self.qemu.id();
        let mut wanted = processor_time(id)?;
        for thread in std::fs::read_dir(format!("/proc/{id}/task"))?.flatten() {
            // A thread that has just ended waits for nothing.
            let times = std::fs::read_to_string(thread.path().join("schedstat")).unwrap_or_default();
            let waited = times.split_whitespace().nth(1).and_then(|nanos| nanos.parse().ok()).unwrap_or(0);
            wanted += Duration::from_nanos(waited);
        }
        Ok(wanted)
    }

    /// Touches a label of a page once it is on the screen.
    ///
    /// # Errors
    /// When it does not come in time.
    pub fn touch(&mut self, eyes: &Eyes, page: &str, label: &str, patience: Duration) -> Result<()> {
        let part = self.see(eyes, page, label, patience)?;
        self.touch_at(part.middle())
    }

    /// Touches a point.
    ///
    /// # Errors
    /// When the machine is gone.
    pub fn touch_at(&mut self, point: (u32, u32)) -> Result<()> {
        self.qmp.touch(point, PANEL)
    }

    /// Touches the place that a label has on its golden page, whatever the key says there now.
    ///
    /// # Errors
    /// When the page has no such label.
    pub fn touch_place(&mut self, eyes: &Eyes, page: &str, label: &str) -> Result<()> {
        self.touch_at(eyes.place(page, label)?.middle())
    }

    /// Runs a command in the shell of a box that was started with one.
    ///
    /// # Errors
    /// When there is no shell, or the command fails.
    pub fn shell(&self, command: &str, patience: Duration) -> Result<String> {
        console::run(&self.folder.join("console"), command, patience)
    }

    /// Everything that the serial console said since the power came.
    ///
    /// # Errors
    /// When there is no log.
    pub fn console(&self) -> Result<String> {
        Ok(String::from_utf8_lossy(&std::fs::read(self.folder.join("console.log"))?).into_owned())
    }

    /// Plugs a stick into the USB port: an image below the cache, read-only.
    ///
    /// # Errors
    /// When there is no such image.
    pub fn plug_stick(&mut self, name: &str) -> Result<()> {
        let file =
            json!({ "driver": "file", "node-name": "stick", "read-only": true, "filename": format!("/image/{name}") });
        self.qmp.ask("blockdev-add", file)?;
        let stick = json!({ "driver": "usb-storage", "bus": "usb.0", "id": "stick", "drive": "stick" });
        self.qmp.ask("device_add", stick).map(drop)
    }

    /// Pulls it out again.
    ///
    /// # Errors
    /// When there is none.
    pub fn pull_stick(&mut self) -> Result<()> {
        self.qmp.ask("device_del", json!({ "id": "stick" }))?;
        let qmp = &mut self.qmp;
        eventually("the stick is out", STARTING, || qmp.ask("blockdev-del", json!({ "node-name": "stick" })).map(drop))
    }

    /// Plugs a device of QEMU's in while the box runs; `id` is its name when it is pulled again.
    ///
    /// # Errors
    /// When QEMU has no such device.
    pub fn plug(&mut self, device: &str, id: &str, more: &[(&str, &str)]) -> Result<()> {
        let mut arguments = json!({ "driver": device, "id": id });
        for (key, value) in more {
            arguments[*key] = json!(value);
        }
        self.qmp.ask("device_add", arguments).map(drop)
    }

    /// Pulls a device out while the box runs.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn pull(&mut self, id: &str) -> Result<()> {
        self.qmp.ask("device_del", json!({ "id": id })).map(drop)
    }

    /// Presses keys of a keyboard together, by QEMU's names for them.
    ///
    /// # Errors
    /// When there is no such key.
    pub fn keys(&mut self, keys: &[&str]) -> Result<()> {
        let keys: Vec<_> = keys.iter().map(|key| json!({ "type": "qcode", "data": key })).collect();
        self.qmp.ask("send-key", json!({ "keys": keys })).map(drop)
    }

    /// Pulls or plugs the network cable.
    ///
    /// # Errors
    /// When the machine is gone.
    pub fn network(&mut self, plugged: bool) -> Result<()> {
        self.qmp.ask("set_link", json!({ "name": "network", "up": plugged })).map(drop)
    }

    /// Pulls the power plug.
    ///
    /// # Errors
    /// When it cannot be waited for.
    pub fn cut(mut self) -> Result<()> {
        self.qemu.kill()
    }

    /// Presses the power button until the machine is off: right after a start nobody listens to it yet.
    ///
    /// # Errors
    /// When it does not go off in time.
    pub fn switch_off(mut self, patience: Duration) -> Result<()> {
        let until = Instant::now() + patience;
        while self.qemu.ended()?.is_none() {
            ensure!(Instant::now() < until, "the machine is not off after {patience:?}");
            // Gone between the two questions: as wanted.
            let _ = self.qmp.ask("system_powerdown", json!({}));
            std::thread::sleep(PRESS);
        }
        Ok(())
    }

    /// Its folder on this machine.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}
