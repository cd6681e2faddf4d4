// SPDX-License-Identifier: GPL-3.0-or-later
//! The sign-in sheet (签到表) with whole names, which only a hub knows. Internal paper: it is printed and signed, never published.

use std::collections::HashMap;

use jiff::civil::Date;
use thiserror::Error;
use xuedian_domain::{
    id::LearnerId,
    record::{AwardSource, Change, Kind, Session},
    session::SessionPlan,
    settle::{Held, Stay},
    time::Time,
};
use xuedian_papers::{Names, Remark, SignInRow, SignInSheet, SignInTotals};
use xuedian_protocol::documents::Agenda;

use crate::{
    documents::PublishError,
    hub::Hub,
    standing::{Folded, Settled},
    store::{Person, PersonId, StoreError},
};

/// No sheet can be made.
#[derive(Debug, Error)]
pub enum SheetError {
    /// What it is made from cannot be read.
    #[error(transparent)]
    Settling(#[from] PublishError),
    /// People cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Hub {
    /// The sheets of all sessions that were held on a day of the district, by their start. One that nobody came to has no sheet.
    ///
    /// # Errors
    /// When records or people cannot be read.
    pub fn sign_in_sheets(&self, day: Date) -> Result<Vec<SignInSheet>, SheetError> {
        self.read_new_records()?;
        let (folded, agenda, rules) = (self.folded(), self.agenda()?, self.rules()?);
        let settled = self.settle_all(&folded, &rules)?;
        let people: HashMap<LearnerId, Person> = self.store.people()?.into_iter().filter_map(by_learner).collect();
        let office = Office { hub: self, folded: &folded, settled: &settled, agenda: &agenda, people: &people };
        let held = settled.settlement.sessions.iter().filter(|held| held.start.local_day(&self.zone) == day);
        Ok(held.filter_map(|held| office.sheet(held)).filter(|sheet| !sheet.rows.is_empty()).collect())
    }
}

fn by_learner(person: Person) -> Option<(LearnerId, Person)> {
    match person.id {
        PersonId::Learner(learner) => Some((learner, person)),
        PersonId::Staff(_) => None,
    }
}

/// What lies on the desk while a sheet is written.
struct Office<'a> {
    hub: &'a Hub,
    folded: &'a Folded,
    settled: &'a Settled,
    agenda: &'a Agenda,
    people: &'a HashMap<LearnerId, Person>,
}

impl Office<'_> {
    fn sheet(&self, held: &Held) -> Option<SignInSheet> {
        let plan = self.settled.plans.iter().find(|plan| plan.id == held.session)?;
        let mut stays: Vec<&Stay> =
            self.settled.settlement.stays.iter().filter(|stay| stay.session == held.session).collect();
        stays.sort_by_key(|stay| (stay.arrived, stay.learner));
        let site = self.agenda.sites.iter().find(|site| site.site == plan.site)?;
        let awards: HashMap<LearnerId, i64> = self
            .settled
            .settlement
            .awards
            .iter()
            .filter(|award| award.source == AwardSource::Session(held.session))
            .map(|award| (award.learner, award.amount))
            .rev()
            .collect();
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Some(SignInSheet {
            organisation: site.name.zh.clone(),
            activity: plan.title.zh.clone(),
            date: held.start.local_day(&self.hub.zone),
            start: self.clock(held.start),
            end: self.clock(held.real_end),
            place: self.place(plan),
            teacher: plan.teacher.clone(),
            names: Names::Whole,
            rows: stays.iter().map(|stay| self.row(stay, awards.get(&stay.learner))).collect(),
            totals: SignInTotals {
                expected: (!plan.due.is_empty()).then(|| count(plan.due.len())),
                present: held.heads.unwrap_or_else(|| count(stays.len())),
                // Who takes leave is no longer among those who are due.
                on_leave: 0,
                listeners: count(stays.iter().filter(|stay| stay.sits_in).count()),
            },
            filled_in_by: String::new(),
            checked_by: String::new(),
        })
    }

    /// The room's name; the one that staff moved it to, when they did.
    fn place(&self, plan: &SessionPlan) -> String {
        let moved = self.folded.records().iter().rev().find_map(|record| match &record.kind {
            Kind::Session(Session::Changed { session, change: Change::Moved { room }, .. }) if *session == plan.id => {
                Some(*room)
            }
            _ => None,
        });
        let mut rooms = self.agenda.sites.iter().flat_map(|site| &site.rooms);
        let name = moved.and_then(|moved| rooms.find(|room| room.room == moved)).map(|room| room.name.zh.clone());
        name.unwrap_or_else(|| plan.room.name.zh.clone())
    }

    /// The hands of the district's clock.
    fn clock(&self, at: Time) -> jiff::civil::Time {
        at.zoned(&self.hub.zone).time()
    }

    fn row(&self, stay: &Stay, earned: Option<&i64>) -> SignInRow {
        let person = self.people.get(&stay.learner);
        let mut remarks = Vec::new();
        if stay.by_staff {
            remarks.push(Remark::ByHand);
        }
        if stay.sits_in {
            remarks.push(Remark::Listener);
        }
        if stay.on_paper {
            remarks.push(Remark::LateEntry);
        }
        SignInRow {
            // A numbered card whose person has not been named yet: the line is for a name by hand.
            name: person.map_or_else(String::new, |person| person.name.clone()),
            card_tail: person.map_or_else(String::new, |person| person.tail.clone()),
            signed_in: stay.arrived.map(|at| self.clock(at)),
            signed_out: stay.left.map(|at| self.clock(at)),
            class_hours: earned.and_then(|amount| u32::try_from(*amount).ok()),
            remarks,
        }
    }
}
