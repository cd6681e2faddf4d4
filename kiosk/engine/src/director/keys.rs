// SPDX-License-Identifier: GPL-3.0-or-later
//! What a finger asks for.

use xuedian_domain::decide::{Event, VisitKey};

use super::{Director, Rim, desk::Task, place::Place};
use crate::{
    command::{Open, Prefer, TechnicianCommand, UiCommand},
    ports::{
        signals::{Light, SignalCommand},
        sound::{Earcon, Saying},
    },
    view::TypeSize,
};

impl Director {
    pub(super) fn key(&mut self, command: UiCommand) {
        if self.state.resetting && !matches!(command, UiCommand::Prefer(_)) {
            return;
        }
        match command {
            UiCommand::Touched => {}
            UiCommand::Back => self.back(),
            UiCommand::Leave => self.decide_leave(),
            UiCommand::Help => self.way.go(Place::Help(false)),
            UiCommand::Enter => self.enter(Place::Home),
            UiCommand::StillHere => self.decide(Event::Visit(VisitKey::StillHere)),
            UiCommand::Prefer(choice) => self.prefer(choice),
            UiCommand::Answer(key, answer) => self.answer(key, &answer),
            UiCommand::Open(page) => self.open(page),
            UiCommand::Player(command) => self.player_key(command),
            UiCommand::Staff(command) => self.staff_key(command),
            UiCommand::Technician(command) => self.technician_key(command),
            UiCommand::CallStaff => self.call_staff(),
        }
    }

    fn back(&mut self) {
        match self.way.here() {
            Place::Result { key, .. } => {
                let learner = self.told.learner_of(*key);
                match learner {
                    Some(learner) if self.state.question.is_none() && self.state.staff.is_none() => {
                        self.decide(Event::Visit(VisitKey::Continue(learner)));
                        self.way.begin(Place::Home);
                    }
                    _ => self.way.back(Place::Idle),
                }
            }
            Place::Player => {
                self.end_lesson();
                self.way.back(Place::Home);
            }
            Place::Home => self.decide_leave(),
            Place::Staff if self.desk.task == Task::Update => self.update_read(),
            Place::Staff if self.desk.back() => {}
            Place::Staff => self.staff_key(crate::command::StaffCommand::Choose),
            _ => {
                let beginning = if self.state.visit.is_some() { Place::Home } else { Place::Idle };
                self.way.back(beginning);
            }
        }
    }

    fn decide_leave(&mut self) {
        if self.state.staff.is_some() && matches!(self.way.here(), Place::Staff | Place::Reset(_)) {
            self.decide(Event::Staff(xuedian_domain::decide::StaffAct::Off));
        } else if self.state.visit.is_some() {
            self.decide(Event::Visit(VisitKey::Leave));
        } else {
            self.preferences.end();
            self.way.begin(Place::Idle);
        }
    }

    /// Somebody chose a language or opened a page without being anybody, and walked on: the next one finds what is always there.
    /// Pages of whoever sets the box up stay.
    pub(super) fn left_alone(&mut self) {
        let nobody = self.state.visit.is_none() && self.state.staff.is_none() && self.state.question.is_none();
        let stays = match self.way.here() {
            Place::Result { .. } | Place::Pairing | Place::SelfTest | Place::Reset(_) => true,
            Place::Trouble => self.faults.settings.is_some(),
            _ => false,
        };
        if nobody && !stays && self.clock.mono_ms() - self.touched_ms >= self.state.timing.idle_ms {
            self.preferences.end();
            if self.way.here() != &Place::Idle {
                self.way.begin(Place::Idle);
            }
        }
    }

    /// Goes to a page that needs somebody at the screen: whoever was just told a result, or else a guest.
    fn enter(&mut self, place: Place) {
        let told = match self.way.here() {
            Place::Result { key, .. } => self.told.learner_of(*key),
            _ => None,
        };
        match (told, &self.state.visit) {
            (Some(learner), _) => {
                self.told.entering = self.state.visit.as_ref().is_none_or(|visit| visit.learner != Some(learner));
                self.decide(Event::Visit(VisitKey::Continue(learner)));
            }
            (None, None) => self.decide(Event::Visit(VisitKey::Guest)),
            (None, Some(_)) => {}
        }
        if matches!(self.way.here(), Place::Idle | Place::Result { .. } | Place::Trouble) {
            self.way.begin(Place::Home);
        }
        self.way.go(place);
    }

    fn open(&mut self, page: Open) {
        match page {
            Open::Home => self.enter(Place::Home),
            Open::Courses => self.enter(Place::Courses(None)),
            Open::Topic(id) => self.enter(Place::Courses(Some(id))),
            Open::Keypad => self.enter(Place::Keypad(None)),
            Open::Number(number) => self.open_number(number),
            Open::Course(id) => self.enter(Place::Course(id)),
            Open::Lesson { course, lesson, from_start } => {
                self.enter(Place::Course(course.clone()));
                self.start_lesson(&course, lesson, from_start);
            }
            Open::MyCredits => self.enter(Place::MyCredits),
            Open::WhatsOn => self.way.go(Place::WhatsOn),
            Open::Trouble => self.way.go(Place::Trouble),
            Open::Pairing => self.way.go(Place::Pairing),
        }
    }

    fn open_number(&mut self, number: u32) {
        let course = self.point.catalogue.courses.iter().find(|c| c.number == number);
        match course.map(|c| c.course.clone()) {
            Some(id) => self.enter(Place::Course(id)),
            None => {
                if let Some(here @ Place::Keypad(_)) = self.way.here_mut() {
                    *here = Place::Keypad(Some(number));
                }
                self.ring(Earcon::Refused);
            }
        }
    }

    fn prefer(&mut self, choice: Prefer) {
        let (key, value) = self.preferences.change(choice);
        self.decide(Event::Visit(VisitKey::Prefer { key: key.to_owned(), value: value.to_owned() }));
        if let Prefer::TypeSize(size) = choice {
            self.say(match size {
                TypeSize::Normal => Saying::TypeNormal,
                TypeSize::Large => Saying::TypeLarge,
                TypeSize::VeryLarge => Saying::TypeVeryLarge,
            });
        }
    }

    fn technician_key(&mut self, command: TechnicianCommand) {
        match command {
            TechnicianCommand::SelfTest => self.way.go(Place::SelfTest),
            TechnicianCommand::CheckAgain => {}
            TechnicianCommand::PlaySound => self.ring(Earcon::Accepted),
            TechnicianCommand::NewCode => (self.rim.send_now)(),
            TechnicianCommand::AskReset => self.ask_reset(),
            TechnicianCommand::Reset => self.reset_wanted(),
        }
    }

    fn call_staff(&mut self) {
        self.ring(Earcon::StaffNeeded);
        Rim::tell(&self.rim.signals, SignalCommand::Light(Light::Trouble));
        if let Some(here @ Place::Help(_)) = self.way.here_mut() {
            *here = Place::Help(true);
        }
    }
}
