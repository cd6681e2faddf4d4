// SPDX-License-Identifier: GPL-3.0-or-later
//! What is opened on the disk at the start: identity, journal, documents, people, media.

use std::{path::PathBuf, sync::Arc};

use anyhow::Context;
use xuedian_engine::{
    book::{Book, Hold},
    clock::{Clock, MachineTime},
    director::Faults,
    identity::Identity,
    reset,
    settings::{SettingProblem, Settings},
};
use xuedian_journal::{Journal, Opened, journal_aside};

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

/// Opens everything in the data folder, which may be empty; a factory reset that was decided is carried out first.
///
/// # Errors
/// When the folder cannot be made, or keys or journal cannot be opened at all: then nothing could be acknowledged.
pub fn open(data: &std::path::Path, _settings: &Settings, problems: Vec<SettingProblem>) -> anyhow::Result<Rooms> {
    std::fs::create_dir_all(data).with_context(|| format!("making {}", data.display()))?;
    if reset::carry_out(data).context("carrying out the factory reset")? {
        tracing::warn!("the box was reset: it belongs to no district any more");
    }
    let identity = Identity::open(data).context("reading this box's keys")?;
    let time = MachineTime::open().context("reading the machine's clocks")?;
    let clock = Clock::open(Arc::new(time), data.join("floor"));
    let software = concat!("xuedian-kiosk ", env!("CARGO_PKG_VERSION"));
    let (journal, opened) =
        Journal::open(data, &identity.device().to_string(), software).context("opening the journal")?;
    let mut faults = Faults::default();
    if let Opened::SetAside { .. } = &opened {
        tracing::error!(?opened, "the journal was damaged and is kept aside; a new one begins");
    }
    let aside = journal_aside(data);
    faults.journal_aside = aside.is_some();
    // An empty one after it has told nobody yet, whatever happened between then and now.
    faults.journal_damage = aside.filter(|_| journal.head().is_none());
    faults.records_kept = reset::keeps_records(data);
    faults.settings = problems.into_iter().find(SettingProblem::is_trouble);
    let reader = journal.reader().context("reading the journal")?;
    let book = Book::open(&data.join("views"), reader, Hold::default()).context("reading the journal")?;
    Ok(Rooms { data: data.to_owned(), identity, clock, journal, book, faults })
}
