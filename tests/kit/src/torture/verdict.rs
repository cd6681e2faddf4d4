// SPDX-License-Identifier: GPL-3.0-or-later
//! Whether hub and journal agree.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::hub::Hub;
use crate::journal;
use crate::kiosk::Kiosk;
use crate::process::eventually;

/// Waits until the hub has every record of the kiosk's journal, and nothing else of it; says how many.
///
/// The hub takes a record only where its hash and its place in the chain hold. So the same last number, the same count for each
/// epoch and nothing refused mean the same records.
///
/// # Errors
/// When they do not agree in time.
pub fn agreed(kiosk: &Kiosk, hub: &Hub, patience: Duration) -> Result<usize> {
    eventually("hub and journal agree", patience, || {
        journal::verify(&kiosk.data())?;
        let records = kiosk.journal()?;
        let device = records.first().and_then(|record| record["device"].as_str()).context("an empty journal")?;
        let mut own: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
        for record in &records {
            let epoch = record["epoch"].as_str().context("a record without an epoch")?;
            let (count, last) = own.entry(epoch).or_default();
            *count += 1;
            *last = record["seq"].as_u64().context("a record without a number")?;
        }
        let known = hub.device(device)?;
        ensure!(known.forks.is_empty(), "the hub sees forks: {:?}", known.forks);
        for (epoch, (count, last)) in &own {
            let there =
                known.epochs.iter().find(|there| there.epoch == *epoch).context("an epoch is not at the hub yet")?;
            ensure!(there.refused.is_empty(), "refused: {:?}", there.refused);
            ensure!(there.invalid.is_empty(), "invalid: {:?}", there.invalid);
            ensure!(
                (there.stored, there.last_seq) == (*count, Some(*last)),
                "{count} records here, {} at the hub",
                there.stored
            );
        }
        ensure!(known.epochs.len() == own.len(), "{} epochs here, {} at the hub", own.len(), known.epochs.len());
        Ok(records.len())
    })
}
