// SPDX-License-Identifier: GPL-3.0-or-later
//! A hub as a process, and what it says of itself to outsiders.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::Value;

use crate::district::District;
use crate::process::{Running, watch};
use crate::programs::program;

/// How long it may take to start.
const PATIENCE: Duration = Duration::from_secs(60);

/// A hub. It can be killed and started again.
#[derive(Debug)]
pub struct Hub {
    folder: PathBuf,
    program: Running,
    /// Where it listens on this machine.
    pub port: u16,
}

impl Hub {
    /// Starts the hub of a district.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start(district: &District) -> Result<Self> {
        let folder = district.hub();
        let text = std::fs::read_to_string(folder.join("settings.toml"))?;
        let settings: toml::Table = text.parse()?;
        let listen =
            settings.get("hub").and_then(|hub| hub.get("listen")?.as_str()).context("the hub's key hub.listen")?;
        let port = listen.rsplit(':').next().and_then(|port| port.parse().ok()).context("the port of listen")?;
        let program = run(&folder)?;
        Ok(Self { folder, program, port })
    }

    /// Kills it as a power cut would, and starts it again.
    ///
    /// # Errors
    /// When it does not start again.
    pub fn kill_and_restart(&mut self) -> Result<()> {
        self.program.kill()?;
        self.program = run(&self.folder)?;
        Ok(())
    }

    /// Kills it and starts it again as a service manager would that hears it at `socket` and watches it.
    ///
    /// # Errors
    /// When it does not start.
    pub fn restart_watched(&mut self, socket: &Path, watchdog: Duration) -> Result<()> {
        self.program.kill()?;
        let mut command = command(&self.folder)?;
        watch(&mut command, socket, watchdog);
        self.program = begin(&self.folder, command)?;
        Ok(())
    }

    /// The running program.
    pub fn program(&mut self) -> &mut Running {
        &mut self.program
    }

    /// What it says of every device, the same as `GET /v1/status`.
    ///
    /// # Errors
    /// When it cannot be asked.
    pub fn status(&self) -> Result<Vec<Device>> {
        let done = Command::new(program("xuedian")?)
            .args(["hub", "status", "--data"])
            .arg(self.folder.join("data"))
            .output()?;
        ensure!(done.status.success(), "xuedian hub status: {}", String::from_utf8_lossy(&done.stderr));
        let status: Status = serde_json::from_slice(&done.stdout)?;
        Ok(status.devices)
    }

    /// What it has of one device.
    ///
    /// # Errors
    /// When it does not know the device.
    pub fn device(&self, device: &str) -> Result<Device> {
        let found = self.status()?.into_iter().find(|known| known.device == device);
        found.with_context(|| format!("the hub does not know the device {device}"))
    }
}

#[derive(Deserialize)]
struct Status {
    devices: Vec<Device>,
}

/// What the hub has of a device, read as an outsider would.
#[derive(Clone, Debug, Deserialize)]
pub struct Device {
    /// Its id.
    pub device: String,
    /// Each epoch.
    pub epochs: Vec<Epoch>,
    /// Places where its journal goes on in more than one way.
    pub forks: Vec<Value>,
}

/// One epoch.
#[derive(Clone, Debug, Deserialize)]
pub struct Epoch {
    /// Its name.
    pub epoch: String,
    /// Records stored.
    pub stored: u64,
    /// The highest number stored.
    pub last_seq: Option<u64>,
    /// Records set aside, and why.
    pub refused: Vec<Value>,
    /// Records stored that the hub thinks are wrong, and why.
    pub invalid: Vec<Value>,
}

fn run(folder: &Path) -> Result<Running> {
    begin(folder, command(folder)?)
}

fn command(folder: &Path) -> Result<Command> {
    let mut command = Command::new(program("xuedian-hub")?);
    command.arg("--settings").arg(folder.join("settings.toml")).arg("--data").arg(folder.join("data"));
    Ok(command)
}

fn begin(folder: &Path, command: Command) -> Result<Running> {
    let mut program = Running::start("xuedian-hub", command, &folder.join("hub.log"))?;
    program.wait_for("ready", PATIENCE)?;
    Ok(program)
}
