// SPDX-License-Identifier: GPL-3.0-or-later
//! Home, courses and one course on the pages.

use slint::ComponentHandle;
use xuedian_engine::view::{Course, CourseCard, Courses, Day, Home, Keypad, Lesson, LessonState, Topic};

use super::{Kind, form, list, number};
use crate::ui::{App, CourseData, CourseTile, CoursesData, HomeData, KeypadData, LessonRow};

/// A course as a picture.
pub(super) fn tile(card: &CourseCard) -> CourseTile {
    let short = if card.short.is_empty() { &card.title } else { &card.short };
    let tiny = if card.tiny.is_empty() { short } else { &card.tiny };
    CourseTile {
        id: card.id.as_str().into(),
        number: number(card.number),
        title: card.title.as_str().into(),
        short: short.as_str().into(),
        tiny: tiny.as_str().into(),
        picture: card.picture.as_str().into(),
        lessons: number(card.lessons),
        minutes: number(card.minutes),
        credit: if card.credit > 0 { form::credit(card.credit).into() } else { slint::SharedString::new() },
        begun: card.begun,
    }
}

fn topic(topic: &Topic) -> CourseTile {
    let short = if topic.short.is_empty() { &topic.name } else { &topic.short };
    CourseTile {
        id: topic.id.as_str().into(),
        title: topic.name.as_str().into(),
        short: short.as_str().into(),
        tiny: short.as_str().into(),
        picture: topic.picture.as_str().into(),
        ..CourseTile::default()
    }
}

pub(super) fn home(app: &App, home: &Home, today: Option<Day>) -> Kind {
    let data = app.global::<HomeData>();
    data.set_has_course(home.go_on.is_some());
    if let Some((course, lesson)) = &home.go_on {
        data.set_course(tile(&course.card));
        data.set_lesson(number(*lesson));
        data.set_done(number(course.lessons.iter().filter(|lesson| lesson.state == LessonState::Done).count()));
    }
    data.set_has_session(home.next_session.is_some());
    if let Some(session) = &home.next_session {
        data.set_session(form::session(session, today));
    }
    Kind::Home
}

fn list_of(courses: &Courses) -> (bool, Vec<CourseTile>) {
    if courses.topic.is_none() && !courses.topics.is_empty() {
        (true, courses.topics.iter().map(topic).collect())
    } else {
        (false, courses.courses.iter().map(tile).collect())
    }
}

pub(super) fn courses(app: &App, courses: &Courses) -> Kind {
    let (topics, tiles) = list_of(courses);
    let data = app.global::<CoursesData>();
    data.set_topics(topics);
    data.set_tiles(list(tiles));
    data.set_title(courses.topic.as_ref().map_or("", |topic| &topic.name).into());
    data.set_title_short(courses.topic.as_ref().map_or("", |topic| &topic.short).into());
    Kind::Courses
}

pub(super) fn keypad(app: &App, keypad: &Keypad) -> Kind {
    app.global::<KeypadData>().set_unknown(keypad.unknown.map_or(0, number));
    Kind::Keypad
}

pub(super) fn course(app: &App, course: &Course) -> Kind {
    let data = app.global::<CourseData>();
    data.set_card(tile(&course.card));
    data.set_institution(course.institution.as_str().into());
    data.set_next(number(course.next));
    let watched = |lesson: &Lesson| matches!(lesson.state, LessonState::Begun(_) | LessonState::Done);
    data.set_watched(course.lessons.iter().any(watched));
    data.set_lessons(list(course.lessons.iter().map(|lesson| LessonRow {
        number: number(lesson.number),
        title: lesson.title.as_str().into(),
        minutes: number(lesson.minutes),
        state: match lesson.state {
            LessonState::New => 0,
            LessonState::Begun(_) => 1,
            LessonState::Done => 2,
            LessonState::Away => 3,
        },
    })));
    Kind::Course
}
