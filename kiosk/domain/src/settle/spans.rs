// SPDX-License-Identifier: GPL-3.0-or-later
//! A set of stretches, of time or of a lesson, in milliseconds: what overlaps counts once.

/// Sorted, disjoint, none empty.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Spans(Vec<(i64, i64)>);

impl Spans {
    /// The stretches, sorted and disjoint.
    #[must_use]
    pub fn as_slice(&self) -> &[(i64, i64)] {
        &self.0
    }

    /// Adds a stretch; one that ends before it begins is none.
    pub fn insert(&mut self, from: i64, to: i64) {
        if from >= to {
            return;
        }
        let first = self.0.partition_point(|span| span.1 < from);
        let after = self.0.partition_point(|span| span.0 <= to);
        let (mut low, mut high) = (from, to);
        for span in &self.0[first..after] {
            low = low.min(span.0);
            high = high.max(span.1);
        }
        self.0.splice(first..after, [(low, high)]);
    }

    /// Adds all of another set.
    pub fn extend(&mut self, other: &Self) {
        for span in &other.0 {
            self.insert(span.0, span.1);
        }
    }

    /// How much it holds, milliseconds.
    #[must_use]
    pub fn total(&self) -> i64 {
        self.0.iter().fold(0, |sum, span| sum.saturating_add(span.1.saturating_sub(span.0)))
    }

    /// How much two sets share, milliseconds.
    #[must_use]
    pub fn shared(&self, other: &Self) -> i64 {
        let (mut a, mut b, mut sum) = (0, 0, 0_i64);
        while let (Some(x), Some(y)) = (self.0.get(a), other.0.get(b)) {
            sum = sum.saturating_add(x.1.min(y.1).saturating_sub(x.0.max(y.0)).max(0));
            if x.1 < y.1 { a += 1 } else { b += 1 }
        }
        sum
    }
}

impl FromIterator<(i64, i64)> for Spans {
    fn from_iter<I: IntoIterator<Item = (i64, i64)>>(stretches: I) -> Self {
        let mut spans = Self::default();
        for (from, to) in stretches {
            spans.insert(from, to);
        }
        spans
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_overlaps_or_touches_is_one() {
        let spans: Spans = [(10, 20), (30, 40), (20, 25), (5, 5), (9, 8)].into_iter().collect();
        assert_eq!(spans.as_slice(), [(10, 25), (30, 40)]);
        assert_eq!(spans.total(), 25);
        let all: Spans = [(0, 100), (10, 25)].into_iter().collect();
        assert_eq!(all.shared(&spans), 25);
        assert_eq!(spans.shared(&Spans::default()), 0);
    }
}
