// SPDX-License-Identifier: GPL-3.0-or-later
//! The records that are held in memory: the latest ones.

use std::collections::HashMap;

use xuedian_domain::{
    id::{LearnerId, RecordId},
    record::{Fact, Record},
    time::Time,
    timeline::{Step, Timeline},
};

use super::key::Key;

/// The latest records, by what they are about.
#[derive(Debug, Default)]
pub(super) struct Recent {
    records: Vec<(Record, Option<Time>)>,
    by_key: HashMap<Key, Vec<usize>>,
}

impl Recent {
    /// Takes the next record of the journal.
    pub(super) fn push(&mut self, record: Record, timeline: &mut Timeline) -> Step {
        let step = timeline.step(&record);
        let at = self.records.len();
        for key in Key::of(&record) {
            self.by_key.entry(key).or_default().push(at);
        }
        self.records.push((record, step.adrift));
        step
    }

    /// Those after a number, for another book.
    pub(super) fn into_records_after(self, seq: u64) -> impl Iterator<Item = Record> {
        self.records.into_iter().map(|(record, _)| record).filter(move |record| record.origin.seq > seq)
    }

    /// Facts about something with a number above `after`, oldest first.
    pub(super) fn about<'a>(
        &'a self,
        key: &Key,
        after: u64,
        timeline: &'a Timeline,
    ) -> impl DoubleEndedIterator<Item = Fact> + use<'a> {
        let at = self.by_key.get(key).map_or(&[][..], Vec::as_slice);
        let records = at.iter().map(|at| &self.records[*at]);
        let later = records.filter(move |(record, _)| record.origin.seq > after);
        later.map(|(record, adrift)| timeline.fact(record, *adrift))
    }

    /// The card that was handed out or bound by a record.
    pub(super) fn by_id(&self, id: RecordId) -> Option<&Record> {
        let named = self.by_key.get(&Key::Learner(LearnerId(id.0)))?;
        named.iter().map(|at| &self.records[*at].0).find(|record| record.id == id)
    }

    /// All that are held, oldest first.
    pub(super) fn all<'a>(&'a self, timeline: &'a Timeline) -> impl Iterator<Item = Fact> + 'a {
        self.records.iter().map(|(record, adrift)| timeline.fact(record, *adrift))
    }
}
