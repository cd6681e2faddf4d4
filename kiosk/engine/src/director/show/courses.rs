// SPDX-License-Identifier: GPL-3.0-or-later
//! Courses, lessons and what a person has seen of them.

use std::collections::{BTreeMap, HashMap};

use xuedian_domain::id::LessonKey;
use xuedian_protocol::documents::{CourseEntry, Covered, LessonEntry};

use super::super::point::{Point, entry};
use crate::view::{Course, CourseCard, Courses, Language, Lesson, LessonState, Topic};

/// Coverage that counts as done, hundredths; the rule's own share decides about credit.
const DONE: u64 = 85;

/// What is known of a person's lessons: the hub's standing, and this kiosk's records on top.
pub struct Seen<'a> {
    standing: HashMap<&'a str, &'a Covered>,
    own: Watched,
}

/// What a person watched here that the standing does not contain: stretches, and where it stopped last, by lesson.
pub type Watched = BTreeMap<LessonKey, (Vec<(u32, u32)>, u32)>;

impl<'a> Seen<'a> {
    pub fn new(own: Watched, standing: &'a [Covered]) -> Self {
        Self { standing: standing.iter().map(|c| (c.lesson.as_str(), c)).collect(), own }
    }

    /// Stretches seen, milliseconds, merged; and where the person stopped last.
    pub fn of(&self, lesson: &str) -> (Vec<(u32, u32)>, Option<u32>) {
        let before = self.standing.get(lesson);
        let mut stretches: Vec<_> = before.map(|c| c.ranges.clone()).unwrap_or_default();
        let mut stopped = before.map(|c| c.stopped_ms);
        if let Some((own, own_stop)) = self.own.get(&LessonKey(lesson.to_owned())) {
            stretches.extend(own);
            stopped = Some(*own_stop);
        }
        (merged(stretches), stopped)
    }

    fn state(&self, lesson: &LessonEntry) -> LessonState {
        if lesson.video.is_none() {
            return LessonState::Away;
        }
        let (stretches, _) = self.of(&lesson.lesson);
        let covered: u64 = stretches.iter().map(|(from, to)| u64::from(to - from)).sum();
        let share = covered * 100 / u64::from(lesson.length_ms.max(1));
        match share {
            0 => LessonState::New,
            share if share >= DONE => LessonState::Done,
            share => LessonState::Begun(u8::try_from(share.min(99)).unwrap_or(99)),
        }
    }
}

/// Sorted, disjoint stretches.
pub fn merged(mut stretches: Vec<(u32, u32)>) -> Vec<(u32, u32)> {
    stretches.retain(|(from, to)| from < to);
    stretches.sort_unstable();
    let mut merged: Vec<(u32, u32)> = Vec::new();
    for (from, to) in stretches {
        match merged.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => merged.push((from, to)),
        }
    }
    merged
}

/// Whole minutes of so many milliseconds, at least one.
pub fn minutes(ms: u32) -> u32 {
    ms.div_ceil(60_000).max(1)
}

pub fn card(point: &Point, course: &CourseEntry, seen: &Seen<'_>, credit: i64, language: Language) -> CourseCard {
    let topic = point.catalogue.topics.iter().find(|t| t.topic == course.topic);
    let picture = if course.picture.is_empty() { topic.map_or("", |t| t.picture.as_str()) } else { &course.picture };
    let short = entry(&course.short, language);
    let tiny = entry(&course.tiny, language);
    let states: Vec<_> = course.lessons.iter().map(|l| seen.state(l)).collect();
    CourseCard {
        id: course.course.clone(),
        number: course.number,
        title: entry(&course.title, language),
        tiny: if tiny.is_empty() { short.clone() } else { tiny },
        short,
        picture: picture.to_owned(),
        lessons: u32::try_from(course.lessons.len()).unwrap_or(u32::MAX),
        minutes: minutes(course.lessons.iter().fold(0_u32, |sum, l| sum.saturating_add(l.length_ms))),
        credit,
        begun: states.iter().any(|s| matches!(s, LessonState::Begun(_)))
            || states.contains(&LessonState::Done) && states.contains(&LessonState::New),
    }
}

/// The page of one course.
pub fn course(point: &Point, course: &CourseEntry, seen: &Seen<'_>, credit: i64, language: Language) -> Course {
    let lessons: Vec<Lesson> = course
        .lessons
        .iter()
        .map(|l| Lesson {
            number: l.number,
            title: entry(&l.title, language),
            minutes: minutes(l.length_ms),
            state: seen.state(l),
        })
        .collect();
    let to_see = |l: &&Lesson| matches!(l.state, LessonState::New | LessonState::Begun(_));
    let next = lessons.iter().find(to_see).or(lessons.first()).map_or(1, |l| l.number);
    let institution = point.catalogue.institutions.iter().find(|i| i.institution == course.institution);
    Course {
        card: card(point, course, seen, credit, language),
        institution: institution.map_or_else(String::new, |i| entry(&i.name, language)),
        lessons,
        next,
    }
}

/// Topics that have a course, or the courses of one.
pub fn courses(point: &Point, topic: Option<&str>, cards: Vec<(String, CourseCard)>, language: Language) -> Courses {
    let topics: Vec<Topic> = point
        .catalogue
        .topics
        .iter()
        .filter(|t| cards.iter().any(|(of, _)| *of == t.topic))
        .map(|t| Topic {
            id: t.topic.clone(),
            name: entry(&t.name, language),
            short: entry(&t.name, language),
            picture: t.picture.clone(),
        })
        .collect();
    Courses {
        topic: topic.and_then(|id| topics.iter().find(|t| t.id == id).cloned()),
        topics,
        courses: cards.into_iter().filter(|(of, _)| topic.is_none_or(|t| t == of)).map(|(_, card)| card).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_merge_and_never_grow() {
        assert_eq!(merged(vec![(5, 9), (0, 6), (20, 20), (30, 40), (9, 10)]), [(0, 10), (30, 40)]);
    }
}
