// SPDX-License-Identifier: GPL-3.0-or-later
//! How long to wait after a failure: full jitter from a second to a quarter of an hour. Pure; chance comes in.

use std::time::Duration;

/// The first wait is at most this.
pub const FIRST: Duration = Duration::from_secs(1);
/// No wait is longer, but for one that the hub asks for.
pub const LONGEST: Duration = Duration::from_secs(15 * 60);
/// A hub cannot send a kiosk away for longer.
pub const LONGEST_ASKED: Duration = Duration::from_secs(60 * 60);

/// Counts failures in a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backoff {
    failures: u32,
}

impl Backoff {
    /// It went well.
    pub fn reset(&mut self) {
        self.failures = 0;
    }

    /// Failures in a row.
    #[must_use]
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// It failed: how long to wait. `chance` is any number, evenly drawn; `asked` is the hub's `Retry-After`, and the wait
    /// is then at least that long.
    pub fn failed(&mut self, chance: u32, asked: Option<Duration>) -> Duration {
        let ceiling = FIRST.saturating_mul(1 << self.failures.min(20)).min(LONGEST);
        self.failures = self.failures.saturating_add(1);
        let jitter = part(ceiling, chance);
        match asked {
            Some(asked) => asked.min(LONGEST_ASKED) + part(FIRST, chance),
            None => jitter,
        }
    }
}

/// A random part of `whole`: the spread of a city's kiosks over time.
#[must_use]
pub fn part(whole: Duration, chance: u32) -> Duration {
    whole.mul_f64(f64::from(chance) / f64::from(u32::MAX))
}

/// An evenly drawn number.
pub(crate) fn draw() -> u32 {
    // Without random numbers all kiosks wait the longest: late, and never a crowd of one.
    getrandom::u32().unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ceiling_doubles_to_a_quarter_of_an_hour() {
        let mut backoff = Backoff::default();
        let waits: Vec<u64> = (0..13).map(|_| backoff.failed(u32::MAX, None).as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
        backoff.reset();
        assert_eq!(backoff.failed(u32::MAX, None), FIRST);
    }

    #[test]
    fn jitter_is_full() {
        let mut backoff = Backoff { failures: 5 };
        assert_eq!(backoff.failed(0, None), Duration::ZERO);
        assert_eq!(backoff.failures(), 6);
        assert_eq!(part(Duration::from_secs(60), u32::MAX / 2).as_secs(), 29);
    }

    #[test]
    fn the_hub_may_ask_for_more_and_not_for_a_day() {
        let mut backoff = Backoff::default();
        assert_eq!(backoff.failed(0, Some(Duration::from_secs(120))).as_secs(), 120);
        assert_eq!(backoff.failed(0, Some(Duration::from_secs(86_400))), LONGEST_ASKED);
    }
}
