// SPDX-License-Identifier: GPL-3.0-or-later
//! The sign-in sheet (签到表) of a session, with the names that a kiosk knows: masks and tails.

use std::path::PathBuf;

use xuedian_domain::{id::SessionId, time::Time};
use xuedian_papers::{Fonts, Names, Remark, SYSTEM_FONT, SignInRow, SignInSheet, SignInTotals};

use super::{Director, Wake, show::agenda};
use crate::{book::RollLine, view::PaperState};

impl Director {
    /// Makes PDF and XLSX on a thread of their own; the answer comes back as a wake.
    pub(super) fn make_papers(&mut self) {
        let Some(sheet) = self.desk.session.and_then(|session| self.sheet(session)) else { return };
        self.desk.paper = Some(PaperState::Making);
        let (folder, font) = (self.rim.papers.clone(), self.rim.paper_font.clone());
        let wakes = self.rim.wakes.clone();
        let write = move || {
            let fonts = Fonts::read(&font, &[PathBuf::from(SYSTEM_FONT)]);
            let result =
                fonts.and_then(|mut fonts| sheet.write(&folder, &mut fonts)).map_err(|error| error.to_string());
            let _ = wakes.blocking_send(Wake::Paper(result));
        };
        if let Err(error) = std::thread::Builder::new().name("papers".into()).spawn(write) {
            self.desk.paper_is(Err(error.to_string()));
        }
    }

    fn sheet(&self, session: SessionId) -> Option<SignInSheet> {
        let plan = self.book.plan(session)?;
        let story = self.book.story(session);
        let zone = self.point.zone();
        let start = plan.start.plus_minutes(i64::from(story.delay));
        let roll = self.book.roll(session);
        let here: Vec<_> = roll.iter().filter(|line| !line.undone).collect();
        let staff = self.state.staff.as_ref().and_then(|s| self.people.staff(s.staff));
        let listeners = here.iter().filter(|line| line.sits_in).count();
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Some(SignInSheet {
            organisation: self.point.settings.as_ref().map_or_else(String::new, |s| s.site_name.zh.clone()),
            activity: plan.title.zh.clone(),
            date: start.local_day(&zone),
            start: start.zoned(&zone).time(),
            end: agenda::end(plan, &story).zoned(&zone).time(),
            place: self.point.place(plan, story.moved_to, crate::view::Language::Chinese),
            teacher: plan.teacher.clone(),
            names: Names::Masked,
            rows: here.iter().map(|line| self.sheet_row(line, session)).collect(),
            totals: SignInTotals {
                expected: (!plan.due.is_empty()).then(|| count(plan.due.len())),
                present: story.heads.unwrap_or_else(|| self.book.present(session)),
                on_leave: 0,
                listeners: count(listeners),
            },
            filled_in_by: staff.map_or_else(String::new, |s| s.mask),
            checked_by: String::new(),
        })
    }

    fn sheet_row(&self, line: &RollLine, session: SessionId) -> SignInRow {
        let zone = self.point.zone();
        let time = |at: Time| at.zoned(&zone).time();
        let person = self.person_with_tail(line.learner);
        let award = self
            .own_awards(line.learner)
            .into_iter()
            .find(|award| award.source == xuedian_domain::record::AwardSource::Session(session));
        let mut remarks = Vec::new();
        if line.by_hand {
            remarks.push(Remark::ByHand);
        }
        if line.sits_in {
            remarks.push(Remark::Listener);
        }
        SignInRow {
            name: person.mask,
            card_tail: person.tail,
            signed_in: Some(time(line.came)),
            signed_out: line.left.map(time),
            class_hours: award.and_then(|a| u32::try_from(a.amount).ok()),
            remarks,
        }
    }
}
