// SPDX-License-Identifier: GPL-3.0-or-later
//! How measured times spread.

use std::time::Duration;

/// Times, sorted.
#[derive(Clone, Debug, Default)]
pub struct Spread(Vec<Duration>);

impl Spread {
    /// Of these times.
    pub fn of(times: impl IntoIterator<Item = Duration>) -> Self {
        let mut times: Vec<_> = times.into_iter().collect();
        times.sort_unstable();
        Self(times)
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The time that so many of a hundred were not slower than; none of nothing is zero.
    pub fn percentile(&self, of_hundred: usize) -> Duration {
        let place = (self.0.len() * of_hundred).div_ceil(100).saturating_sub(1);
        self.0.get(place).copied().unwrap_or_default()
    }

    /// Half were not slower.
    pub fn p50(&self) -> Duration {
        self.percentile(50)
    }

    /// 99 of a hundred were not slower; of fewer than a hundred, the slowest.
    pub fn p99(&self) -> Duration {
        self.percentile(99)
    }

    /// The slowest.
    pub fn slowest(&self) -> Duration {
        self.percentile(100)
    }
}

/// `12.3 ms`, with three digits that mean something.
pub fn shown(time: Duration) -> String {
    let us = time.as_secs_f64() * 1e6;
    match us {
        us if us < 1_000.0 => format!("{} µs", three(us)),
        us if us < 1_000_000.0 => format!("{} ms", three(us / 1e3)),
        us => format!("{} s", three(us / 1e6)),
    }
}

fn three(number: f64) -> String {
    if number < 9.995 {
        format!("{number:.2}")
    } else if number < 99.95 {
        format!("{number:.1}")
    } else {
        format!("{number:.0}")
    }
}

impl std::fmt::Display for Spread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (p50, p99, most) = (shown(self.p50()), shown(self.p99()), shown(self.slowest()));
        write!(f, "p50 {p50}, p99 {p99}, slowest {most} of {}", self.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_times_that_were_measured() {
        let spread = Spread::of((1..=200).rev().map(Duration::from_millis));
        assert_eq!((spread.p50(), spread.p99()), (Duration::from_millis(100), Duration::from_millis(198)));
        assert_eq!(Spread::of([Duration::from_secs(3)]).p99(), Duration::from_secs(3));
        assert_eq!(Spread::default().p50(), Duration::ZERO);
    }

    #[test]
    fn times_are_shown_with_three_digits() {
        let shown = [1, 12_345, 123_456, 1_234_567].map(|us| shown(Duration::from_micros(us)));
        assert_eq!(shown, ["1.00 µs", "12.3 ms", "123 ms", "1.23 s"]);
    }
}
