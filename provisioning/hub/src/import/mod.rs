// SPDX-License-Identifier: GPL-3.0-or-later
//! A spreadsheet of people becomes the district's roster: every row's fate is named, and either all rows go in or none.

mod check;
mod columns;
mod decode;
mod private;
mod report;
mod row;

use thiserror::Error;

pub use columns::COLUMNS;
pub use report::{Fate, Report, RowReport};

use crate::{
    documents::PublishError,
    hub::Hub,
    store::{Person, PersonId, StoreError},
};

/// The file as a whole cannot be read.
#[derive(Debug, Error)]
pub enum ImportError {
    /// Neither UTF-8, UTF-16 nor GB 18030.
    #[error("line {line} is neither UTF-8 nor GB 18030 (GBK): save the sheet as UTF-8")]
    Encoding {
        /// The first line that cannot be read.
        line: usize,
    },
    /// No line of headings, or none that is known.
    #[error("the first line has no heading {missing}; it has: {found}")]
    Headings {
        /// What is needed.
        missing: &'static str,
        /// What is there.
        found: String,
    },
    /// A heading that is not known: nothing is passed over in silence.
    #[error("the heading {0:?} is not known; known are: {1}")]
    UnknownHeading(String, String),
    /// Two columns say the same, and nobody knows which counts.
    #[error("two columns mean the same, the second is {0:?}: leave one out")]
    TwoAlike(String),
    /// Not commas and quotes as they should be.
    #[error("not a sheet of comma-separated values: {0}")]
    Csv(#[from] csv::Error),
    /// The storage.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The new roster could not be published.
    #[error(transparent)]
    Publish(#[from] PublishError),
}

impl Hub {
    /// Imports a sheet of people. With `dry_run` nothing is changed, and the report is the same. Without it, nothing is changed
    /// either while a single row is refused.
    ///
    /// # Errors
    /// When the file as a whole cannot be read.
    pub fn import_roster(&self, bytes: &[u8], dry_run: bool) -> Result<Report, ImportError> {
        let (text, encoding) = decode::decode(bytes)?;
        let rows = columns::rows(&text)?;
        let known = self.store.people()?;
        self.read_new_records()?;
        let links = self.folded().links.clone();
        let sites = self.agenda()?.sites;
        let read: Vec<_> =
            rows.iter().map(|row| row::read(row, &self.keys.cards, &sites, self.clock.now_ms())).collect();
        let (rows, people) = check::check(read, &known, &links);
        let refused = rows.iter().any(|row| matches!(row.fate, Fate::Refused(_)));
        let imported = !dry_run && !refused;
        if imported {
            self.store.put_people(&people)?;
            self.publish()?;
        }
        Ok(Report { encoding, rows, imported })
    }

    /// Adds or changes people who do not come from a sheet, all or none: a demonstration's, say.
    ///
    /// # Errors
    /// When the storage fails.
    pub fn put_people(&self, people: &[Person]) -> Result<(), PublishError> {
        self.store.put_people(people)?;
        self.publish()
    }

    /// Everybody.
    ///
    /// # Errors
    /// When the storage fails.
    pub fn people(&self) -> Result<Vec<(PersonId, String)>, StoreError> {
        Ok(self.store.people()?.into_iter().map(|person| (person.id, person.name)).collect())
    }
}
