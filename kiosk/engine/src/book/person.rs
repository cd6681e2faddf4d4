// SPDX-License-Identifier: GPL-3.0-or-later
//! What is known of a person here: for settling, and for the screen.

use std::collections::{BTreeMap, BTreeSet};

use xuedian_domain::{
    id::{LearnerId, LessonKey, SessionId},
    record::{Card, Fact, Kind, Learning, Presence, Visit},
    time::Time,
};

use super::{Book, key, key::Key};

impl Book {
    /// What settling needs to know of a person: the facts above `after`, and all that became of the sessions in them and of
    /// those in `open`.
    #[must_use]
    pub fn facts_of(&self, learner: LearnerId, after: u64, open: &[SessionId]) -> Vec<Fact> {
        let mut wanted: BTreeMap<u64, Fact> = self.own(learner, after).map(|fact| (fact.origin.seq, fact)).collect();
        let here = wanted.values().filter_map(|fact| key::session_of(&fact.kind));
        let sessions: BTreeSet<SessionId> = here.chain(open.iter().copied()).collect();
        for session in sessions {
            // What became of a session is no standing of the hub's, whenever it was.
            let facts = self.facts(&Key::Session(session), 0).into_iter();
            let counts = facts.filter(|fact| fact.origin.seq > after || matches!(fact.kind, Kind::Session(_)));
            wanted.extend(counts.map(|fact| (fact.origin.seq, fact)));
        }
        let mut found: Vec<_> = wanted.values().map(|fact| fact.id).collect();
        while let Some(id) = found.pop() {
            if self.is_reversed(id) {
                for undo in self.facts(&Key::Undone(id), 0) {
                    found.push(undo.id);
                    wanted.insert(undo.origin.seq, undo);
                }
            }
        }
        wanted.into_values().collect()
    }

    /// A person's own facts, with what their card did before it had an owner: that may count, settling decides.
    fn own(&self, learner: LearnerId, after: u64) -> impl Iterator<Item = Fact> {
        let own = self.facts(&Key::Learner(learner), after);
        let mut before = Vec::new();
        for link in &own {
            if let Kind::Card(Card::Linked { token, .. }) = &link.kind {
                let taps = self.facts(&Key::Card(*token), after).into_iter();
                before.extend(taps.filter(|tap| is_unknown(tap) && tap.origin.seq < link.origin.seq));
            }
        }
        own.into_iter().chain(before)
    }

    /// How many records about a person have a number above `after`.
    #[must_use]
    pub fn records_after(&self, learner: LearnerId, after: u64) -> usize {
        self.own(learner, after).map(|fact| fact.origin.seq).collect::<BTreeSet<_>>().len()
    }

    /// Choices of how to see and hear that a person made here after `after`, oldest first.
    #[must_use]
    pub fn preferences(&self, learner: LearnerId, after: u64) -> Vec<(String, String)> {
        let facts = self.facts(&Key::Learner(learner), after).into_iter();
        let chosen = facts.filter_map(|fact| match fact.kind {
            Kind::Visit(Visit::Preference { key, value, .. }) => Some((key, value)),
            _ => None,
        });
        chosen.collect()
    }

    /// What a person watched here after `after`, by lesson: stretches in milliseconds as recorded, and where it stopped last.
    #[must_use]
    pub fn watched(&self, learner: LearnerId, after: u64) -> BTreeMap<LessonKey, (Vec<(u32, u32)>, u32)> {
        let mut watched: BTreeMap<LessonKey, (Vec<(u32, u32)>, u32)> = BTreeMap::new();
        for fact in self.facts(&Key::Learner(learner), after) {
            if let Kind::Learning(Learning::Watched { lesson, ranges, stopped_ms, .. }) = fact.kind {
                let (stretches, stopped) = watched.entry(lesson).or_default();
                stretches.extend(ranges);
                *stopped = stopped_ms;
            }
        }
        watched
    }

    /// When a person last came to a session here.
    #[must_use]
    pub fn came_last(&self, learner: LearnerId) -> Option<Time> {
        let came = |fact: &Fact| matches!(fact.kind, Kind::Presence(Presence::CheckIn { .. }));
        self.newest_first(Key::Learner(learner)).find(came).map(|fact| fact.at)
    }
}

fn is_unknown(fact: &Fact) -> bool {
    matches!(fact.kind, Kind::Card(Card::Unknown { .. }))
}
