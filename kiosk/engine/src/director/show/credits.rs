// SPDX-License-Identifier: GPL-3.0-or-later
//! My credits: certified, waiting, still on this machine.

use xuedian_domain::id::LearnerId;

use super::super::Director;
use crate::view::{Entry, EntryState, MyCredits};

/// Entries that the page holds at most.
const ENTRIES: usize = 24;

impl Director {
    pub(in super::super) fn my_credits(&self, learner: LearnerId) -> MyCredits {
        let standing = self.people.standing(learner);
        let own = self.own_entries(learner);
        let sum = |state| own.iter().filter(|e| e.1 == state).map(|e| e.2).sum::<i64>();
        let mut entries: Vec<Entry> = own.iter().map(|(entry, ..)| entry.clone()).collect();
        entries.extend(standing.iter().flat_map(|s| &s.latest).map(|e| self.standing_entry(e)));
        entries.truncate(ENTRIES);
        MyCredits {
            certified: standing.as_ref().map_or(0, |s| s.certified),
            waiting: standing.as_ref().map_or(0, |s| s.waiting) + sum(EntryState::Waiting),
            not_sent: sum(EntryState::NotSent),
            records_not_sent: self.records_not_sent(learner),
            points: standing.as_ref().map_or(0, |s| s.points),
            entries,
        }
    }
}
