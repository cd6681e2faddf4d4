// SPDX-License-Identifier: GPL-3.0-or-later
//! The best-known server for learning without a network.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use xuedian_kit::process::Running;

use crate::conditions::first_line;
use crate::district::PATIENCE;

/// How often it is asked.
const ASK: Duration = Duration::from_millis(20);

/// An installed Kolibri with a home of its own.
#[derive(Debug)]
pub struct Kolibri {
    program: PathBuf,
    home: PathBuf,
    /// Its name and number.
    pub version: String,
    /// How long its very first start took, which makes its databases.
    pub first: Duration,
}

impl Kolibri {
    /// Starts it once, so that its databases are there.
    pub fn prepare(program: Option<&Path>, folder: &Path) -> Result<Self> {
        let program = program.filter(|program| program.is_file()).context("it is not installed")?.to_owned();
        let version = first_line(&program.display().to_string(), &["--version"]);
        ensure!(!version.ends_with("unknown"), "it does not start");
        let version = version.replace("kolibri, version", "Kolibri");
        let mut this = Self { program, home: folder.join("kolibri"), version, first: Duration::ZERO };
        std::fs::create_dir_all(&this.home)?;
        this.first = this.start()?.1;
        Ok(this)
    }

    /// Starts it, and waits for its first answer.
    pub fn start(&self) -> Result<(Running, Duration)> {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let mut command = Command::new(&self.program);
        command.args(["start", "--foreground", "--port", &port.to_string(), "--zip-port", "0"]);
        command.env("KOLIBRI_HOME", &self.home).env("KOLIBRI_LISTEN_ADDRESS", "127.0.0.1");
        let begun = Instant::now();
        let mut program = Running::start("kolibri", command, &self.home.join("start.log"))?;
        while !answers(port) {
            if let Some(status) = program.ended()? {
                bail!("it ended with {status}: {}", program.last_words());
            }
            ensure!(begun.elapsed() < PATIENCE, "it gave no answer: {}", program.last_words());
            std::thread::sleep(ASK);
        }
        Ok((program, begun.elapsed()))
    }
}

/// Whether it answers anything but an error of its own.
fn answers(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) else { return false };
    let asked = stream
        .set_read_timeout(Some(PATIENCE))
        .and_then(|()| stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
    let mut first = [0; 12];
    asked.is_ok() && stream.read_exact(&mut first).is_ok() && matches!(&first, b"HTTP/1.1 200" | b"HTTP/1.1 302")
}
