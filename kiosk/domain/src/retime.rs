// SPDX-License-Identifier: GPL-3.0-or-later
//! The best time of every record, once all is known of the clocks of its boot. Both ends use it; the original is kept.

use std::collections::BTreeMap;

use crate::{
    id::{BootId, DeviceId, RecordId},
    record::{Fact, Kind, Machine, Record, Session},
    time::{Clock, Stamp, Time},
};

/// Facts in the order of the records given.
///
/// - Where a boot says `clock-known`, its monotonic clock tells the time of **all** its records: the last such record
///   wins, so a wall clock that jumped or ran backwards in between does no harm.
/// - Without it, a record stamped `synced` tells the offset for those of its boot that are `estimated` or `unset`.
/// - A boot of which nothing is known keeps the order of its device: its records come after what the device knew before,
///   at the pace of the monotonic clock, and are not measurable.
#[must_use]
pub fn retime(records: &[Record]) -> Vec<Fact> {
    let offsets = offsets(records);
    let mut facts: Vec<Option<Fact>> = vec![None; records.len()];
    let mut order: Vec<usize> = (0..records.len()).collect();
    order.sort_by_key(|n| (records[*n].origin.device, records[*n].origin.seq, records[*n].origin.epoch, *n));
    let mut last: Option<(DeviceId, Time)> = None;
    let mut adrift: BTreeMap<(DeviceId, BootId), (Time, i64)> = BTreeMap::new();
    for n in order {
        let record = &records[n];
        let boot = (record.origin.device, record.stamp.boot);
        let known = match offsets.get(&boot) {
            Some(offset) if offset.certain => known_time(&record.stamp, Some(offset.ms), None),
            Some(offset) => known_time(&record.stamp, None, Some(offset.ms)),
            None => known_time(&record.stamp, None, None),
        };
        let before = last.filter(|(device, _)| *device == boot.0).map(|(_, at)| at);
        let at = known.unwrap_or_else(|| {
            let (base, mono) =
                *adrift.entry(boot).or_insert_with(|| (first_of_boot(record, before), record.stamp.mono_ms));
            let guess = Time(base.0.saturating_add(record.stamp.mono_ms.saturating_sub(mono)));
            before.map_or(guess, |before| before.max(guess))
        });
        last = Some((boot.0, at));
        facts[n] = Some(fact(record, at, known.is_some()));
    }
    facts.into_iter().flatten().collect()
}

/// Wall minus monotonic time, milliseconds; whether it holds for records that trusted their clock too.
struct Offset {
    ms: i64,
    certain: bool,
}

fn offsets(records: &[Record]) -> BTreeMap<(DeviceId, BootId), Offset> {
    /// Certain before not, late before early; of two with one number, as after a fork, always the same.
    type Rank = (bool, u64, RecordId);
    let mut best: BTreeMap<(DeviceId, BootId), (Rank, Offset)> = BTreeMap::new();
    for record in records {
        let (ms, certain) = match record.kind {
            Kind::Machine(Machine::ClockKnown { offset_ms }) => (offset_ms, true),
            _ if record.stamp.clock == Clock::Synced => {
                (record.stamp.wall_ms.saturating_sub(record.stamp.mono_ms), false)
            }
            _ => continue,
        };
        let rank = (certain, record.origin.seq, record.id);
        let boot = (record.origin.device, record.stamp.boot);
        if best.get(&boot).is_none_or(|(other, _)| *other < rank) {
            best.insert(boot, (rank, Offset { ms, certain }));
        }
    }
    best.into_iter().map(|(boot, (_, offset))| (boot, offset)).collect()
}

/// The time of a record by what its boot is known to be off: as it was told, or as a synced record of it has it.
pub(crate) fn known_time(stamp: &Stamp, told_ms: Option<i64>, synced_ms: Option<i64>) -> Option<Time> {
    let by = |offset_ms: i64| Time(stamp.mono_ms.saturating_add(offset_ms));
    let trusts = matches!(stamp.clock, Clock::Synced | Clock::Rtc);
    match told_ms {
        Some(told_ms) => Some(by(told_ms)),
        None if trusts => Some(Time(stamp.wall_ms)),
        None => synced_ms.map(by),
    }
}

pub(crate) fn first_of_boot(record: &Record, before: Option<Time>) -> Time {
    let estimate = (record.stamp.clock == Clock::Estimated).then_some(Time(record.stamp.wall_ms));
    estimate.max(before).unwrap_or(Time(record.stamp.wall_ms))
}

pub(crate) fn fact(record: &Record, at: Time, measurable: bool) -> Fact {
    let mut kind = record.kind.clone();
    // A session made here was planned by the clock of that moment: it moves with it.
    if let Kind::Session(Session::Opened { made_here: Some(plan), .. }) = &mut kind {
        let moved = at.0.saturating_sub(record.stamp.wall_ms);
        plan.start = Time(plan.start.0.saturating_add(moved));
    }
    Fact { id: record.id, origin: record.origin, at, measurable, kind }
}
