// SPDX-License-Identifier: GPL-3.0-or-later
//! The writing side: takes in documents, hands out readers.

use std::{
    io::{self, Read},
    path::Path,
    sync::Arc,
};

use tokio::sync::Notify;

use super::{
    build::{self, ImportError, read_head},
    file::ViewFile,
    people::People,
    roster::{self, Roster},
    standing::{self, Standing},
};
use crate::whole_file;

/// Which version of a document a file was built from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The hub's epoch, its id.
    pub hub_epoch: String,
    /// The version in that epoch.
    pub counter: i64,
}

/// Roster and standing. Clones are the same store.
#[derive(Clone, Debug)]
pub struct RosterStore {
    roster: ViewFile,
    standing: ViewFile,
    damaged: Arc<Notify>,
}

impl RosterStore {
    /// Opens what is in `folder`; what is of another version or no database is removed.
    ///
    /// # Errors
    /// When the folder cannot be made or read.
    pub fn open(folder: &Path) -> io::Result<Self> {
        whole_file::make_folder(folder)?;
        let roster = ViewFile::open(folder, roster::LAYOUT)?;
        let standing = ViewFile::open(folder, standing::LAYOUT)?;
        Ok(Self { roster, standing, damaged: Arc::default() })
    }

    /// A reader for one thread. It follows new versions by itself.
    #[must_use]
    pub fn people(&self) -> People {
        People::new(self.roster.clone(), self.standing.clone(), &self.damaged)
    }

    /// Which roster is laid out; none also when the file is damaged.
    #[must_use]
    pub fn roster_head(&self) -> Option<Head> {
        head(&self.roster)
    }

    /// Which standing is laid out.
    #[must_use]
    pub fn standing_head(&self) -> Option<Head> {
        head(&self.standing)
    }

    /// Lays a whole roster out. `agree` is called when all of it was understood and before it is used; it keeps the
    /// signed document, and may still say no.
    ///
    /// # Errors
    /// When a line is not understood or the disk refuses: the old one stays.
    pub fn whole_roster(
        &self,
        lines: impl Read,
        head: &Head,
        agree: impl FnOnce() -> io::Result<()>,
    ) -> Result<(), ImportError> {
        build::whole::<Roster>(&self.roster, lines, head, agree)
    }

    /// Lays a step of the roster out, from the version `from` to `head`.
    ///
    /// # Errors
    /// As [`RosterStore::whole_roster`]; and when `from` is not what is laid out.
    pub fn roster_step(
        &self,
        lines: impl Read,
        from: &Head,
        head: &Head,
        agree: impl FnOnce() -> io::Result<()>,
    ) -> Result<(), ImportError> {
        build::step::<Roster>(&self.roster, lines, from, head, agree)
    }

    /// Lays a whole standing out.
    ///
    /// # Errors
    /// As [`RosterStore::whole_roster`].
    pub fn whole_standing(
        &self,
        lines: impl Read,
        head: &Head,
        agree: impl FnOnce() -> io::Result<()>,
    ) -> Result<(), ImportError> {
        build::whole::<Standing>(&self.standing, lines, head, agree)
    }

    /// Lays a step of the standing out.
    ///
    /// # Errors
    /// As [`RosterStore::roster_step`].
    pub fn standing_step(
        &self,
        lines: impl Read,
        from: &Head,
        head: &Head,
        agree: impl FnOnce() -> io::Result<()>,
    ) -> Result<(), ImportError> {
        build::step::<Standing>(&self.standing, lines, from, head, agree)
    }

    /// Waits until somebody has read a line that is not as it was written.
    pub(crate) async fn found_damaged(&self) {
        self.damaged.notified().await;
    }

    /// Throws both files out, to be laid out anew.
    ///
    /// # Errors
    /// When one cannot be removed.
    pub fn discard(&self) -> io::Result<()> {
        self.roster.discard()?;
        self.standing.discard()
    }

    /// Reads every page of both files, for when the machine is idle. False: at least one is damaged, and was removed.
    ///
    /// # Errors
    /// When a damaged file cannot be removed.
    pub fn check(&self) -> io::Result<bool> {
        let mut sound = true;
        for file in [&self.roster, &self.standing] {
            if !is_sound(file) {
                file.discard()?;
                sound = false;
            }
        }
        Ok(sound)
    }
}

fn head(file: &ViewFile) -> Option<Head> {
    let (_, connection) = file.reader().ok()?;
    read_head(&connection?).ok().flatten()
}

fn is_sound(file: &ViewFile) -> bool {
    let check = || -> rusqlite::Result<bool> {
        let (_, Some(connection)) = file.reader()? else { return Ok(true) };
        let verdict: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        Ok(verdict == "ok")
    };
    check().unwrap_or(false)
}
