// SPDX-License-Identifier: GPL-3.0-or-later
//! `xuedian journal list|verify|export`: reads beside the kiosk that writes, and changes nothing.

mod list;

use std::io::{ErrorKind, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use xuedian_journal::{JournalReader, ReadError, VerifyError};

/// What to do with a journal.
#[derive(Subcommand)]
pub enum Command {
    /// One short line a record: number, time and how far it is trusted, kind, body.
    List(Place),
    /// Follows the chain from the first record; exits with 0 only when it holds, and names the first bad record.
    Verify(Place),
    /// The stored lines with their hash, one a record, as anyone can check them.
    Export(Place),
}

/// Which journal.
#[derive(Args)]
pub struct Place {
    /// The data folder of a kiosk.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
}

/// Does it. A reader that goes away (`| head`) is no fault.
///
/// # Errors
/// When there is no journal, it cannot be read, or its chain does not hold.
pub fn run(command: &Command) -> Result<()> {
    let out = &mut std::io::stdout().lock();
    let done = match command {
        Command::List(place) => list::list(&open(&place.data)?, out),
        Command::Verify(place) => verify(&open(&place.data)?, out),
        Command::Export(place) => export(&open(&place.data)?, out),
    };
    match done {
        Err(error) if reader_left(&error) => Ok(()),
        done => done,
    }
}

fn open(data: &Path) -> Result<JournalReader> {
    if !data.join("journal.db").exists() {
        bail!("there is no journal.db in {}", data.display());
    }
    JournalReader::open(data).with_context(|| format!("opening the journal in {}", data.display()))
}

fn export(journal: &JournalReader, out: &mut impl Write) -> Result<()> {
    xuedian_journal::export(journal, out)?;
    Ok(())
}

fn verify(journal: &JournalReader, out: &mut impl Write) -> Result<()> {
    let summary = journal.verify_all(|_, _| ControlFlow::Continue(()))?;
    let head = summary.head.map_or_else(|| "none".to_owned(), |head| format!("{} {}", head.seq, head.hash));
    writeln!(out, "the chain holds: {} records, {} epochs, last {head}", summary.records, summary.epochs)?;
    Ok(())
}

fn reader_left(error: &anyhow::Error) -> bool {
    let closed = |e: &std::io::Error| e.kind() == ErrorKind::BrokenPipe;
    error.chain().any(|cause| {
        let direct = cause.downcast_ref::<std::io::Error>().is_some_and(closed);
        let export = matches!(cause.downcast_ref(), Some(VerifyError::Read(ReadError::Output(e))) if closed(e));
        direct || export
    })
}
