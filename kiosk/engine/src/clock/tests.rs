// SPDX-License-Identifier: GPL-3.0-or-later
//! Clocks that jump, run backwards, are unset, and what the box makes of it.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering::Relaxed},
};

use xuedian_domain::{
    id::BootId,
    time::{Clock as Trust, Time},
};

use super::{Clock, Jump, Reading, TimeSource};

const YEAR_MS: i64 = 365 * 86_400_000;
/// A moment after any build of today's.
const NOW_MS: i64 = 1_800_000_000_000;

#[derive(Default)]
struct Bench {
    mono_ms: AtomicI64,
    wall_ms: AtomicI64,
}

impl TimeSource for Bench {
    fn boot(&self) -> BootId {
        BootId([7; 16])
    }
    fn read(&self) -> Reading {
        Reading { mono_ms: self.mono_ms.load(Relaxed), wall_ms: self.wall_ms.load(Relaxed) }
    }
    fn has_battery(&self) -> bool {
        false
    }
}

impl Bench {
    fn pass(&self, ms: i64) {
        self.mono_ms.fetch_add(ms, Relaxed);
        self.wall_ms.fetch_add(ms, Relaxed);
    }
    fn jump(&self, ms: i64) {
        self.wall_ms.fetch_add(ms, Relaxed);
    }
}

struct Box_ {
    bench: Arc<Bench>,
    clock: Clock,
    folder: tempfile::TempDir,
}

/// A box whose system clock says `wall_ms`, ten seconds after boot.
fn started(wall_ms: i64) -> Box_ {
    let bench = Arc::new(Bench::default());
    bench.mono_ms.store(10_000, Relaxed);
    bench.wall_ms.store(wall_ms, Relaxed);
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::open(bench.clone(), folder.path().join("floor"));
    Box_ { bench, clock, folder }
}

fn check(clock: &Clock, wall_ms: i64, trust: Trust) {
    let stamp = clock.stamp();
    assert_eq!((stamp.wall_ms, stamp.clock), (wall_ms, trust));
}

#[test]
fn a_clock_that_was_never_set_says_so_and_time_is_not_before_the_floor() {
    let Box_ { clock, bench, .. } = started(1_000);
    check(&clock, 1_000, Trust::Unset);
    assert_eq!(clock.now(), clock.floor());
    assert_eq!(clock.known_due(), None);
    // Somebody reports synchronisation, but the time is still below the floor: not believed.
    clock.system_is_synchronised();
    check(&clock, 1_000, Trust::Unset);
    // Then the time server's answer arrives.
    bench.jump(NOW_MS);
    clock.system_is_synchronised();
    check(&clock, NOW_MS + 1_000, Trust::Synced);
    assert_eq!(clock.known_due(), Some(NOW_MS + 1_000 - 10_000));
    clock.known_recorded(NOW_MS - 9_000);
    assert_eq!(clock.known_due(), None);
}

#[test]
fn jumps_of_ten_years_are_told_and_not_followed() {
    for by_ms in [10 * YEAR_MS, -10 * YEAR_MS] {
        let Box_ { clock, bench, .. } = started(NOW_MS);
        clock.system_is_synchronised();
        bench.pass(60_000);
        bench.jump(by_ms);
        check(&clock, NOW_MS + 60_000, Trust::Synced);
        assert_eq!(clock.take_jump(), Some(Jump { by_ms }));
        assert_eq!(clock.take_jump(), None);
        bench.pass(60_000);
        check(&clock, NOW_MS + 120_000, Trust::Synced);
    }
}

#[test]
fn a_drift_is_followed() {
    let Box_ { clock, bench, .. } = started(NOW_MS);
    for _ in 0..100 {
        bench.pass(1_000);
        bench.jump(50);
        let _ = clock.stamp();
    }
    check(&clock, NOW_MS + 105_000, Trust::Estimated);
    assert_eq!(clock.take_jump(), None);
}

#[test]
fn the_hub_has_the_last_word_and_keeps_the_floor_over_a_restart() {
    let Box_ { clock, bench, folder } = started(NOW_MS + 10 * YEAR_MS);
    clock.system_is_synchronised();
    assert_eq!(clock.certificate_time(), clock.floor(), "an unsigned time judges no certificate");
    clock.hub_says(Time(NOW_MS), 10_000, 10_200).unwrap();
    check(&clock, NOW_MS - 100, Trust::Synced);
    assert_eq!(clock.certificate_time(), Time(NOW_MS - 100));
    // The bad time server goes on claiming its time: the hub stays the anchor.
    clock.system_is_synchronised();
    bench.pass(5_000);
    check(&clock, NOW_MS + 4_900, Trust::Synced);
    let again = Clock::open(bench, folder.path().join("floor"));
    assert_eq!(again.floor(), Time(NOW_MS));
}

#[test]
fn answers_at_the_same_time_keep_the_latest_floor() {
    let Box_ { clock, bench, folder } = started(NOW_MS);
    const HOUR_MS: i64 = 3_600_000;
    std::thread::scope(|scope| {
        for first in 0..8 {
            let clock = &clock;
            scope.spawn(move || {
                for n in 0..25 {
                    clock.hub_says(Time(NOW_MS + (n * 8 + first) * HOUR_MS), 10_000, 10_000).unwrap();
                }
            });
        }
    });
    let again = Clock::open(bench, folder.path().join("floor"));
    assert_eq!(again.floor(), Time(NOW_MS + 199 * HOUR_MS));
}

#[test]
fn a_damaged_floor_is_the_build_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("floor");
    std::fs::write(&path, b"\xff\xfe").unwrap();
    let clock = Clock::open(Arc::new(Bench::default()), path);
    assert!(clock.floor().0 > 1_700_000_000_000);
}
