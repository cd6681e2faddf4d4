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
mod plugs;
mod qmp;
mod report;
mod rig;
mod stories;
mod variables;

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use clap::{Args, Parser, Subcommand};

use eyes::Eyes;
use machine::Workshop;
use plugs::Plugs;
use report::Report;
use rig::Rig;

/// Runs that a whole campaign of power cuts records, and states of each that it looks at.
const RUNS: u64 = 20;
const STATES: usize = 50;
/// Minutes of a whole soak.
const MINUTES: u64 = 120;

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
    /// All stories, one after the other: some hours
    All(Written),
    /// One of them
    Story {
        #[command(subcommand)]
        story: Story,
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

#[derive(Clone, Copy, Subcommand)]
enum Story {
    /// How long starts take, what they wait for, how much memory
    Boot,
    /// The first start: a code on the screen, let into the district, cards
    First,
    /// A day: power, cards, touches, no network, a pulled plug
    Day,
    /// Parts that are missing, come late, are full or damaged
    Faults,
    /// A terminal that ends, that cannot start, that can again
    Stopped,
    /// Staff: a stick with a release, a factory reset by two
    Desk,
    /// A keyboard, strange USB devices, many fingers
    Surface,
    /// Updates: good, broken, tampered with, foreign, for another board, cut short
    Updates,
    /// Power cuts: runs that are recorded write by write and cut off anywhere
    Cuts {
        /// Runs to record
        #[arg(long, default_value_t = RUNS)]
        runs: u64,
        /// States of each run
        #[arg(long, default_value_t = STATES)]
        states: usize,
    },
    /// Hours of cards, films, flapping network and reader faults
    Soak {
        /// How many minutes
        #[arg(long, default_value_t = MINUTES)]
        minutes: u64,
    },
}

impl Story {
    /// Its section of the report.
    fn title(self) -> &'static str {
        match self {
            Self::Boot => "Starts",
            Self::First => "The first start",
            Self::Day => "A day",
            Self::Faults => "Faults of the machine",
            Self::Stopped => "A terminal that cannot start",
            Self::Desk => "Sticks and reset",
            Self::Surface => "Keys, devices, fingers",
            Self::Updates => "Updates",
            Self::Cuts { .. } => "Power cuts",
            Self::Soak { .. } => "Hours of use",
        }
    }
}

#[derive(Args)]
struct Written {
    /// The report in which what was seen takes its place
    #[arg(long, global = true)]
    report: Option<PathBuf>,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let here = std::env::current_dir()?;
    let workshop = Workshop { cache: arguments.cache, build: here.join("tests/image/build") };
    let eyes = Eyes::open(&here.join("kiosk/screen/tests/golden"))?;
    let (workshop, eyes) = (&workshop, &eyes);
    match arguments.what {
        What::All(written) => {
            let stories = [
                Story::Boot,
                Story::First,
                Story::Day,
                Story::Faults,
                Story::Stopped,
                Story::Desk,
                Story::Surface,
                Story::Updates,
            ];
            let long = [Story::Cuts { runs: RUNS, states: STATES }, Story::Soak { minutes: MINUTES }];
            let failed: Vec<String> = stories
                .into_iter()
                .chain(long)
                .filter_map(|story| tell(story, workshop, eyes, &written).err())
                .map(|error| format!("{error:#}"))
                .collect();
            // One that fails keeps none of the others from being told.
            ensure!(failed.is_empty(), "{}", failed.join("\n"));
            Ok(())
        }
        What::Story { story, written } => tell(story, workshop, eyes, &written),
        What::Look { kernel } => look(workshop, kernel),
    }
}

/// Runs a story, and writes down what was seen when all of it was as it should be.
fn tell(story: Story, workshop: &Workshop, eyes: &Eyes, written: &Written) -> Result<()> {
    let mut report = Report::section(story.title());
    let told = match story {
        Story::Boot => stories::boot::run(workshop, eyes, &mut report),
        Story::First => stories::first::run(workshop, eyes, &mut report),
        Story::Day => stories::day::run(workshop, eyes, &mut report),
        Story::Faults => stories::faults::run(workshop, eyes, &mut report),
        Story::Stopped => stories::stopped::run(workshop, eyes, &mut report),
        Story::Desk => stories::desk::run(workshop, eyes, &mut report),
        Story::Surface => stories::surface::run(workshop, eyes, &mut report),
        Story::Updates => stories::updates::run(workshop, eyes, &mut report),
        Story::Cuts { runs, states } => stories::cuts::run(workshop, eyes, &mut report, runs, states),
        Story::Soak { minutes } => stories::soak::run(workshop, eyes, &mut report, minutes),
    };
    told.with_context(|| story.title())?;
    written.report.as_ref().map_or(Ok(()), |path| report.write(path))
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
