// SPDX-License-Identifier: GPL-3.0-or-later
//! What was seen, in the order in which it was seen, for people to read.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::Result;

/// A loop of so many rounds tells how fast this machine and the emulated one are.
const ROUNDS: u32 = 20_000_000;

/// A report as it grows; everything is said on the terminal, too.
#[derive(Debug, Default)]
pub struct Report {
    text: String,
}

impl Report {
    /// Begins a section.
    pub fn section(&mut self, title: &str) {
        eprintln!("── {title}");
        let _ = writeln!(self.text, "\n## {title}\n");
    }

    /// Something that was seen.
    pub fn say(&mut self, what: &str) {
        eprintln!("   {what}");
        let _ = writeln!(self.text, "- {what}");
    }

    /// A time that was taken on the clock of the wall.
    pub fn seconds(&mut self, what: &str, time: Duration) {
        self.say(&format!("{what}: {:.1} s", time.as_secs_f64()));
    }

    /// Writes it down, with the conditions before it.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<()> {
        let text = format!("{}{}{}", include_str!("report.md"), conditions(), self.text);
        std::fs::write(path, text)?;
        Ok(())
    }
}

/// How fast this machine is, and how busy.
fn conditions() -> String {
    let begun = Instant::now();
    let sum = (0..ROUNDS).fold(0u32, |sum, round| std::hint::black_box(sum.wrapping_mul(31).wrapping_add(round)));
    std::hint::black_box(sum);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let release = Command::new("date")
        .arg("+%Y-%m-%d")
        .output()
        .map(|done| String::from_utf8_lossy(&done.stdout).trim().to_owned());
    format!(
        "Run of {}. {} processors; load {} at the end; {ROUNDS} rounds of a small loop take {:.0} ms outside the emulation.\n",
        release.unwrap_or_default(),
        std::thread::available_parallelism().map_or(0, usize::from),
        load.split_whitespace().next().unwrap_or("?"),
        begun.elapsed().as_secs_f64() * 1000.0,
    )
}
