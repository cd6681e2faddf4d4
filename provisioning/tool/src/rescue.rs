// SPDX-License-Identifier: GPL-3.0-or-later
//! `xuedian rescue`: a box is broken, its disk or card lies on the table. Every record that is on it goes to the hub; what the
//! hub has already is left as it is, so that it can be done twice.
//!
//! The journal is copied first, with its log: nothing on the card is changed, and a card that is about to die is read once.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use xuedian_domain::id::DeviceId;
use xuedian_hub::hub::Hub;
use xuedian_hub::store::Ingest;
use xuedian_journal::{JournalReader, Stored, VerifyError};
use xuedian_protocol::wire::{BatchLine, routes, text};

use crate::hub::Place;

/// Where a kiosk's folder lies: given itself, or below a mounted data partition, or below a mounted system.
const BELOW: &[&str] = &["", "kiosk", "xuedian/kiosk", "data/xuedian/kiosk", "var/lib/xuedian/kiosk"];
/// The database, and its log, in which the last records are.
const DATABASE: &str = "journal.db";
const LOG: &str = "journal.db-wal";
/// Journals that the kiosk has set aside because they were damaged.
const ASIDE: &str = "aside";
/// Journals of before a factory reset, each with those that had been set aside until then.
const KEPT: &str = "kept";
/// Records handed over at once.
const AT_ONCE: usize = 200;

/// Which card, and which hub.
#[derive(Args)]
pub struct Arguments {
    /// Where the card or disk is mounted, or a kiosk's data folder.
    card: PathBuf,
    /// The hub.
    #[command(flatten)]
    place: Place,
}

/// What became of one journal.
#[derive(Debug, Default, PartialEq, Eq)]
struct Rescued {
    stored: u64,
    known: u64,
    refused: usize,
}

/// Does it, and says of each journal what became of its records.
///
/// # Errors
/// When there is no journal, or one of them could not be handed over to its end.
pub fn run(arguments: &Arguments) -> Result<()> {
    let hub = arguments.place.open()?;
    let kiosk = kiosk_folder(&arguments.card)?;
    let mut unfinished = Vec::new();
    for journal in journals(&kiosk) {
        let name = journal.display();
        match hand_over(&hub, &journal) {
            Ok((done, trouble)) => {
                let Rescued { stored, known, refused } = done;
                println!("{name}: {stored} records handed over, {known} were at the hub already, {refused} refused");
                if let Some(trouble) = trouble {
                    println!("{name}: {trouble:#}");
                    unfinished.push(name.to_string());
                }
            }
            Err(error) => {
                println!("{name}: {error:#}");
                unfinished.push(name.to_string());
            }
        }
    }
    ensure!(unfinished.is_empty(), "not everything could be rescued: keep the card; see {}", unfinished.join(", "));
    println!("everything on the card is at the hub; the card may be wiped");
    Ok(())
}

fn kiosk_folder(card: &Path) -> Result<PathBuf> {
    let holds = |folder: &PathBuf| folder.join(DATABASE).exists() || folder.join(KEPT).exists();
    let found = BELOW.iter().map(|below| card.join(below)).find(holds);
    found.with_context(|| {
        format!("no {DATABASE} in {} nor where a box keeps it below ({})", card.display(), BELOW[1..].join(", "))
    })
}

/// The journal in use, after those that were set aside and those of before factory resets, oldest first: later records hang on
/// earlier ones.
fn journals(kiosk: &Path) -> Vec<PathBuf> {
    let mut journals: Vec<PathBuf> = folders(&kiosk.join(KEPT)).iter().flat_map(|kept| of_one_box(kept)).collect();
    journals.extend(of_one_box(kiosk));
    journals
}

/// The journal in a folder, after those that were set aside beside it.
fn of_one_box(folder: &Path) -> Vec<PathBuf> {
    let mut journals = folders(&folder.join(ASIDE));
    journals.push(folder.to_owned());
    journals.retain(|folder| folder.join(DATABASE).exists());
    journals
}

/// What lies in a folder, in the order of the names, which are times.
fn folders(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<_> = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    found.sort();
    found
}

/// Copies a journal and hands its records over, as far as its chain holds. Also says what kept it from its end.
fn hand_over(hub: &Hub, journal: &Path) -> Result<(Rescued, Option<anyhow::Error>)> {
    let copy = Copy::of(journal)?;
    let reader = JournalReader::open(&copy.0).context("opening the copy")?;
    let whole = reader.verify_all(|_, _| std::ops::ControlFlow::Continue(()));
    let mut done = Rescued::default();
    let mut after = 0;
    let trouble = loop {
        let records = match reader.read_after(None, after, AT_ONCE, routes::MOST_BATCH_BYTES / 2) {
            Ok(records) => records,
            Err(error) => break Some(anyhow::Error::from(error).context(format!("after record {after}"))),
        };
        let Some(last) = records.last() else { break whole.err().map(broken) };
        after = last.seq;
        let device = device(&records)?;
        let lines = records.iter().map(|record| BatchLine { hash: &record.hash, line: &record.line });
        match hub.store.ingest(device, &text(lines), hub.clock.now_ms())? {
            Ingest::Kept { stored, known, refused, .. } => {
                done.stored += stored;
                done.known += known;
                done.refused += refused.len();
            }
            Ingest::Gap => bail!("its first record hangs on one that is neither here nor at the hub"),
        }
    };
    Ok((done, trouble))
}

/// The hub has judged each line for itself: what it could not believe is set aside there with its reason.
fn broken(why: VerifyError) -> anyhow::Error {
    anyhow::Error::from(why).context("the chain does not hold; the hub has set aside what it could not believe")
}

fn device(records: &[Stored]) -> Result<DeviceId> {
    let line: serde_json::Value = serde_json::from_str(&records[0].line).context("the first record")?;
    let device = line["device"].as_str().context("the first record names no device")?;
    device.parse().map_err(|_| anyhow::anyhow!("{device:?} is no device"))
}

/// A copy that goes away with us; only its owner may read it.
struct Copy(PathBuf);

impl Copy {
    fn of(journal: &Path) -> Result<Self> {
        use std::os::unix::fs::DirBuilderExt;
        let mut id = [0; 8];
        getrandom::fill(&mut id).context("a random number")?;
        let folder = std::env::temp_dir().join(format!("xuedian-rescue-{:016x}", u64::from_le_bytes(id)));
        fs::DirBuilder::new().mode(0o700).create(&folder).with_context(|| folder.display().to_string())?;
        let copy = Self(folder);
        for name in [DATABASE, LOG] {
            let from = journal.join(name);
            match fs::copy(&from, copy.0.join(name)) {
                Err(error) if name == LOG && error.kind() == std::io::ErrorKind::NotFound => {}
                copied => drop(copied.with_context(|| format!("copying {}", from.display()))?),
            }
        }
        Ok(copy)
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        // Cards have been on it: what cannot be removed is at least named.
        if let Err(error) = fs::remove_dir_all(&self.0) {
            eprintln!("xuedian: {} stays behind: {error}", self.0.display());
        }
    }
}
