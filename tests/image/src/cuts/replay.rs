// SPDX-License-Identifier: GPL-3.0-or-later
//! Replays: a recorded run is cut off at some entry of its log; of what was not flushed by then, half is lost at random, as in
//! the cache of a card. What is left is mended and read as a start would, and must hold every record that was acknowledged.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::cuts::log::Log;
use crate::disk::{self, Partition};
use crate::variables;

/// A card that lies about flushing may lose anything of so many entries.
const LIES: usize = 200;
/// How far behind an acknowledgement a state lies at most, entries.
const BEHIND: usize = 40;

/// A run that was recorded.
#[derive(Debug)]
pub struct Recorded {
    /// What was written and flushed.
    pub log: Log,
    /// The partitions that it wrote to.
    pub partitions: Vec<Part>,
    /// All records at its end.
    pub records: Vec<Value>,
    /// For each acknowledgement: how many entries the log had, and how many check-ins there must be from then on.
    pub acknowledged: Vec<(usize, usize)>,
    /// What slot B must hold as soon as it is the first to start.
    pub update: Option<PathBuf>,
    /// It was the first to start already when the run began.
    pub updated: bool,
}

/// A partition of the disk.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its name in the table.
    pub name: &'static str,
    /// Where it lies on the disk.
    pub place: Partition,
    /// What was on it before the run, in a file of its own.
    pub before: PathBuf,
}

/// What a card does with what it was told to flush.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Card {
    /// It is on the card when the flush is over.
    Honest,
    /// It says so, and may lose it all the same.
    Lies,
}

/// What was found.
#[derive(Clone, Copy, Debug, Default)]
pub struct Found {
    /// States that were looked at.
    pub states: usize,
    /// Those that lacked something.
    pub bad: usize,
    /// Those in which slot B was the first to start.
    pub updated: usize,
    /// Entries that were lost on purpose, over all states.
    pub lost: usize,
}

/// Numbers that are the same in each run (xorshift), so that a state that fails can be made again.
#[derive(Debug)]
pub struct Dice(u64);

impl Dice {
    /// Begins with a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % end.max(1)
    }
}

/// Looks at so many states of a run. A state of an honest card that lacks something ends it.
///
/// # Errors
/// The first such state: its place and seed, and what is wrong with it. Or when a state cannot be made.
pub fn replay(run: &Recorded, states: usize, card: Card, seed: u64, build: &Path, folder: &Path) -> Result<Found> {
    let mut dice = Dice::new(seed);
    let mut places: Vec<usize> = (0..states).map(|state| place(run, state, card, &mut dice)).collect();
    places.sort_unstable();
    let durable = |part: &Part| folder.join(format!("durable-{}", part.name));
    for part in &run.partitions {
        copy(&part.before, &durable(part))?;
    }
    let (mut flushed, mut found) = (0, Found::default());
    for place in places {
        let last_flush = run.log.entries[..place].iter().rposition(|entry| entry.flush).unwrap_or(0);
        let until = if card == Card::Lies { place.saturating_sub(LIES) } else { last_flush }.max(flushed);
        for part in &run.partitions {
            let file = File::options().write(true).open(durable(part))?;
            for entry in &run.log.entries[flushed..until] {
                run.log.apply(entry, part.place, &file)?;
            }
            copy(&durable(part), &state(folder, part.name))?;
        }
        flushed = until;
        found.lost += half(run, flushed..place, card, &mut dice, folder)?;
        found.states += 1;
        match judge(run, place, build, folder) {
            Ok(updated) => found.updated += usize::from(updated),
            Err(_) if card == Card::Lies => found.bad += 1,
            Err(error) => {
                let entries = run.log.entries.len();
                return Err(error.context(format!("cut at entry {place} of {entries} (seed {seed})")));
            }
        }
    }
    Ok(found)
}

fn state(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("state-{name}"))
}

/// Every other state is anywhere; the rest lie right behind an acknowledgement, where a lie would be found first.
fn place(run: &Recorded, state: usize, card: Card, dice: &mut Dice) -> usize {
    let end = run.log.entries.len();
    if card == Card::Honest && state.is_multiple_of(2) || run.acknowledged.is_empty() {
        return dice.below(end + 1);
    }
    let (at, _) = run.acknowledged[dice.below(run.acknowledged.len())];
    (at + dice.below(BEHIND)).min(end)
}

/// Applies about half of what was not flushed; what is written through is never lost by an honest card.
fn half(run: &Recorded, among: std::ops::Range<usize>, card: Card, dice: &mut Dice, folder: &Path) -> Result<usize> {
    let entries = &run.log.entries[among];
    let kept: Vec<bool> =
        entries.iter().map(|entry| entry.through && card == Card::Honest || dice.below(2) == 0).collect();
    for part in &run.partitions {
        let file = File::options().write(true).open(state(folder, part.name))?;
        for (entry, _) in entries.iter().zip(&kept).filter(|(_, kept)| **kept) {
            run.log.apply(entry, part.place, &file)?;
        }
    }
    Ok(kept.iter().filter(|kept| !**kept).count())
}

/// Whether everything is there that must be; says whether slot B is the first to start.
fn judge(run: &Recorded, place: usize, build: &Path, folder: &Path) -> Result<bool> {
    let records = disk::records(build, &state(folder, "data"))?;
    let is_beginning = records.len() <= run.records.len()
        && records.iter().zip(&run.records).all(|(one, two)| one["hash"] == two["hash"]);
    ensure!(is_beginning, "its {} records are not the first of the run's {}", records.len(), run.records.len());
    let promised = run.acknowledged.iter().filter(|(at, _)| *at <= place).map(|(_, count)| *count).max().unwrap_or(0);
    let kept = disk::check_ins(&records);
    ensure!(kept >= promised, "{promised} check-ins were acknowledged by then, {kept} are there");
    let boot = variables::read(&state(folder, "boot-env"), 0)?;
    let first = boot.get("BOOT_ORDER").and_then(|order| order.chars().next());
    if run.updated || first != Some('B') {
        let before = if run.updated { 'B' } else { 'A' };
        ensure!(first == Some(before), "the slots start in the order {boot:?}");
        return Ok(false);
    }
    let update = run.update.as_ref().context("slot B is the first to start, and nothing was installed")?;
    let begins = disk::begins_with(&state(folder, "root-b"), update)?;
    ensure!(begins, "slot B is the first to start and does not hold the release");
    Ok(true)
}

/// Holes stay holes: a partition of gigabytes is copied in a moment.
fn copy(from: &Path, to: &Path) -> Result<()> {
    let done = Command::new("cp").arg("--sparse=always").args([from, to]).status()?;
    ensure!(done.success(), "cp {} {}: {done}", from.display(), to.display());
    Ok(())
}
