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
use std::time::Duration;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};

use eyes::Eyes;
use machine::{Plugs, Workshop};
use report::Report;
use rig::Rig;

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
    /// A day: power, cards, touches, no network, a pulled plug
    Day(Written),
    /// Updates: good, broken, tampered with, foreign, for another board, cut short
    Updates(Written),
    /// Power cuts: runs that are recorded write by write and cut off anywhere
    Cuts {
        /// Runs to record
        #[arg(long, default_value_t = 10)]
        runs: u64,
        /// States of each run
        #[arg(long, default_value_t = 100)]
        states: usize,
        #[command(flatten)]
        written: Written,
    },
    /// Boots a box with a shell on its console and leaves it running, to be looked at
    Look {
        /// Minutes until it is switched off
        #[arg(long, default_value_t = 30)]
        minutes: u64,
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
        What::Day(written) => {
            report.section("A day");
            stories::day::run(&workshop, &eyes, &mut report)?;
            written
        }
        What::Updates(written) => {
            report.section("Updates");
            stories::updates::run(&workshop, &eyes, &mut report)?;
            written
        }
        What::Cuts { runs, states, written } => {
            report.section("Power cuts");
            stories::cuts::run(&workshop, &eyes, &mut report, runs, states)?;
            written
        }
        What::Look { minutes, kernel } => return look(&workshop, minutes, kernel),
    };
    match written.report {
        Some(path) => report.write(&path),
        None => Ok(()),
    }
}

fn look(workshop: &Workshop, minutes: u64, kernel: Vec<String>) -> Result<()> {
    let mut rig = Rig::new(workshop, "look", "current")?;
    let kernel = [vec![console::SHELL.to_owned()], kernel].concat();
    let mut machine = rig.power(Plugs { kernel, ..Plugs::default() })?;
    println!("console: socat - UNIX-CONNECT:{}", machine.folder().join("console").display());
    println!("cards: xuedian-reader tap --control {} L003", rig.reader.control.display());
    for _ in 0..minutes * 6 {
        std::thread::sleep(Duration::from_secs(10));
        if machine.qemu().ended()?.is_some() {
            break;
        }
        machine.picture()?;
    }
    machine.cut()
}
