// SPDX-License-Identifier: GPL-3.0-or-later
//! What is opened on the disk at the start: identity, journal, documents, people, media.

use std::{path::PathBuf, sync::Arc};

use anyhow::Context;
use xuedian_engine::{
    book::Book,
    clock::{Clock, MachineTime},
    director::Faults,
    identity::Identity,
    settings::{SettingProblem, Settings},
};
use xuedian_journal::{Journal, JournalReader, Opened};
use xuedian_protocol::records::read_line;

/// What was opened.
pub struct Rooms {
    /// The data folder.
    pub data: PathBuf,
    /// Keys of this box and what pairing brought.
    pub identity: Identity,
    /// What time it is.
    pub clock: Clock,
    /// The journal, not yet on its thread.
    pub journal: Journal,
    /// What our own records come to.
    pub book: Book,
    /// What was wrong.
    pub faults: Faults,
}

/// Lines of the journal that are read at a time.
const LINES: usize = 5_000;
/// Bytes of lines that are read at a time.
const BYTES: usize = 16 << 20;

/// Opens everything in the data folder, which may be empty.
///
/// # Errors
/// When the folder cannot be made, or keys or journal cannot be opened at all: then nothing could be acknowledged.
pub fn open(data: &std::path::Path, _settings: &Settings, problems: Vec<SettingProblem>) -> anyhow::Result<Rooms> {
    std::fs::create_dir_all(data).with_context(|| format!("making {}", data.display()))?;
    let identity = Identity::open(data).context("reading this box's keys")?;
    let time = MachineTime::open().context("reading the machine's clocks")?;
    let clock = Clock::open(Arc::new(time), data.join("floor"));
    let software = concat!("xuedian-kiosk ", env!("CARGO_PKG_VERSION"));
    let (journal, opened) =
        Journal::open(data, &identity.device().to_string(), software).context("opening the journal")?;
    let mut faults = Faults::default();
    if let Opened::SetAside { .. } = &opened {
        tracing::error!(?opened, "the journal was damaged and is kept aside; a new one begins");
        faults.journal_set_aside = true;
    }
    faults.settings = problems.into_iter().find(SettingProblem::is_trouble).map(|p| (p.key, p.allowed));
    let book = read_book(&journal.reader().context("reading the journal")?)?;
    Ok(Rooms { data: data.to_owned(), identity, clock, journal, book, faults })
}

/// Reads the journal again from its beginning: the book is a fold of it and is kept nowhere.
fn read_book(reader: &JournalReader) -> anyhow::Result<Book> {
    let mut records = Vec::new();
    let (mut epoch, mut seq): (Option<String>, u64) = (None, 0);
    loop {
        let stored = reader.read_after(epoch.as_deref(), seq, LINES, BYTES).context("reading the journal")?;
        let Some(last) = stored.last() else { break };
        (epoch, seq) = (Some(last.epoch.clone()), last.seq);
        for line in &stored {
            match read_line(&line.line) {
                Ok((envelope, Some(kind))) => records.push(envelope.with(kind)),
                // A kind of later software: kept, chained, sent, and not folded.
                Ok((_, None)) => {}
                Err(error) => tracing::warn!(seq = line.seq, %error, "a record cannot be understood"),
            }
        }
    }
    let mut book = Book::default();
    book.extend(records);
    Ok(book)
}
