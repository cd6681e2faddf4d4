// SPDX-License-Identifier: GPL-3.0-or-later
//! `xuedian`, the technician's and operator's command line.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xuedian::{cards, demo, hub, journal, rescue, roster};

/// What a technician or operator does with learning points and their records.
#[derive(Parser)]
#[command(version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Looks into the journal of a kiosk, running or not.
    #[command(subcommand)]
    Journal(journal::Command),
    /// Works on the hub's list of people.
    #[command(subcommand)]
    Roster(roster::Command),
    /// Does what a district's operator does.
    #[command(subcommand)]
    Hub(hub::Command),
    /// Hands every record on a broken box's disk or card to the hub, on the hub's own machine.
    Rescue(rescue::Arguments),
    /// Tries out at the very reader which cards people carry can be used (`xuedian cards trial`).
    #[command(disable_help_flag = true)]
    Cards {
        /// What `xuedian-cards` is asked.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Writes a whole demo district into an empty folder.
    Demo(demo::Command),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Journal(command) => journal::run(&command),
        Command::Roster(command) => roster::run(&command),
        Command::Hub(command) => hub::run(&command),
        Command::Rescue(arguments) => rescue::run(&arguments),
        Command::Cards { arguments } => cards::run(&arguments).map(|never| match never {}),
        Command::Demo(command) => demo::run(&command),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xuedian: {error:#}");
            ExitCode::FAILURE
        }
    }
}
