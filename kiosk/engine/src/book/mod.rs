// SPDX-License-Identifier: GPL-3.0-or-later
//! The book: what this kiosk's own records come to.
//!
//! The latest records are folded in memory. Of those before them a shelf on the disk tells where in the journal they stand, so
//! that a start reads a few thousand lines however long the journal is, and a tap only what is about the person and the
//! sessions it concerns. The shelf is a view: thrown away when in doubt, and made anew beside the running kiosk. A book says
//! the same however much of it stands on the shelf, which a test holds.

mod attendance;
mod key;
mod linked;
mod person;
mod recent;
mod shelf;
mod shelving;
mod story;

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap, HashSet},
    path::Path,
    sync::Arc,
};

use xuedian_domain::{
    id::{RecordId, SessionId},
    record::{Account, Card, Fact, Kind, Record, Session},
    session::SessionPlan,
    timeline::Timeline,
};
use xuedian_journal::{JournalReader, ReadError};

use attendance::Sheet;
use key::Key;
use recent::Recent;
use shelf::{Reach, Shelf};

pub use attendance::RollLine;
pub use linked::LinkedCard;
pub use shelving::{Hold, ShelvingError, shelve};
pub use story::Story;

/// Sheets and stretches of the shelf that are held at a time: a day has fewer sessions, and an hour fewer people.
const HELD: usize = 256;

/// What this kiosk's own records come to.
#[derive(Debug, Default)]
pub struct Book {
    agenda: Vec<SessionPlan>,
    /// Those of the agenda and those made here, by start.
    plans: Vec<SessionPlan>,
    timeline: Timeline,
    recent: Recent,
    undone: HashSet<RecordId>,
    handed_out: usize,
    last_seq: u64,
    shelf: Option<Shelf>,
    /// The last record that is looked for on the shelf.
    through: u64,
    sheets: RefCell<HashMap<SessionId, Arc<Sheet>>>,
    off_shelf: RefCell<OffShelf>,
}

/// What was read off the shelf, and up to which record.
type OffShelf = HashMap<(Key, u64), Arc<[Fact]>>;

impl Book {
    /// Reads the book of a journal; `views` is the folder of its shelf, and `hold` says what is read at most. Without a
    /// shelf that reaches far enough only the latest records are known, until [`shelve`] has made one and
    /// [`Book::look_at_shelf`] has seen it.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn open(views: &Path, journal: JournalReader, hold: Hold) -> Result<Self, ReadError> {
        let newest = journal.count()?;
        let mut book = Self { shelf: Some(Shelf::open(views, journal)), ..Self::default() };
        book.look_at_shelf();
        let from = book.through.max(newest.saturating_sub(hold.most));
        let latest = book.shelf.as_ref().map(|shelf| shelf.lines(from)).transpose()?;
        book.extend(latest.into_iter().flatten());
        Ok(book)
    }

    /// The shelf grew, or is there for the first time: what stands on it is held in memory no longer.
    pub fn look_at_shelf(&mut self) {
        let Some(shelf) = &mut self.shelf else { return };
        let Reach { through, timeline, handed_out, undone } = match shelf.reach() {
            Ok(reach) => reach,
            Err(error) => {
                tracing::error!(%error, "the shelf cannot be read");
                return;
            }
        };
        let recent = std::mem::take(&mut self.recent).into_records_after(through);
        let (agenda, shelf) = (std::mem::take(&mut self.agenda), self.shelf.take());
        let last_seq = self.last_seq.max(through);
        *self = Self { agenda, shelf, through, timeline, handed_out, undone, last_seq, ..Self::default() };
        self.extend(recent);
        self.order_plans();
    }

    /// The sessions of the agenda in force, in the place of those before. What was made here stays.
    pub fn set_plans(&mut self, plans: impl IntoIterator<Item = SessionPlan>) {
        self.agenda = plans.into_iter().collect();
        self.order_plans();
    }

    fn order_plans(&mut self) {
        let made_here = self.facts(&Key::MadeHere, 0).into_iter().filter_map(|fact| match fact.kind {
            Kind::Session(Session::Opened { made_here: Some(plan), .. }) => Some(*plan),
            _ => None,
        });
        let mut plans: BTreeMap<SessionId, SessionPlan> = made_here.map(|plan| (plan.id, plan)).collect();
        plans.extend(self.agenda.iter().map(|plan| (plan.id, plan.clone())));
        self.plans = plans.into_values().collect();
        self.plans.sort_by_key(|plan| (plan.start, plan.id));
    }

    /// All sessions known, by start.
    #[must_use]
    pub fn plans(&self) -> &[SessionPlan] {
        &self.plans
    }

    /// One session.
    #[must_use]
    pub fn plan(&self, session: SessionId) -> Option<&SessionPlan> {
        self.plans.iter().find(|plan| plan.id == session)
    }

    /// Adds the next records.
    pub fn extend(&mut self, records: impl IntoIterator<Item = Record>) {
        for record in records {
            self.add(record);
        }
    }

    /// Adds the next record.
    pub fn add(&mut self, record: Record) {
        self.last_seq = record.origin.seq;
        let made_here = matches!(record.kind, Kind::Session(Session::Opened { made_here: Some(_), .. }));
        match &record.kind {
            Kind::Account(Account::Reversal { of, .. }) => {
                self.undone.insert(*of);
                // Of which session the record was, nobody has noted: it happens a few times a day.
                self.sheets.get_mut().clear();
            }
            Kind::Card(Card::Linked { printed_no: Some(_), .. }) => self.handed_out += 1,
            _ => {}
        }
        if let Some(session) = key::session_of(&record.kind) {
            self.sheets.get_mut().remove(&session);
        }
        let moved = self.recent.push(record, &mut self.timeline).moved;
        if moved {
            self.sheets.get_mut().clear();
            self.off_shelf.get_mut().clear();
        }
        if moved || made_here {
            self.order_plans();
        }
    }

    /// The facts that are held in memory, oldest first: those of today are among them.
    pub fn latest(&self) -> impl Iterator<Item = Fact> + '_ {
        self.recent.all(&self.timeline)
    }

    /// The number of the last record; 0: there is none.
    #[must_use]
    pub fn last_seq(&self) -> u64 {
        self.last_seq
    }

    /// Whether a record was taken back.
    #[must_use]
    pub fn is_reversed(&self, record: RecordId) -> bool {
        self.undone.contains(&record)
    }

    /// All facts about something with a number above `after`, oldest first.
    fn facts(&self, key: &Key, after: u64) -> Vec<Fact> {
        let mut facts: Vec<Fact> = self.shelved(key, after);
        facts.extend(self.recent.about(key, after, &self.timeline));
        facts
    }

    fn shelved(&self, key: &Key, after: u64) -> Vec<Fact> {
        let Some(shelf) = self.shelf.as_ref().filter(|_| after < self.through) else { return Vec::new() };
        if let Some(held) = self.off_shelf.borrow().get(&(*key, after)) {
            return held.to_vec();
        }
        let numbers = shelf.numbers(key, after, self.through);
        let facts = shelf.facts(&numbers, &self.timeline);
        let mut held = self.off_shelf.borrow_mut();
        if held.len() >= HELD {
            held.clear();
        }
        held.insert((*key, after), facts.clone().into());
        facts
    }

    /// The same, the newest first, and read only as far as it is asked for.
    fn newest_first(&self, key: Key) -> impl Iterator<Item = Fact> + '_ {
        let shelved = self.shelf.as_ref().into_iter().flat_map(move |shelf| {
            let numbers = shelf.numbers(&key, 0, self.through).into_iter().rev();
            numbers.filter_map(|seq| shelf.fact(seq, &self.timeline))
        });
        self.recent.about(&key, 0, &self.timeline).rev().chain(shelved)
    }
}
