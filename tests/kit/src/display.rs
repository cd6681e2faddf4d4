// SPDX-License-Identifier: GPL-3.0-or-later
//! A virtual display of its own for each kiosk.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::process::Running;

/// How long a display may take to come up on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running Xvfb.
#[derive(Debug)]
pub struct Display {
    _server: Running,
    /// `:99`
    pub name: String,
}

impl Display {
    /// Starts one of this size; it chooses a free number by itself.
    ///
    /// # Errors
    /// When Xvfb is not installed or does not start.
    pub fn start(width: u32, height: u32, folder: &Path) -> Result<Self> {
        let mut command = Command::new("Xvfb");
        let size = format!("{width}x{height}x24");
        command.args(["-displayfd", "1", "-screen", "0", &size, "-nolisten", "tcp", "-noreset"]);
        let mut server =
            Running::start("Xvfb", command, &folder.join("display.log")).context("a virtual display (package xvfb)")?;
        let (number, _) = server.wait_for("", PATIENCE)?;
        Ok(Self { _server: server, name: format!(":{}", number.trim()) })
    }
}
