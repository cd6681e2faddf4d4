// SPDX-License-Identifier: GPL-3.0-or-later
//! An emulated reader as a process, and hands that hold cards to it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use xuedian_reader::client::Client;

use crate::process::Running;
use crate::programs::program;

/// How long the emulator may take to start.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running emulator.
#[derive(Debug)]
pub struct Reader {
    program: Running,
    /// What a kiosk opens: `pn532_uart:LINK`.
    pub link: PathBuf,
    /// Its control socket.
    pub control: PathBuf,
}

impl Reader {
    /// Starts one in `folder`, with the cards of `wallet`.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start(folder: &Path, wallet: &Path) -> Result<Self> {
        let (link, control) = (folder.join("reader"), folder.join("reader.socket"));
        let mut command = Command::new(program("xuedian-reader")?);
        command.arg("--link").arg(&link).arg("--control").arg(&control).arg("--wallet").arg(wallet);
        let mut program = Running::start("xuedian-reader", command, &folder.join("reader.log"))?;
        program.wait_for("ready", PATIENCE)?;
        let reader = Self { program, link, control };
        // "ready" is said before the socket is there.
        crate::process::eventually("the reader's control socket", PATIENCE, || reader.ask(&json!({"do": "status"})))?;
        Ok(reader)
    }

    /// Sends one request of the control socket.
    ///
    /// # Errors
    /// When the emulator is gone or refuses.
    pub fn ask(&self, request: &Value) -> Result<Value> {
        let mut client = Client::connect(&self.control).with_context(|| self.program.last_words())?;
        client.ask(request).with_context(|| request.to_string())
    }

    /// Taps a card, by UID or by the beginning of its name in the wallet; it must be read.
    ///
    /// # Errors
    /// When the kiosk did not read it.
    pub fn tap(&self, card: &str) -> Result<()> {
        let told = self.ask(&json!({"do": "tap", "uid": card}))?;
        ensure!(told["read"] == true, "the card {card} was not read: {told}");
        Ok(())
    }

    /// Does something without more words: `unplug`, `plug`, `hang`, `recover`.
    ///
    /// # Errors
    /// When the emulator is gone.
    pub fn act(&self, what: &str) -> Result<()> {
        self.ask(&json!({ "do": what })).map(drop)
    }
}
