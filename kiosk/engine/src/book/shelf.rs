// SPDX-License-Identifier: GPL-3.0-or-later
//! The shelf: where in the journal the older records about something stand, so that none of them is held in memory.
//!
//! It is a view, thrown away when it does not fit the journal or the software, and made anew beside it. It holds numbers and
//! clocks and no record: those are read from the journal itself.

use std::{
    collections::HashSet,
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags, OptionalExtension, params};
use xuedian_domain::{
    id::{BootId, RecordId},
    record::{Fact, Record},
    time::Time,
    timeline::{BootClock, Timeline},
};
use xuedian_journal::{JournalReader, ReadError, Stored};
use xuedian_protocol::records::read_line;

use super::key::{Key, UNDONE};

/// A shelf of another version is thrown away.
pub(super) const VERSION: i32 = 1;
const NAME: &str = "own.db";
/// Records with no more than so many numbers between them are read in one go.
const CLOSE: u64 = 8;
/// A batch is put down in less; whoever taps waits for it at most so long.
const PATIENCE: Duration = Duration::from_millis(500);
/// Lines of the journal that are read at a time.
const LINES: usize = 5_000;
/// Bytes of lines that are read at a time.
const BYTES: usize = 16 << 20;

/// How far the shelf reaches, and what is known up to there.
#[derive(Debug, Default)]
pub(super) struct Reach {
    /// The last record on it; 0: none.
    pub through: u64,
    pub timeline: Timeline,
    /// Cards with a number that were handed out.
    pub handed_out: usize,
    /// All records that were taken back.
    pub undone: HashSet<RecordId>,
}

/// Reads the shelf and the journal behind it.
#[derive(Debug)]
pub(super) struct Shelf {
    views: PathBuf,
    /// None while there is none that fits the journal.
    index: Option<Connection>,
    journal: JournalReader,
}

/// Where the shelf lies in the folder of views.
pub(super) fn path(views: &Path) -> PathBuf {
    views.join(NAME)
}

/// Removes a shelf.
pub(super) fn discard(views: &Path) -> io::Result<()> {
    for end in ["", "-journal"] {
        let mut name = path(views).into_os_string();
        name.push(end);
        match fs::remove_file(&name) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Whether a shelf belongs to this journal: the record at its end is the same one.
pub(super) fn fits(index: &Connection, journal: &JournalReader) -> bool {
    let look = || -> rusqlite::Result<bool> {
        let version: i32 = index.pragma_query_value(None, "user_version", |row| row.get(0))?;
        let sql = "SELECT through, hash FROM reach";
        let (through, hash): (i64, String) = index.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let through = through.unsigned_abs();
        Ok(version == VERSION && (through == 0 || at(journal, through).is_some_and(|stored| stored.hash == hash)))
    };
    look().unwrap_or(false)
}

/// One line of the journal.
fn at(journal: &JournalReader, seq: u64) -> Option<Stored> {
    let found = journal.read_after(None, seq.saturating_sub(1), 1, usize::MAX);
    let found = found.inspect_err(|error| tracing::error!(seq, %error, "the journal cannot be read")).ok()?;
    found.into_iter().find(|stored| stored.seq == seq)
}

/// A line as a record; none when its kind is of later software, or it cannot be understood.
pub(super) fn record(stored: &Stored) -> Option<Record> {
    match read_line(&stored.line) {
        Ok((envelope, kind)) => kind.map(|kind| envelope.with(kind)),
        Err(error) => {
            tracing::warn!(seq = stored.seq, %error, "a record cannot be understood");
            None
        }
    }
}

impl Shelf {
    /// The records of the journal after a number, those that are understood.
    pub(super) fn lines(&self, mut after: u64) -> Result<Vec<Record>, ReadError> {
        let mut records = Vec::new();
        loop {
            let stored = self.journal.read_after(None, after, LINES, BYTES)?;
            let Some(last) = stored.last() else { return Ok(records) };
            after = last.seq;
            records.extend(stored.iter().filter_map(record));
        }
    }

    /// A record of the journal by its id.
    pub(super) fn by_id(&self, id: RecordId) -> Option<Record> {
        let found = self.journal.by_id(&id.to_string());
        found
            .inspect_err(|error| tracing::error!(%error, "the journal cannot be read"))
            .ok()?
            .and_then(|it| record(&it))
    }

    /// The shelf in a folder, which may not be there yet, and its journal.
    pub(super) fn open(views: &Path, journal: JournalReader) -> Self {
        Self { views: views.to_owned(), index: None, journal }
    }

    /// How far it reaches now.
    pub(super) fn reach(&mut self) -> rusqlite::Result<Reach> {
        if self.index.is_none() {
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let index = Connection::open_with_flags(path(&self.views), flags);
            let patient = index.and_then(|index| index.busy_timeout(PATIENCE).map(|()| index));
            self.index = patient.ok().filter(|index| fits(index, &self.journal));
        }
        let Some(index) = &self.index else { return Ok(Reach::default()) };
        // One transaction: the shelf grows meanwhile.
        let index = index.unchecked_transaction()?;
        let reach = reach(&index)?;
        let sql = "SELECT DISTINCT key FROM about WHERE key >= ?1 AND key < ?2";
        let mut keys = index.prepare_cached(sql)?;
        let undone = keys.query_map(params![[UNDONE].as_slice(), [UNDONE + 1].as_slice()], |row| {
            let key: Vec<u8> = row.get(0)?;
            Ok(key.get(1..).and_then(|id| id.try_into().ok()).map(RecordId))
        })?;
        let undone = undone.filter_map(Result::transpose).collect::<rusqlite::Result<_>>()?;
        Ok(Reach { undone, ..reach })
    }

    /// Numbers of the records about something, above `after` and up to `through`, oldest first.
    pub(super) fn numbers(&self, key: &Key, after: u64, through: u64) -> Vec<u64> {
        let look = || -> rusqlite::Result<Vec<u64>> {
            let Some(index) = &self.index else { return Ok(Vec::new()) };
            let sql = "SELECT seq FROM about WHERE key = ?1 AND seq > ?2 AND seq <= ?3 ORDER BY seq";
            let mut found = index.prepare_cached(sql)?;
            let number = |row: &rusqlite::Row<'_>| row.get::<_, i64>(0).map(i64::unsigned_abs);
            found.query_map(params![key.bytes(), int(after), int(through)], number)?.collect()
        };
        look().unwrap_or_else(|error| {
            tracing::error!(%error, "the shelf cannot be read");
            Vec::new()
        })
    }

    /// The fact with this number.
    pub(super) fn fact(&self, seq: u64, timeline: &Timeline) -> Option<Fact> {
        self.told(&at(&self.journal, seq)?, timeline)
    }

    /// The facts with these numbers, which grow. What stands close together, as a session does, is read at once.
    pub(super) fn facts(&self, numbers: &[u64], timeline: &Timeline) -> Vec<Fact> {
        let mut facts = Vec::with_capacity(numbers.len());
        for close in numbers.chunk_by(|one, next| next - one <= CLOSE) {
            let (Some(first), Some(last)) = (close.first(), close.last()) else { continue };
            let span = usize::try_from(last - first + 1).unwrap_or(usize::MAX);
            let lines = self.journal.read_after(None, first.saturating_sub(1), span, usize::MAX);
            let lines = lines.inspect_err(|error| tracing::error!(first, %error, "the journal cannot be read"));
            let wanted = lines.unwrap_or_default().into_iter().filter(|line| close.binary_search(&line.seq).is_ok());
            facts.extend(wanted.filter_map(|line| self.told(&line, timeline)));
        }
        facts
    }

    fn told(&self, line: &Stored, timeline: &Timeline) -> Option<Fact> {
        let record = record(line)?;
        let adrift = if timeline.knows(&record) { None } else { self.adrift(line.seq) };
        Some(timeline.fact(&record, adrift))
    }

    fn adrift(&self, seq: u64) -> Option<Time> {
        let sql = "SELECT at FROM adrift WHERE seq = ?1";
        let look = |index: &Connection| index.prepare_cached(sql)?.query_row([int(seq)], |row| row.get(0)).optional();
        look(self.index.as_ref()?).ok().flatten().map(Time)
    }
}

/// All of the reach but what was taken back.
pub(super) fn reach(index: &Connection) -> rusqlite::Result<Reach> {
    let sql = "SELECT boot, told, synced, base, mono, doubtful FROM boot";
    let mut boots = index.prepare_cached(sql)?;
    let boots = boots.query_map([], |row| {
        let base: Option<i64> = row.get(3)?;
        let mono: Option<i64> = row.get(4)?;
        let clock = BootClock {
            told_ms: row.get(1)?,
            synced_ms: row.get(2)?,
            adrift: base.zip(mono).map(|(base, mono)| (Time(base), mono)),
            doubtful: row.get(5)?,
        };
        Ok((BootId(row.get(0)?), clock))
    })?;
    let boots = boots.collect::<rusqlite::Result<Vec<_>>>()?;
    index.query_row("SELECT through, last, handed_out FROM reach", [], |row| {
        let last: Option<i64> = row.get(1)?;
        Ok(Reach {
            through: row.get::<_, i64>(0)?.unsigned_abs(),
            timeline: Timeline::resume(boots, last.map(Time)),
            handed_out: usize::try_from(row.get::<_, i64>(2)?).unwrap_or(0),
            undone: HashSet::new(),
        })
    })
}

/// SQLite's integers have a sign; record numbers end long before it matters.
pub(super) fn int(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
