// SPDX-License-Identifier: GPL-3.0-or-later
//! What was done, and that it held.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use super::Plan;

/// A torture that held.
#[derive(Clone, Debug)]
pub struct Report {
    /// What was asked for.
    pub plan: Plan,
    /// How often each thing was done.
    pub counts: BTreeMap<&'static str, u32>,
    /// Records at the end, the same here and at the hub.
    pub records: usize,
    /// Connections that the network really disturbed.
    pub disturbed: u64,
    /// In all.
    pub took: Duration,
    /// Starts after a kill, until cards were taken.
    pub back: Vec<Duration>,
}

impl Report {
    /// The start that so many of a hundred were not slower than.
    #[must_use]
    pub fn back_within(&self, of_hundred: usize) -> Duration {
        let mut sorted = self.back.clone();
        sorted.sort();
        let place = (sorted.len() * of_hundred).div_ceil(100).saturating_sub(1);
        sorted.get(place).copied().unwrap_or_default()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| what | how often |\n|---|---|")?;
        for (what, times) in &self.counts {
            writeln!(f, "| {what} | {times} |")?;
        }
        writeln!(
            f,
            "\nConnections really disturbed: {}. Seed: {}. It took {} s.\n",
            self.disturbed,
            self.plan.seed,
            self.took.as_secs()
        )?;
        writeln!(
            f,
            "Back after a kill, until cards were taken: p50 {} ms, p99 {} ms, longest {} ms.\n",
            self.back_within(50).as_millis(),
            self.back_within(99).as_millis(),
            self.back_within(100).as_millis()
        )?;
        write!(
            f,
            "At the end {} records, the same in the journal and at the hub; none missing, refused or doubled; every chain holds.",
            self.records
        )
    }
}
