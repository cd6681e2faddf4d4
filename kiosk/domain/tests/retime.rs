// SPDX-License-Identifier: GPL-3.0-or-later
//! Clocks that are set late, jump, run backwards or are never known.

use proptest::{collection::vec, prelude::*};
use xuedian_domain::{
    id::{BootId, DeviceId, EpochId, LearnerId, RecordId, SessionId},
    record::{Fact, Hand, Kind, Machine, Origin, Presence, Record},
    retime::retime,
    time::{Clock, Stamp, Time},
};

/// A time of 2026, milliseconds.
const T: i64 = 1_780_000_000_000;
/// Ten years, milliseconds.
const DECADE: i64 = 3653 * 86_400_000;

fn tap(seq: u64, boot: u8, mono_ms: i64, wall_ms: i64, clock: Clock) -> Record {
    let it =
        Presence::CheckIn { learner: LearnerId([1; 16]), session: SessionId([1; 16]), how: Hand::Card, sits_in: false };
    let origin = Origin { device: DeviceId([1; 16]), epoch: EpochId([boot; 16]), seq };
    let mut id = [0; 16];
    id[8..].copy_from_slice(&seq.to_be_bytes());
    Record {
        id: RecordId(id),
        origin,
        stamp: Stamp { boot: BootId([boot; 16]), mono_ms, wall_ms, clock },
        kind: Kind::Presence(it),
    }
}

fn known(seq: u64, boot: u8, mono_ms: i64, offset_ms: i64) -> Record {
    let kind = Kind::Machine(Machine::ClockKnown { offset_ms });
    Record { kind, ..tap(seq, boot, mono_ms, mono_ms + offset_ms, Clock::Synced) }
}

fn check(records: &[Record], expected: &[(i64, bool)]) {
    let times: Vec<(i64, bool)> = retime(records).iter().map(|fact| (fact.at.0, fact.measurable)).collect();
    assert_eq!(times, expected);
}

#[test]
fn a_clock_that_becomes_known_tells_what_was_before_and_after() {
    let records = [
        tap(1, 1, 1_000, 5_000, Clock::Unset),
        known(2, 1, 60_000, T),
        tap(3, 1, 70_000, T + 70_000, Clock::Synced),
        tap(4, 1, 80_000, 0, Clock::Estimated),
    ];
    check(&records, &[(T + 1_000, true), (T + 60_000, true), (T + 70_000, true), (T + 80_000, true)]);
}

#[test]
fn a_synced_record_tells_it_too() {
    check(
        &[tap(1, 1, 1_000, 5_000, Clock::Unset), tap(2, 1, 9_000, T + 9_000, Clock::Synced)],
        &[(T + 1_000, true), (T + 9_000, true)],
    );
}

#[test]
fn a_battery_clock_is_believed_until_better_is_known() {
    check(&[tap(1, 1, 1_000, T, Clock::Rtc)], &[(T, true)]);
    check(
        &[tap(1, 1, 1_000, T, Clock::Rtc), known(2, 1, 2_000, T + 300_000)],
        &[(T + 301_000, true), (T + 302_000, true)],
    );
}

#[test]
fn a_clock_that_jumps_ten_years_changes_no_stay() {
    let records = [
        known(1, 1, 1_000, T),
        tap(2, 1, 2_000, T + 2_000, Clock::Synced),
        tap(3, 1, 5_402_000, T + DECADE, Clock::Synced),
        tap(4, 1, 5_403_000, T - DECADE, Clock::Rtc),
    ];
    check(&records, &[(T + 1_000, true), (T + 2_000, true), (T + 5_402_000, true), (T + 5_403_000, true)]);
}

#[test]
fn a_boot_that_never_knew_keeps_its_place_and_is_not_measured() {
    let records = [
        tap(1, 1, 1_000, T, Clock::Rtc),
        tap(2, 2, 10_000, 0, Clock::Unset),
        tap(3, 2, 70_000, 60_000, Clock::Unset),
        known(4, 3, 1_000, T + 600_000),
        tap(5, 4, 1_000, T + 700_000, Clock::Estimated),
    ];
    check(&records, &[(T, true), (T, false), (T + 60_000, false), (T + 601_000, true), (T + 700_000, false)]);
}

fn any_record() -> impl Strategy<Value = Record> {
    let clock = prop::sample::select(vec![Clock::Unset, Clock::Estimated, Clock::Rtc, Clock::Synced]);
    (1..20_u64, 1..4_u8, any::<i64>(), any::<i64>(), clock, any::<bool>()).prop_map(
        |(seq, boot, mono, wall, clock, says)| {
            let record = tap(seq, boot, mono, wall, clock);
            if says {
                Record { kind: Kind::Machine(Machine::ClockKnown { offset_ms: wall }), ..record }
            } else {
                record
            }
        },
    )
}

proptest! {
    #[test]
    fn any_clocks_in_any_order_tell_the_same(
        (records, shuffled) in vec(any_record(), 0..20).prop_flat_map(|mut records| {
            records.sort_by_key(|record| record.id);
            records.dedup_by_key(|record| record.id);
            (Just(records.clone()), Just(records).prop_shuffle())
        })
    ) {
        let sorted = |records: &[Record]| -> Vec<Fact> {
            let mut facts = retime(records);
            facts.sort_by_key(|fact| fact.id);
            facts
        };
        prop_assert_eq!(sorted(&records), sorted(&shuffled));
    }

    #[test]
    fn what_is_not_measured_never_runs_backwards(monos in vec(0..DECADE, 1..10), wall in -DECADE..DECADE) {
        let records: Vec<Record> = (1..).zip(monos).map(|(seq, mono)| tap(seq, 1, mono, wall, Clock::Unset)).collect();
        let times: Vec<Time> = retime(&records).iter().map(|fact| fact.at).collect();
        prop_assert!(times.is_sorted());
    }
}
