// SPDX-License-Identifier: GPL-3.0-or-later
//! From the state to a view, and to the screen when it differs.

use std::sync::Arc;

use xuedian_domain::{id::LearnerId, session::ActivityKind, time::Time};
use xuedian_protocol::documents::{CourseEntry, Covered, StaffRole};

use super::{
    Director,
    place::Place,
    point::entry,
    show::{
        agenda::Lists,
        courses::{self, Seen},
        moment,
    },
};
use crate::view::{
    Check, CheckKind, CheckState, Clock, CourseCard, Help, Home, Idle, Keypad, Page, Player, SelfTest, Title, View,
    Visitor, WhatsOn,
};

impl Director {
    /// Shows what is, if it differs from what is shown.
    pub(super) fn publish(&mut self) {
        let view = Arc::new(self.view());
        if self.last_view.as_ref().is_none_or(|last| **last != *view) {
            self.last_view = Some(Arc::clone(&view));
            self.rim.view.send_replace(view);
        }
    }

    fn view(&self) -> View {
        let known = self.clock.stamp().clock != xuedian_domain::time::Clock::Unset;
        let language = self.preferences.language();
        View {
            now: known.then(|| moment::moment(self.clock.now(), &self.point.zone())),
            site: self.point.settings.as_ref().map_or_else(String::new, |s| entry(&s.site_name, language)),
            preferences: self.preferences.in_force(),
            visitor: self.visitor(),
            page: self.page(),
            band: self.told.band().cloned(),
            still_there: self.still_there(),
            reading: self.told.reading,
            trouble: self.faults.worst(),
            results: self.told.results.clone(),
        }
    }

    fn page(&self) -> Page {
        match self.way.here() {
            Place::Idle => self.idle_or_trouble(),
            Place::Result { key, .. } => self.result_page(*key),
            Place::Home => Page::Home(self.home()),
            Place::Courses(topic) => Page::Courses(courses::courses(
                &self.point,
                topic.as_deref(),
                self.course_cards(),
                self.preferences.language(),
            )),
            Place::Keypad(unknown) => Page::Keypad(Keypad { unknown: *unknown }),
            Place::Course(id) => match self.point.course(id) {
                Some(course) => Page::Course(self.course_page(course)),
                None => Page::Home(self.home()),
            },
            Place::Player => self.player().map_or_else(|| Page::Home(self.home()), Page::Player),
            Place::MyCredits => match self.learner() {
                Some(learner) => Page::MyCredits(self.my_credits(learner)),
                None => Page::Home(self.home()),
            },
            Place::WhatsOn => Page::WhatsOn(WhatsOn { sessions: self.lists(self.learner()).whats_on() }),
            Place::Staff => Page::Staff(self.staff_page()),
            Place::Trouble => self.faults.trouble().map_or_else(|| self.idle_or_trouble(), Page::Trouble),
            Place::SelfTest => Page::SelfTest(self.self_test()),
            Place::Pairing => Page::Pairing(self.pairing_page()),
            Place::Help(called) => Page::Help(self.help(*called)),
        }
    }

    fn idle_or_trouble(&self) -> Page {
        match self.faults.trouble() {
            // Nobody can tap: the picture says so, and courses go on.
            Some(trouble) if !trouble.still.cards => Page::Trouble(trouble),
            _ => Page::Idle(self.idle()),
        }
    }

    fn result_page(&self, key: u64) -> Page {
        let Some(result) = self.told.result(key) else { return self.idle_or_trouble() };
        let mut result = result.clone();
        if let crate::view::Outcome::MidClass { seconds_left, .. } = &mut result.outcome {
            *seconds_left = self.seconds_left();
        }
        Page::Result(result)
    }

    fn idle(&self) -> Idle {
        let lists = self.lists(None);
        Idle {
            today: lists.today(),
            courses: self.course_cards().into_iter().map(|(_, card)| card).take(3).collect(),
            notices: lists.notices(),
            set_up: self.point.is_set_up(),
        }
    }

    fn home(&self) -> Home {
        let cards = self.course_cards();
        let begun = cards.iter().find(|(_, card)| card.begun).or(cards.first());
        let course = begun.and_then(|(_, card)| self.point.course(&card.id));
        Home {
            go_on: course.map(|c| {
                let page = self.course_page(c);
                let next = page.next;
                (page, next)
            }),
            next_session: self.learner().and_then(|l| self.lists(Some(l)).next_of_mine()),
        }
    }

    pub(super) fn lists(&self, learner: Option<LearnerId>) -> Lists<'_> {
        Lists {
            point: &self.point,
            book: &self.book,
            zone: self.point.zone(),
            language: self.preferences.language(),
            now: self.clock.now(),
            learner,
        }
    }

    pub(super) fn learner(&self) -> Option<LearnerId> {
        self.state.visit.as_ref().and_then(|v| v.learner)
    }

    /// What the hub knows of the lessons of the person at the screen.
    pub(super) fn standing(&self) -> Vec<Covered> {
        self.learner().and_then(|l| self.people.standing(l)).map(|s| s.coverage).unwrap_or_default()
    }

    pub(super) fn seen<'a>(&'a self, standing: &'a [Covered]) -> Seen<'a> {
        let own = self.learner().map(|learner| self.book.watched(learner, self.through()));
        Seen::new(own.unwrap_or_default(), standing)
    }

    /// Courses that may be shown and whose films are here, with their topics.
    fn course_cards(&self) -> Vec<(String, CourseCard)> {
        let today = self.clock.now().local_day(&self.point.zone());
        let standing = self.standing();
        let seen = self.seen(&standing);
        let here = |course: &&CourseEntry| course.lessons.iter().any(|l| self.is_here(l));
        let courses = self.point.courses(today).filter(here);
        courses
            .map(|c| {
                let card = courses::card(&self.point, c, &seen, self.course_credit(c), self.preferences.language());
                (c.topic.clone(), card)
            })
            .collect()
    }

    fn course_page(&self, course: &CourseEntry) -> crate::view::Course {
        let standing = self.standing();
        let seen = self.seen(&standing);
        courses::course(&self.point, course, &seen, self.course_credit(course), self.preferences.language())
    }

    /// The picture of a session: that of a course, or of its kind.
    pub(super) fn picture_of(&self, plan: &xuedian_domain::session::SessionPlan) -> String {
        let lesson = plan.lessons.first().and_then(|key| self.point.lesson(&key.0));
        let course = lesson.map(|(course, _)| course.picture.clone()).filter(|p| !p.is_empty());
        course.unwrap_or_else(|| {
            let name = match plan.kind {
                ActivityKind::Lecture => "fraud",
                ActivityKind::Screening | ActivityKind::Showing => "exercise",
                ActivityKind::Workshop => "papercut",
                _ => "calligraphy",
            };
            name.to_owned()
        })
    }

    fn player(&self) -> Option<Player> {
        let lesson = self.lesson.as_ref()?;
        let (course, item) = self.point.lesson(&lesson.key)?;
        let language = self.preferences.language();
        let length = u64::from(lesson.length_ms.max(1));
        let share = |ms: u32| u16::try_from(u64::from(ms) * 1000 / length).unwrap_or(1000).min(1000);
        let has_next = course.lessons.iter().any(|l| l.number == lesson.number + 1 && l.video.is_some());
        let ended = lesson.playing == crate::view::Playing::Ended;
        Some(Player {
            course: entry(&course.title, language),
            lesson: lesson.number,
            title: entry(&item.title, language),
            playing: lesson.playing,
            position_ms: lesson.position_ms,
            length_ms: u64::from(lesson.length_ms),
            seen: courses::merged(self.seen_so_far(lesson)).into_iter().map(|(a, b)| (share(a), share(b))).collect(),
            earning: self.earning_view(lesson),
            caption: lesson.caption.clone(),
            speed: u16::try_from(lesson.rate.percent()).unwrap_or(100),
            volume: self.volume,
            transcript: lesson.transcript.then(|| self.transcript(lesson)),
            end: ended.then_some(crate::view::LessonEnd {
                earned: lesson.earned,
                next: has_next.then_some(lesson.number + 1),
            }),
        })
    }

    fn transcript(&self, lesson: &super::lesson::Lesson) -> Vec<String> {
        let said = lesson.cues.iter().filter(|cue| cue.from_ms <= lesson.position_ms);
        said.map(|cue| cue.text.replace('\n', "")).collect()
    }

    fn visitor(&self) -> Visitor {
        if let Some(staff) = &self.state.staff {
            let known = self.people.staff(staff.staff);
            let title = match known.as_ref().map(|k| k.role) {
                Some(StaffRole::Technician) => Title::Technician,
                _ => Title::Staff,
            };
            return Visitor::Staff(crate::view::Person::masked(known.map_or_else(String::new, |k| k.mask)), title);
        }
        match (&self.state.visit, self.way.here()) {
            (Some(visit), _) => match visit.learner {
                Some(learner) => Visitor::Learner(self.person(learner, None)),
                None => Visitor::Guest,
            },
            (None, Place::Result { key, .. }) => match self.told.learner_of(*key) {
                Some(learner) => Visitor::Learner(self.person(learner, None)),
                None => Visitor::Nobody,
            },
            (None, _) => Visitor::Nobody,
        }
    }

    pub(super) fn shown_clock(&self) -> Option<Clock> {
        let known = self.clock.stamp().clock != xuedian_domain::time::Clock::Unset;
        known.then(|| moment::clock(self.clock.now(), &self.point.zone()))
    }

    /// Whole seconds left to answer the open question.
    pub(super) fn seconds_left(&self) -> u32 {
        let asked = self.state.question.as_ref().map_or(0, |q| q.asked_ms);
        seconds(asked + self.state.timing.question_ms - self.clock.mono_ms())
    }

    fn still_there(&self) -> Option<u32> {
        let asked = self.state.visit.as_ref()?.asked_ms?;
        Some(seconds(asked + self.state.timing.answer_ms - self.clock.mono_ms()))
    }

    fn help(&self, called: bool) -> Help {
        let telephone = self.point.settings.as_ref().and_then(|s| s.telephone.clone());
        let (telephone, contact) = telephone.map_or_else(Default::default, |t| (t.number, t.name));
        Help { telephone, contact, called }
    }

    fn self_test(&self) -> SelfTest {
        let state = |good| if good { CheckState::Good } else { CheckState::Bad };
        let district = self.rim.district.borrow();
        let clock = self.clock.stamp().clock;
        let check = |kind, state, figure: String| Check { kind, state, figure };
        let at = |time: Option<Time>| time.map_or_else(String::new, |time| self.clock_figure(time));
        let disk = self.room.map_or_else(String::new, |room| format!("{} %", room.taken_percent()));
        let chain = match self.verified {
            Some(_) => CheckState::Good,
            None => {
                if self.faults.journal_doubted {
                    CheckState::Bad
                } else {
                    CheckState::Running
                }
            }
        };
        let mut test = SelfTest {
            checks: vec![
                check(CheckKind::Reader, state(self.faults.reader.is_none()), at(self.last_card)),
                check(CheckKind::Sound, state(self.faults.sound.is_none()), format!("{} %", self.volume * 10)),
                check(CheckKind::Hub, state(district.online), at(district.last_contact)),
                check(CheckKind::Queue, CheckState::Good, district.unsent.to_string()),
                check(CheckKind::Clock, state(clock > xuedian_domain::time::Clock::Estimated), String::new()),
                check(CheckKind::Disk, state(!self.faults.disk_broken && !self.faults.disk_full), disk),
                check(CheckKind::Journal, chain, self.verified.map_or_else(String::new, |n| n.to_string())),
            ],
        };
        test.checks.extend(self.updates.check());
        test
    }

    /// A time of day, or a day when it was not today: as it is on every clock.
    fn clock_figure(&self, time: Time) -> String {
        let zone = self.point.zone();
        let (then, now) = (time.zoned(&zone), self.clock.now().zoned(&zone));
        let form = if then.date() == now.date() { "%-H:%M" } else { "%Y-%m-%d" };
        then.strftime(form).to_string()
    }
}

fn seconds(ms: i64) -> u32 {
    u32::try_from(ms.max(0).div_euclid(1000)).unwrap_or(0)
}
