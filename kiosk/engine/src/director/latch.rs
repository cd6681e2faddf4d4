// SPDX-License-Identifier: GPL-3.0-or-later
//! A fault that begins and ends only after it was seen for a while, so that nothing flaps.

/// How long each side has to be seen without a break, milliseconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hold {
    /// Until it begins.
    pub begins: i64,
    /// Until it ends.
    pub ends: i64,
}

/// Whether a fault is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Latch {
    on: bool,
    /// Since when the contrary is seen, milliseconds since boot.
    contrary_ms: Option<i64>,
}

impl Latch {
    pub(super) fn is_on(self) -> bool {
        self.on
    }

    /// Takes what is seen now: true when the fault began by it, false when it ended.
    pub(super) fn look(&mut self, seen: bool, now_ms: i64, hold: Hold) -> Option<bool> {
        if seen == self.on {
            self.contrary_ms = None;
            return None;
        }
        let since = *self.contrary_ms.get_or_insert(now_ms);
        if now_ms - since < if seen { hold.begins } else { hold.ends } {
            return None;
        }
        *self = Self { on: seen, contrary_ms: None };
        Some(seen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOLD: Hold = Hold { begins: 4, ends: 60 };

    /// What is seen at which moment, and what comes of it.
    fn check(looks: &[(i64, bool, Option<bool>)]) {
        let mut latch = Latch::default();
        for (now_ms, seen, expected) in looks {
            assert_eq!(latch.look(*seen, *now_ms, HOLD), *expected, "at {now_ms} of {looks:?}");
        }
    }

    #[test]
    fn it_begins_and_ends_once_the_contrary_was_seen_long_enough() {
        check(&[(0, true, None), (2, true, None), (4, true, Some(true)), (6, true, None)]);
        check(&[(0, true, None), (4, true, Some(true)), (5, false, None), (64, false, None), (65, false, Some(false))]);
    }

    #[test]
    fn a_break_begins_the_wait_anew() {
        check(&[(0, true, None), (2, false, None), (3, true, None), (6, true, None), (7, true, Some(true))]);
        check(&[(0, true, None), (4, true, Some(true)), (5, false, None), (50, true, None), (51, false, None)]);
    }

    #[test]
    fn without_a_hold_it_follows_at_once() {
        let mut latch = Latch::default();
        let at_once = Hold { begins: 0, ends: 0 };
        assert_eq!(latch.look(true, 0, at_once), Some(true));
        assert_eq!(latch.look(false, 0, at_once), Some(false));
    }
}
