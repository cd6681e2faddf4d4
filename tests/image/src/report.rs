// SPDX-License-Identifier: GPL-3.0-or-later
//! What was seen, in the order in which it was seen, for people to read: a section for each story, with its own conditions, so
//! that a story that is told again takes the place of what it said before.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

/// A loop of so many rounds tells how fast this machine is.
const ROUNDS: u32 = 20_000_000;
/// Sections in the order in which they stand.
const TITLES: &[&str] = &[
    "Starts",
    "The first start",
    "A day",
    "Faults of the machine",
    "A terminal that cannot start",
    "Sticks and reset",
    "Keys, devices, fingers",
    "Updates",
    "Power cuts",
    "Hours of use",
];

/// A section as it grows; everything is said on the terminal, too.
#[derive(Debug)]
pub struct Report {
    title: String,
    text: String,
}

impl Report {
    /// Begins a section.
    pub fn section(title: &str) -> Self {
        eprintln!("── {title}");
        Self { title: title.to_owned(), text: String::new() }
    }

    /// Something that was seen.
    pub fn say(&mut self, what: &str) {
        eprintln!("   {what}");
        let _ = writeln!(self.text, "- {what}");
    }

    /// What a tool printed.
    pub fn quote(&mut self, what: &str, text: &str) {
        eprintln!("   {what}:\n{text}");
        let _ = writeln!(self.text, "- {what}:\n\n```\n{}\n```\n", text.trim_end());
    }

    /// A time that was taken on the clock of the wall.
    pub fn seconds(&mut self, what: &str, time: Duration) {
        self.say(&format!("{what}: {:.1} s", time.as_secs_f64()));
    }

    /// Puts it in its place in a report, with its conditions.
    ///
    /// # Errors
    /// When the file cannot be written, or has no place for this section.
    pub fn write(&self, path: &Path) -> Result<()> {
        ensure!(TITLES.contains(&self.title.as_str()), "the report has no place for {:?}", self.title);
        let before = std::fs::read_to_string(path).unwrap_or_default();
        std::fs::write(path, placed(&before, &self.title, &format!("{}\n{}", conditions(), self.text)))?;
        Ok(())
    }
}

/// A report in which one section is new and the others stay; what has no known title is left out.
fn placed(before: &str, title: &str, text: &str) -> String {
    let old = |wanted: &str| {
        let mut sections = before.split("\n## ").skip(1).filter_map(|section| section.split_once('\n'));
        sections.find(|(known, _)| *known == wanted).map(|(_, text)| text.trim())
    };
    let sections = TITLES.iter().filter_map(|known| {
        let text = if *known == title { Some(text.trim()) } else { old(known) };
        text.map(|text| format!("\n## {known}\n\n{text}\n"))
    });
    std::iter::once(include_str!("report.md").trim_end().to_owned() + "\n").chain(sections).collect()
}

/// When, and on what kind of machine.
fn conditions() -> String {
    let begun = Instant::now();
    let sum = (0..ROUNDS).fold(0u32, |sum, round| std::hint::black_box(sum.wrapping_mul(31).wrapping_add(round)));
    std::hint::black_box(sum);
    let took = begun.elapsed().as_secs_f64() * 1000.0;
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let day = Command::new("date").arg("+%Y-%m-%d").output();
    let day = day.map(|done| String::from_utf8_lossy(&done.stdout).trim().to_owned()).unwrap_or_default();
    format!(
        "{day}, {} processors, load {} at the end; {ROUNDS} rounds of a small loop take {took:.0} ms outside the emulation.\n",
        std::thread::available_parallelism().map_or(0, usize::from),
        load.split_whitespace().next().unwrap_or("?"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_story_that_is_told_again_takes_its_old_place() {
        let one = placed("", "Updates", "- u1\n");
        let two = placed(&one, "A day", "- d1\n");
        let three = placed(&two, "Updates", "- u2\n");
        let (day, updates) = (three.find("## A day\n\n- d1\n"), three.find("## Updates\n\n- u2\n"));
        assert!(day.is_some() && day < updates, "{three}");
        assert!(!three.contains("u1") && three.starts_with("# The box in its test machine\n"), "{three}");
        assert_eq!(placed(&three, "Updates", "- u2\n"), three, "the same again changes nothing");
    }
}
