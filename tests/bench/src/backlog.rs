// SPDX-License-Identifier: GPL-3.0-or-later
//! A hundred thousand records that waited, sent by a real kiosk to a real hub; then all of them once more.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
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
/// How often memory is looked at, which stops a process for a moment.
const LOOK_AT_MEMORY: Duration = Duration::from_millis(250);
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
    let sent = line.send(false)?;
    let held = line.held(stored.len())?;
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
    let again = line.send(true)?;
    let same = line.held(stored.len())? == held;
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
    _reader: Reader,
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
        Ok(Self { _reader: reader, display, hub, district })
    }

    fn data(&self) -> std::path::PathBuf {
        self.district.kiosk(1).join("data")
    }

    fn stored(&self) -> Result<Vec<Stored>> {
        let journal = JournalReader::open(&self.data())?;
        Ok(journal.read_after(None, 0, usize::MAX >> 1, usize::MAX >> 1)?)
    }

    /// Starts the kiosk and waits until all is acknowledged. `known`: the hub has it all already, and stamps nothing.
    fn send(&mut self, known: bool) -> Result<Sent> {
        let journal = JournalReader::open(&self.data())?;
        let acknowledged = || anyhow::Ok(journal.acked(HUB)?.map_or(0, |at| at.seq));
        let begun = Instant::now();
        let kiosk = start::kiosk(&self.district.kiosk(1), &self.display)?;
        let (mut own, mut hub) = (Memory::default(), Memory::default());
        let (mut first, mut looked) = (None, Instant::now());
        // The kiosk adds a record or two of its own.
        while acknowledged()? < journal.count()? {
            if acknowledged()? > 0 {
                first.get_or_insert_with(Instant::now);
            }
            if looked.elapsed() > LOOK_AT_MEMORY || own.first == 0 {
                own.note(pss_kb(kiosk.program.id())?);
                hub.note(pss_kb(self.hub.program().id())?);
                looked = Instant::now();
            }
            ensure!(begun.elapsed() < PATIENCE, "{} were acknowledged in {PATIENCE:?}", acknowledged()?);
            std::thread::sleep(LOOK);
        }
        let took = if known {
            first.unwrap_or(begun).elapsed()
        } else {
            let now_ms = jiff::Timestamp::now().as_millisecond();
            Duration::from_millis(u64::try_from(now_ms - self.first_arrived_ms()?)?)
        };
        own.note(pss_kb(kiosk.program.id())?);
        hub.note(pss_kb(self.hub.program().id())?);
        Ok(Sent { took, ready: kiosk.ready, kiosk: own, hub })
    }

    fn hub_file(&self) -> Result<Connection> {
        let file = self.district.hub().join("data/hub.db");
        Ok(Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?)
    }

    fn first_arrived_ms(&self) -> Result<i64> {
        Ok(self.hub_file()?.query_row("SELECT min(received_ms) FROM record", [], |row| row.get(0))?)
    }

    /// A hash over the bytes of the first records at the hub, in order of arrival. It must hold as many as the kiosk has.
    fn held(&self, first: usize) -> Result<String> {
        let file = self.hub_file()?;
        let all = JournalReader::open(&self.data())?.count()?;
        let held: i64 = file.query_row("SELECT count(*) FROM record", [], |row| row.get(0))?;
        ensure!(held.unsigned_abs() == all, "the hub holds {held} of {all}");
        let mut find = file.prepare("SELECT line FROM record ORDER BY no LIMIT ?1")?;
        let mut rows = find.query([i64::try_from(first)?])?;
        let mut hash = String::new();
        while let Some(row) = rows.next()? {
            hash = sha256_hex(format!("{hash}{}", row.get::<_, String>(0)?).as_bytes());
        }
        Ok(hash)
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
