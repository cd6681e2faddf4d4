// SPDX-License-Identifier: GPL-3.0-or-later
//! `xuedian-image`: what `./dev image` runs once everything is built.
//!
//! Three files to open first: `rig.rs` (a district, a reader and a box), `machine.rs` (its plugs), and the stories in `stories/`.

mod console;
mod cuts;
mod disk;
mod eyes;
mod machine;
mod picture;
mod qmp;
mod report;
mod rig;
mod stories;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};

use eyes::Eyes;
use machine::{Plugs, Workshop};
use report::Report;
use rig::Rig;

/// Runs that a whole campaign of power cuts records, and states of each that it looks at.
const RUNS: u64 = 10;
const STATES: usize = 100;

/// Boots the box in QEMU and drives it from outside.
#[derive(Parser)]
struct Arguments {
    /// The cache of the image's build
    #[arg(long)]
    cache: PathBuf,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Everything below, one after the other
    All {
        #[command(flatten)]
        written: Written,
    },
    /// A day: power, cards, touches, no network, a pulled plug
    Day(Written),
    /// Updates: good, broken, tampered with, foreign, for another board, cut short
    Updates(Written),
    /// Power cuts: runs that are recorded write by write and cut off anywhere
    Cuts {
        /// Runs to record
        #[arg(long, default_value_t = RUNS)]
        runs: u64,
        /// States of each run
        #[arg(long, default_value_t = STATES)]
        states: usize,
        #[command(flatten)]
        written: Written,
    },
    /// Boots a box with a shell on its console and does what is typed, until the input ends
    Look {
        /// More of the kernel's arguments
        #[arg(long)]
        kernel: Vec<String>,
    },
}

#[derive(Args)]
struct Written {
    /// Where the report goes
    #[arg(long)]
    report: Option<PathBuf>,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let here = std::env::current_dir()?;
    let workshop = Workshop { cache: arguments.cache, build: here.join("tests/image/build") };
    let eyes = Eyes::open(&here.join("kiosk/screen/tests/golden"))?;
    let mut report = Report::default();
    let written = match arguments.what {
        What::All { written } => {
            day(&workshop, &eyes, &mut report)?;
            updates(&workshop, &eyes, &mut report)?;
            cuts(&workshop, &eyes, &mut report, RUNS, STATES)?;
            written
        }
        What::Day(written) => day(&workshop, &eyes, &mut report).map(|()| written)?,
        What::Updates(written) => updates(&workshop, &eyes, &mut report).map(|()| written)?,
        What::Cuts { runs, states, written } => cuts(&workshop, &eyes, &mut report, runs, states).map(|()| written)?,
        What::Look { kernel } => return look(&workshop, kernel),
    };
    match written.report {
        Some(path) => report.write(&path),
        None => Ok(()),
    }
}

fn day(workshop: &Workshop, eyes: &Eyes, report: &mut Report) -> Result<()> {
    report.section("A day");
    stories::day::run(workshop, eyes, report)
}

fn updates(workshop: &Workshop, eyes: &Eyes, report: &mut Report) -> Result<()> {
    report.section("Updates");
    stories::updates::run(workshop, eyes, report)
}

fn cuts(workshop: &Workshop, eyes: &Eyes, report: &mut Report, runs: u64, states: usize) -> Result<()> {
    report.section("Power cuts");
    stories::cuts::run(workshop, eyes, report, runs, states)
}

/// Boots a box and does what is typed: `touch X Y`, `picture FILE.ppm`, `plug` and `pull` for the network, `cut`.
fn look(workshop: &Workshop, kernel: Vec<String>) -> Result<()> {
    let mut rig = Rig::new(workshop, "look", "current")?;
    let kernel = [vec![console::SHELL.to_owned()], kernel].concat();
    let mut machine = rig.power(Plugs { kernel, ..Plugs::default() })?;
    println!("console: socat - UNIX-CONNECT:{}", machine.folder().join("console").display());
    println!("cards: xuedian-reader tap --control {} L003", rig.reader.control.display());
    for line in std::io::stdin().lines() {
        let line = line?;
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            ["touch", x, y] => machine.touch_at((x.parse()?, y.parse()?))?,
            ["picture", file] => std::fs::rename(machine.screen()?, file)?,
            ["plug"] => machine.network(true)?,
            ["pull"] => machine.network(false)?,
            ["cut"] => break,
            _ => println!("touch X Y, picture FILE.ppm, plug, pull, cut"),
        }
    }
    machine.cut()
}
