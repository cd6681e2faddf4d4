// SPDX-License-Identifier: GPL-3.0-or-later
//! A kiosk with its reader, display and network, as processes.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::cards::Reader;
use crate::display::Display;
use crate::district::{District, change_settings};
use crate::journal;
use crate::network::Network;
use crate::process::{Running, watch};
use crate::programs::{assets, program};
use crate::screen::Screen;

/// How long it may take to start on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// Pixels of its display.
const SIZE: (u32, u32) = (1280, 800);

/// A kiosk. It can be killed and started again; reader, display and network live on.
#[derive(Debug)]
pub struct Kiosk {
    folder: PathBuf,
    program: Running,
    /// How long its last start took until cards were taken.
    pub start: Duration,
    /// Hands with cards.
    pub reader: Reader,
    /// Eyes and a finger.
    pub screen: Screen,
    /// What is between it and its hub.
    pub network: Network,
    shown: Shown,
    screen_port: u16,
}

/// Where a kiosk is shown.
#[derive(Debug)]
pub enum Shown {
    /// On somebody's display, by its name.
    On(String),
    /// On one of its own.
    Virtually(Display),
}

impl Kiosk {
    /// Starts a kiosk of the district, counted from 1, on a display of its own and with a network of its own to the hub.
    ///
    /// # Errors
    /// When one of the parts does not start.
    pub fn start(district: &District, number: usize, hub_port: u16) -> Result<Self> {
        let shown = Shown::Virtually(Display::start(SIZE.0, SIZE.1, &district.kiosk(number))?);
        Self::start_on(district, number, hub_port, shown, None)
    }

    /// The same on a certain display; while the file `switch` exists its network is off.
    ///
    /// # Errors
    /// When one of the parts does not start.
    pub fn start_on(
        district: &District,
        number: usize,
        hub_port: u16,
        shown: Shown,
        switch: Option<PathBuf>,
    ) -> Result<Self> {
        let folder = district.kiosk(number);
        let network = Network::start(hub_port, switch)?;
        let reader = Reader::start(&folder, &district.cards())?;
        let connection = format!("pn532_uart:{}", reader.link.display());
        let url = format!("https://127.0.0.1:{}", network.port);
        let assets = assets()?.display().to_string();
        let changes = [
            ("reader", "connection", connection.into()),
            ("hub", "url", url.into()),
            ("paths", "assets", assets.into()),
        ];
        change_settings(&folder.join("settings.toml"), &changes)?;
        let screen_port = free_port()?;
        let (program, start) = run(&folder, shown.name(), screen_port)?;
        Ok(Self { folder, program, start, reader, screen: Screen::at(screen_port), network, shown, screen_port })
    }

    /// The name of its display.
    #[must_use]
    pub fn display(&self) -> &str {
        self.shown.name()
    }

    /// Whether its display can only be seen through pictures.
    #[must_use]
    pub fn is_virtual(&self) -> bool {
        matches!(self.shown, Shown::Virtually(_))
    }

    /// Its data folder.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Has its board say something: a file below `sys` or `proc`, as the kernel has it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn board_says(&self, file: &str, words: &str) -> Result<()> {
        let path = self.folder.join("board").join(file);
        let folder = path.parent().context("a folder")?;
        std::fs::create_dir_all(folder)?;
        // Whole at once: the kiosk looks every two seconds.
        let draft = folder.join("draft");
        std::fs::write(&draft, format!("{words}\n"))?;
        Ok(std::fs::rename(draft, path)?)
    }

    /// Its journal, oldest record first.
    ///
    /// # Errors
    /// When it cannot be exported.
    pub fn journal(&self) -> Result<Vec<Value>> {
        journal::export(&self.data())
    }

    /// Its records of one kind.
    ///
    /// # Errors
    /// When they cannot be exported.
    pub fn records(&self, kind: &str) -> Result<Vec<Value>> {
        journal::of_kind(&self.data(), kind)
    }

    /// The running program.
    pub fn program(&mut self) -> &mut Running {
        &mut self.program
    }

    /// Kills it as a power cut would.
    ///
    /// # Errors
    /// When it cannot be waited for.
    pub fn kill(&mut self) -> Result<()> {
        self.program.kill()
    }

    /// Starts it again on the same data; tells how long that took until cards were taken.
    ///
    /// # Errors
    /// When it does not start.
    pub fn restart(&mut self) -> Result<Duration> {
        (self.program, self.start) = run(&self.folder, self.shown.name(), self.screen_port)?;
        Ok(self.start)
    }

    /// Starts it again as a service manager would that hears it at `socket` and watches it; until it takes cards.
    ///
    /// # Errors
    /// When it does not start.
    pub fn restart_watched(&mut self, socket: &Path, watchdog: Duration) -> Result<()> {
        let mut command = command(&self.folder, self.shown.name(), self.screen_port)?;
        watch(&mut command, socket, watchdog);
        self.program = begin(&self.folder, command)?;
        self.program.wait_for("ready", PATIENCE)?;
        Ok(())
    }

    /// Starts it again and does not wait for anything.
    ///
    /// # Errors
    /// When there is no such program.
    pub fn restart_without_waiting(&mut self) -> Result<()> {
        self.program = begin(&self.folder, command(&self.folder, self.shown.name(), self.screen_port)?)?;
        Ok(())
    }
}

impl Shown {
    fn name(&self) -> &str {
        match self {
            Self::On(name) => name,
            Self::Virtually(display) => &display.name,
        }
    }
}

fn run(folder: &Path, display: &str, screen_port: u16) -> Result<(Running, Duration)> {
    let mut program = begin(folder, command(folder, display, screen_port)?)?;
    let (_, start) = program.wait_for("ready", PATIENCE)?;
    Ok((program, start))
}

fn begin(folder: &Path, command: Command) -> Result<Running> {
    Running::start("xuedian-kiosk", command, &folder.join("kiosk.log"))
}

fn command(folder: &Path, display: &str, screen_port: u16) -> Result<Command> {
    let mut command = Command::new(program("xuedian-kiosk")?);
    // As somebody types it who stands in the folder.
    command.current_dir(folder).args(["--settings", "settings.toml", "--data", "data", "--board", "board"]);
    command
        .env("DISPLAY", display)
        .env("SLINT_BACKEND", "winit-software")
        .env("SLINT_MCP_PORT", screen_port.to_string());
    command.env_remove("WAYLAND_DISPLAY");
    Ok(command)
}

/// A port that nobody uses just now.
fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("a free port")?;
    Ok(listener.local_addr()?.port())
}
