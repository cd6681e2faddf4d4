// SPDX-License-Identifier: GPL-3.0-or-later
//! What of a lesson was really shown: a set of ranges, from the timestamps of frames that reached the screen.

use xuedian_engine::ports::media::ShownRange;

/// The longest gap between two shown frames that still counts as watched, nanoseconds (half a second): a slow
/// board that draws two frames a second still shows the lesson.
const LONGEST_GAP_NS: u64 = 500_000_000;

/// The last frame shown, nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Last {
    run: u64,
    at: u64,
    stands: u64,
}

/// The set. Ranges are sorted, disjoint and never reach beyond the length.
///
/// A jump (a seek) begins a new run: what lies between the last frame before it and the first after it was not seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    length_ns: u64,
    /// Half-open, nanoseconds.
    ranges: Vec<(u64, u64)>,
    last: Option<Last>,
}

impl Shown {
    /// Nothing shown yet of a lesson of this length, nanoseconds.
    #[must_use]
    pub fn of_length(length_ns: u64) -> Self {
        Self { length_ns, ..Self::default() }
    }

    /// The length is known now; what lies beyond it never was.
    pub fn set_length(&mut self, length_ns: u64) {
        self.length_ns = length_ns;
        self.ranges.retain_mut(|range| {
            range.1 = range.1.min(length_ns);
            range.0 < range.1
        });
    }

    /// A frame was shown: in which run, its place and how long it stands, nanoseconds of the lesson.
    pub fn frame(&mut self, run: u64, at_ns: u64, stands_ns: u64) {
        let from = match self.last {
            Some(last) if last.run == run && last.leads_to(at_ns) => last.at,
            _ => at_ns,
        };
        self.last = Some(Last { run, at: at_ns, stands: stands_ns });
        self.add(from, at_ns.saturating_add(stands_ns.min(LONGEST_GAP_NS)));
    }

    /// The ranges in whole milliseconds, rounded inwards.
    #[must_use]
    pub fn ranges(&self) -> Vec<ShownRange> {
        let whole = self
            .ranges
            .iter()
            .map(|&(from, to)| ShownRange { from_ms: from.div_ceil(1_000_000), to_ms: to / 1_000_000 });
        whole.filter(|range| range.from_ms < range.to_ms).collect()
    }

    fn add(&mut self, from: u64, to: u64) {
        let to = to.min(self.length_ns);
        if from >= to {
            return;
        }
        let begin = self.ranges.partition_point(|range| range.1 < from);
        let end = self.ranges.partition_point(|range| range.0 <= to);
        let joined =
            self.ranges[begin..end].iter().fold((from, to), |sum, range| (sum.0.min(range.0), sum.1.max(range.1)));
        self.ranges.splice(begin..end, [joined]);
    }
}

impl Last {
    /// Whether the next frame shown, at `at`, goes on where this one stood. A slide that stands for long is bridged
    /// once the next one is there.
    fn leads_to(self, at: u64) -> bool {
        at > self.at && at - self.at <= self.stands.max(LONGEST_GAP_NS)
    }
}
