// SPDX-License-Identifier: GPL-3.0-or-later
//! A hundred thousand records that waited, sent by a real kiosk to a real hub; then all of them once more.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use rusqlite::{Connection, OpenFlags};
use xuedian_journal::{JournalReader, Position, Stored};
use xuedian_kit::cards::Reader;
use xuedian_kit::district::{District, change_settings};
use xuedian_kit::hub::Hub;
use xuedian_protocol::signing::sha256_hex;

use crate::Plan;
use crate::append::learners;
use crate::bare_insert::BareTable;
use crate::fill::Filling;
use crate::picture::Display;
use crate::process::{mb, pss_kb};
use crate::report::Section;
use crate::spread::shown;
use crate::start;

/// The name under which a kiosk's journal keeps how far its hub has come.
const HUB: &str = "district";
/// Records of a bare transaction: as many as the kiosk sends at most.
const BATCH: usize = xuedian_protocol::wire::routes::MOST_BATCH_RECORDS;
/// How often it is looked at how far it has come.
const LOOK: Duration = Duration::from_millis(25);
/// How long it may take at most.
const PATIENCE: Duration = Duration::from_secs(600);

/// Measures a backlog, its baseline and its replay.
pub fn measure(plan: &Plan) -> Result<Section> {
    let records = plan.number(100_000, 20_000);
    let mut section = Section::new(
        "A backlog",
        "A kiosk is started on a journal of so many records that no hub has seen, with a hub on the same machine: TLS, signed \
         requests, compressed batches, every batch on the hub's disk before it is acknowledged, every acknowledgement on the \
         kiosk's. Time from the first record that arrives (by the hub's own stamp) until the kiosk has noted the last \
         acknowledgement; meanwhile the hub settles what has arrived and publishes it, and the kiosk takes that over. The \
         baseline: the same lines into two bare SQLite files (WAL, FULL), 5,000 a transaction, once before and once after. In \
         the replay the kiosk has forgotten that anything was acknowledged, and sends all of it again.",
    );
    let mut line = Line::set_up(records)?;
    let stored = line.stored()?;
    let before = bare(&line.district.folder, "before", &stored)?;
    let sent = line.send(None)?;
    let held = line.held()?;
    ensure!(held.0 == stored.len() as u64, "the hub holds {} of {}", held.0, stored.len());
    let after = bare(&line.district.folder, "after", &stored)?;
    let raw = (before + after) / 2;
    let ratio = raw.as_secs_f64() / sent.took.as_secs_f64();
    let rate = |took: Duration| format!("{}; {:.0} records/s", shown(took), stored.len() as f64 / took.as_secs_f64());
    section.promise("sending, to bare inserts into both files", format!("{ratio:.2}"), "at least 0.5", ratio >= 0.5);
    section.fact(&format!("{} records sent", stored.len()), rate(sent.took));
    section.fact("bare inserts into both files (before; after)", format!("{}; {}", rate(before), rate(after)));
    let bytes: usize = stored.iter().map(|record| record.line.len()).sum();
    section.fact("bytes of lines", bytes);
    section.fact("kiosk's start on this journal, until cards were taken", shown(sent.ready));
    section.fact("kiosk's memory (PSS): first, most, last", sent.kiosk);
    section.fact("hub's memory (PSS): first, most, last", sent.hub);
    line.forget()?;
    let again = line.send(Some(stored.len() as u64))?;
    let same = line.held()? == held;
    section.promise(
        "a replay of all",
        if same { "changed nothing" } else { "changed records" },
        "changes nothing",
        same,
    );
    section.fact("the replay", rate(again.took));
    section.fact("memory (PSS) in the replay, first, most, last", format!("kiosk {}; hub {}", again.kiosk, again.hub));
    Ok(section)
}

/// Kiosk, hub and what is between them.
struct Line {
    reader: Reader,
    display: Display,
    hub: Hub,
    district: District,
}

/// One sending of everything.
struct Sent {
    took: Duration,
    ready: Duration,
    kiosk: Memory,
    hub: Memory,
}

#[derive(Clone, Copy, Default)]
struct Memory {
    first: u64,
    most: u64,
    last: u64,
}

impl Line {
    fn set_up(records: u64) -> Result<Self> {
        let district = District::temporary(1)?;
        let folder = district.kiosk(1);
        Filling::open(&folder.join("data"), learners(&district)?)?.until(records)?;
        let reader = Reader::start(&folder, &district.cards())?;
        let hub = Hub::start(&district)?;
        let connection = format!("pn532_uart:{}", reader.link.display());
        change_settings(&folder.join("settings.toml"), &[("reader", "connection", connection.into())])?;
        let display = Display::start(&folder.join("display.log"))?;
        Ok(Self { reader, display, hub, district })
    }

    fn data(&self) -> std::path::PathBuf {
        self.district.kiosk(1).join("data")
    }

    fn stored(&self) -> Result<Vec<Stored>> {
        let journal = JournalReader::open(&self.data())?;
        Ok(journal.read_after(None, 0, usize::MAX >> 1, usize::MAX >> 1)?)
    }

    /// Starts the kiosk and waits until all is acknowledged. `replayed`: so many are at the hub already.
    fn send(&mut self, replayed: Option<u64>) -> Result<Sent> {
        self.reader.act("status")?;
        let journal = JournalReader::open(&self.data())?;
        let all = journal.count()?;
        let acked = || anyhow::Ok(journal.acked(HUB)?.map_or(0, |at| at.seq));
        let begun = Instant::now();
        let kiosk = start::kiosk(&self.district.kiosk(1), &self.display)?;
        let (mut own, mut hub) = (Memory::default(), Memory::default());
        let mut first_seen = None;
        while acked()? < all {
            if acked()? > 0 {
                first_seen.get_or_insert_with(Instant::now);
            }
            own.note(pss_kb(kiosk.program.id())?);
            hub.note(pss_kb(self.hub.program().id())?);
            ensure!(begun.elapsed() < PATIENCE, "{} of {all} were acknowledged", acked()?);
            std::thread::sleep(LOOK);
        }
        let end = jiff::Timestamp::now().as_millisecond();
        let first_seen = first_seen.context("all was acknowledged before anybody looked")?;
        let took = match replayed {
            // The hub does not stamp what it knows: from the first acknowledgement that was seen.
            Some(_) => first_seen.elapsed(),
            None => Duration::from_millis(u64::try_from(end - self.first_arrived_ms(all)?)?),
        };
        Ok(Sent { took, ready: kiosk.ready, kiosk: own, hub })
    }

    fn hub_file(&self) -> Result<Connection> {
        let file = self.district.hub().join("data/hub.db");
        Ok(Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?)
    }

    fn first_arrived_ms(&self, records: u64) -> Result<i64> {
        let (count, first): (u64, i64) =
            self.hub_file()?.query_row("SELECT count(*), min(received_ms) FROM record", [], |row| {
                Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get(1)?))
            })?;
        ensure!(count >= records, "the hub holds {count} of {records}");
        Ok(first)
    }

    /// How many records the hub holds, and a hash over all their bytes in order of arrival.
    fn held(&self) -> Result<(u64, String)> {
        let file = self.hub_file()?;
        let mut find = file.prepare("SELECT line FROM record ORDER BY no")?;
        let mut rows = find.query([])?;
        let (mut count, mut hash) = (0, String::new());
        while let Some(row) = rows.next()? {
            count += 1;
            hash = sha256_hex(format!("{hash}{}", row.get::<_, String>(0)?).as_bytes());
        }
        Ok((count, hash))
    }

    /// The kiosk forgets that anything was acknowledged.
    fn forget(&self) -> Result<()> {
        let mut filling = Filling::open(&self.data(), Vec::new())?;
        filling.journal.set_acked(HUB, &Position { epoch: String::new(), seq: 0 })?;
        Ok(())
    }
}

impl Memory {
    fn note(&mut self, kb: u64) {
        self.first = if self.first == 0 { kb } else { self.first };
        self.most = self.most.max(kb);
        self.last = kb;
    }
}

impl std::fmt::Display for Memory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}, {}, {}", mb(self.first), mb(self.most), mb(self.last))
    }
}

/// The same lines into two bare files.
fn bare(folder: &Path, when: &str, records: &[Stored]) -> Result<Duration> {
    let mut took = Duration::ZERO;
    for end in ["kiosk", "hub"] {
        let table = BareTable::create(&folder.join(format!("bare-{end}-{when}.db")))?;
        for batch in records.chunks(BATCH) {
            took += table.insert(batch)?;
        }
    }
    Ok(took)
}
