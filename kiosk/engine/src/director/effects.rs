// SPDX-License-Identifier: GPL-3.0-or-later
//! What the domain decided, carried out.

use xuedian_domain::{
    decide::{Effect, Event, Outcome},
    record::Kind,
};
use xuedian_journal::Draft;
use xuedian_protocol::records::{encode, read_line};

use super::{
    Director, Kept, Rim,
    desk::{Handing, Task},
    heard::heard,
    place::Place,
};
use crate::ports::{
    media::MediaCommand,
    signals::{Light, SignalCommand},
    sound::{Earcon, Saying, SoundCommand},
};

impl Director {
    pub(super) fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Record { commit, drafts } => {
                let drafts = drafts.iter().map(|(id, kind)| draft(id.to_string(), kind)).collect();
                if self.rim.append(&self.clock, Some(commit), drafts) {
                    self.told.reading = true;
                } else {
                    self.decide(Event::RecordFailed(commit));
                }
            }
            Effect::Tell(outcome) => self.tell(outcome),
            Effect::Reading => {
                self.told.reading = true;
                Rim::tell(&self.rim.signals, SignalCommand::Light(Light::Reading));
            }
            Effect::QuestionGone => self.told.question_gone(&mut self.way),
            Effect::VisitOver(_) => self.visit_is_over(),
            Effect::AreYouThere => {
                self.ring(Earcon::Already);
                self.say(Saying::StillThere);
            }
            Effect::PauseLesson => Rim::tell(&self.rim.media, MediaCommand::Pause),
            Effect::StaffOver => self.staff_are_gone(),
            Effect::Reset { by, unsent } => self.reset_is_decided(by, unsent),
            Effect::ResetOff => self.reset_is_off(),
            Effect::Anomaly(what) => tracing::warn!(what, "anomaly"),
        }
    }

    pub(super) fn on_kept(&mut self, kept: Kept) {
        match kept.result {
            Ok(stored) => {
                tracing::debug!(records = stored.len(), "records kept");
                self.faults.journal_writes();
                for record in &stored {
                    match read_line(&record.line) {
                        Ok((record, Some(kind))) => self.book.add(record.with(kind)),
                        Ok((_, None)) => {}
                        Err(error) => tracing::error!(%error, "a record of our own cannot be read"),
                    }
                }
                if let Some(commit) = kept.commit {
                    self.decide(Event::Recorded(commit));
                }
            }
            Err(error) => {
                tracing::error!(%error, "records were not kept");
                self.faults.journal_fails();
                if let Some(commit) = kept.commit {
                    self.decide(Event::RecordFailed(commit));
                }
            }
        }
        self.told.reading = self.state.waits_for_disk();
    }

    fn tell(&mut self, outcome: Outcome) {
        if let Some(heard) = heard(&outcome) {
            self.ring(heard.earcon);
            Rim::tell(&self.rim.signals, SignalCommand::Light(heard.light()));
            Rim::tell(&self.rim.signals, SignalCommand::Buzz(heard.buzz()));
            if let Some(saying) = heard.saying.filter(|_| !self.is_in_queue(&outcome)) {
                self.say(saying);
            }
        }
        match outcome {
            Outcome::VisitOpened { learner } => self.visit_is_open(learner),
            Outcome::StaffOn { .. } => self.staff_are_here(),
            Outcome::Done(act) => self.desk_done(&act),
            Outcome::LessonEarned { earning } => self.lesson_earned(earning.amount),
            Outcome::Linked { learner, printed_no } => self.desk_linked(learner, printed_no.is_some()),
            Outcome::SamePerson => self.same_person(),
            Outcome::NotLinked(why) => self.desk.task = Task::Card(Handing::Failed(why)),
            outcome => self.show_result(outcome),
        }
    }

    fn visit_is_open(&mut self, learner: Option<xuedian_domain::id::LearnerId>) {
        self.preferences.begin(learner.map(|l| self.prefers_of(l)));
        if std::mem::take(&mut self.told.entering) {
            return;
        }
        match (learner, self.way.here()) {
            // A guest who touched a picture is on the way to it already.
            (None, Place::Idle | Place::Result { .. }) | (Some(_), _) => self.way.begin(Place::Home),
            (None, _) => {}
        }
    }

    fn visit_is_over(&mut self) {
        self.end_lesson();
        self.preferences.end();
        if !matches!(self.way.here(), Place::Result { .. } | Place::Staff) {
            self.way.begin(Place::Idle);
        }
    }

    pub(super) fn ring(&self, earcon: Earcon) {
        if !self.is_silent() {
            Rim::tell(&self.rim.sound, SoundCommand::Ring(earcon));
        }
    }

    pub(super) fn say(&self, saying: Saying) {
        if self.preferences.voice() && !self.is_silent() {
            Rim::tell(&self.rim.sound, SoundCommand::Say { saying, tongue: self.preferences.tongue() });
        }
    }

    /// 馆内静音: light and text only.
    fn is_silent(&self) -> bool {
        self.point.settings.as_ref().is_some_and(|s| s.silent)
    }
}

fn draft(id: String, kind: &Kind) -> Draft {
    let (name, body) = encode(kind);
    Draft { id, kind: name.to_owned(), body }
}
