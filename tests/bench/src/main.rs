// SPDX-License-Identifier: GPL-3.0-or-later
//! `xuedian-bench`: measures what was promised, on the real programs, and writes down what came out, met or not.
//!
//! Each section stands alone, prepares its own district, and measures its baseline in the same run. What is shown is read from
//! the virtual display's memory, so that nobody has to believe a program's own word for it.

mod append;
mod backlog;
mod bare_film;
mod bare_insert;
mod chromium;
mod conditions;
mod district;
mod fill;
mod film;
mod kolibri;
mod lookup;
mod picture;
mod process;
mod report;
mod spread;
mod start;
mod tap;
mod tap_log;
mod watch;

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Parser;

use report::{Report, Section};

/// Measures everything, or some of it.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Fewer repetitions: to try it, not to believe it.
    #[arg(long)]
    quick: bool,
    /// Only these sections.
    #[arg(long, value_parser = clap::builder::PossibleValuesParser::new(SECTIONS.map(|(name, _)| name)))]
    only: Vec<String>,
    /// Where the figures go, in Markdown.
    #[arg(long)]
    report: Option<PathBuf>,
    /// Kolibri's program, to be measured beside.
    #[arg(long)]
    kolibri: Option<PathBuf>,
    /// Plays this film barely, as the baseline does; started by the section `film`.
    #[arg(long, hide = true)]
    bare_film: Option<PathBuf>,
}

/// How much of everything.
#[derive(Debug)]
pub struct Plan {
    /// To try it.
    pub quick: bool,
    /// Kolibri's program.
    pub kolibri: Option<PathBuf>,
}

impl Plan {
    /// One number for a run that counts, another for trying.
    pub fn number<N>(&self, whole: N, quick: N) -> N {
        if self.quick { quick } else { whole }
    }
}

type Measure = fn(&Plan) -> Result<Section>;

const SECTIONS: [(&str, Measure); 6] = [
    ("tap", tap::measure),
    ("start", start::measure),
    ("film", film::measure),
    ("lookup", lookup::measure),
    ("append", append::measure),
    ("backlog", backlog::measure),
];

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    if let Some(film) = arguments.bare_film {
        return bare_film::play(&film);
    }
    let plan = Plan { quick: arguments.quick, kolibri: arguments.kolibri };
    let mut report = Report::begin(&plan);
    for (name, measure) in SECTIONS {
        if !arguments.only.is_empty() && !arguments.only.iter().any(|only| only == name) {
            continue;
        }
        eprintln!("── {name}");
        let before = conditions::load();
        let section = measure(&plan).unwrap_or_else(|error| Section::failed(name, &error));
        let section = section.under(&before);
        println!("{section}");
        report.sections.push(section);
    }
    if let Some(path) = arguments.report {
        std::fs::write(&path, report.to_string()).with_context(|| path.display().to_string())?;
    }
    Ok(())
}
