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

/// A run that was recorded.
#[derive(Debug)]
pub struct Recorded {
    /// What was written and flushed.
    pub log: Log,
    /// The data partition before it, in a file of its own.
    pub before: PathBuf,
    /// Where that partition lies on the disk.
    pub partition: Partition,
    /// All records at its end.
    pub records: Vec<Value>,
    /// For each acknowledgement: how many entries the log had, and how many check-ins there must be from then on.
    pub acknowledged: Vec<(usize, usize)>,
}

/// What was found.
#[derive(Clone, Copy, Debug, Default)]
pub struct Found {
    /// States that were looked at.
    pub states: usize,
    /// Entries that were written, and those that were lost on purpose.
    pub entries: usize,
    /// Entries that were lost on purpose, over all states.
    pub lost: usize,
    /// The fewest and the most records that a state had.
    pub records: (usize, usize),
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

/// Looks at so many states of a run.
///
/// # Errors
/// The first state that lacks something: its place and seed, and what is wrong with it.
pub fn replay(run: &Recorded, states: usize, seed: u64, build: &Path, folder: &Path) -> Result<Found> {
    let mut dice = Dice::new(seed);
    let mut places: Vec<usize> = (0..states).map(|state| place(run, state, &mut dice)).collect();
    places.sort_unstable();
    let (durable, state) = (folder.join("durable"), folder.join("state"));
    copy(&run.before, &durable)?;
    let file = File::options().write(true).open(&durable)?;
    let mut flushed = 0;
    let mut found = Found { entries: run.log.entries.len(), records: (usize::MAX, 0), ..Found::default() };
    for place in places {
        let until = run.log.entries[..place].iter().rposition(|entry| entry.flush).unwrap_or(0).max(flushed);
        for entry in &run.log.entries[flushed..until] {
            run.log.apply(entry, run.partition, &file)?;
        }
        flushed = until;
        copy(&durable, &state)?;
        found.lost += half(run, flushed, place, &mut dice, &state)?;
        let records = judge(run, place, build, &state)
            .with_context(|| format!("cut at entry {place} of {} (seed {seed})", run.log.entries.len()))?;
        found.states += 1;
        found.records = (found.records.0.min(records), found.records.1.max(records));
    }
    Ok(found)
}

/// Every other state is anywhere; the rest lie right behind an acknowledgement, where a lie would be found first.
fn place(run: &Recorded, state: usize, dice: &mut Dice) -> usize {
    let end = run.log.entries.len();
    if state.is_multiple_of(2) || run.acknowledged.is_empty() {
        return dice.below(end + 1);
    }
    let (at, _) = run.acknowledged[dice.below(run.acknowledged.len())];
    (at + dice.below(40)).min(end)
}

/// Applies about half of what was not flushed.
fn half(run: &Recorded, from: usize, to: usize, dice: &mut Dice, state: &Path) -> Result<usize> {
    let file = File::options().write(true).open(state)?;
    let mut lost = 0;
    for entry in &run.log.entries[from..to] {
        if entry.through || dice.below(2) == 0 {
            run.log.apply(entry, run.partition, &file)?;
        } else {
            lost += 1;
        }
    }
    Ok(lost)
}

fn judge(run: &Recorded, place: usize, build: &Path, state: &Path) -> Result<usize> {
    let records = disk::records(build, state)?;
    let is_beginning = records.len() <= run.records.len()
        && records.iter().zip(&run.records).all(|(one, two)| one["hash"] == two["hash"]);
    ensure!(is_beginning, "its {} records are not the first of the run's {}", records.len(), run.records.len());
    let promised = run.acknowledged.iter().filter(|(at, _)| *at <= place).map(|(_, count)| *count).max().unwrap_or(0);
    let kept = records.iter().filter(|record| record["kind"] == "check-in").count();
    ensure!(kept >= promised, "{promised} check-ins were acknowledged by then, {kept} are there");
    Ok(records.len())
}

/// Holes stay holes: a partition of gigabytes is copied in a moment.
fn copy(from: &Path, to: &Path) -> Result<()> {
    let done = Command::new("cp").arg("--sparse=always").args([from, to]).status()?;
    ensure!(done.success(), "cp {} {}: {done}", from.display(), to.display());
    Ok(())
}
