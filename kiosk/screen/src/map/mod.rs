// SPDX-License-Identifier: GPL-3.0-or-later
//! The one place that maps a view to what the pages show.

mod caption;
mod courses;
mod credits;
mod form;
mod pages;
mod player;
mod result;
mod shell;
mod staff;
mod update;

use std::rc::Rc;

use slint::{ComponentHandle, ModelRc, VecModel};
use xuedian_engine::view::{Page, View};

use crate::ui::{App, OverData, PageKind, PlayerData, Shell};

/// Puts a view on the pages. `before` is what they show now: data that did not change is left alone.
pub(crate) fn apply(app: &App, view: &View, before: Option<&View>) {
    shell::apply(app, view, before);
    let same = before.is_some_and(|before| before.page == view.page && before.preferences == view.preferences);
    if !same {
        page(app, view, before);
    }
    if before.is_none_or(|before| before.band != view.band) {
        let over = app.global::<OverData>();
        if let Some(band) = &view.band {
            over.set_shown(result::shown(band));
        }
        over.set_band(view.band.is_some());
    }
    let seconds = view.still_there.and_then(|seconds| i32::try_from(seconds).ok()).unwrap_or(-1);
    app.global::<OverData>().set_still_there(seconds);
}

fn page(app: &App, view: &View, before: Option<&View>) {
    let day = view.now.map(|now| now.day);
    if before.is_some_and(|before| matches!(before.page, Page::Player(_))) && !matches!(view.page, Page::Player(_)) {
        app.global::<PlayerData>().set_frame(slint::Image::default());
    }
    let kind = match &view.page {
        Page::Idle(idle) => pages::idle(app, idle, day),
        Page::Result(result) => result::apply(app, result),
        Page::Home(home) => courses::home(app, home, day),
        Page::Courses(courses) => courses::courses(app, courses),
        Page::Keypad(keypad) => courses::keypad(app, keypad),
        Page::Course(course) => courses::course(app, course),
        Page::Player(player) => {
            let before = before.and_then(|view| match &view.page {
                Page::Player(player) => Some(player),
                _ => None,
            });
            player::apply(app, player, before)
        }
        Page::MyCredits(credits) => credits::apply(app, credits),
        Page::WhatsOn(agenda) => pages::whats_on(app, agenda, day),
        Page::Staff(staff) => staff::apply(app, staff, day),
        Page::Trouble(trouble) => pages::trouble(app, trouble, view.preferences.language),
        Page::SelfTest(test) => pages::self_test(app, test),
        Page::Pairing(pairing) => pages::pairing(app, pairing),
        Page::Help(help) => pages::help(app, help),
    };
    app.global::<Shell>().set_page(kind);
}

/// A list for a page.
fn list<T: Clone + 'static>(items: impl IntoIterator<Item = T>) -> ModelRc<T> {
    ModelRc::from(Rc::new(VecModel::from_iter(items)))
}

/// A count for a page; more than a page can say is the most it can.
fn number(n: impl TryInto<i32>) -> i32 {
    n.try_into().unwrap_or(i32::MAX)
}

/// Which page a view asks for is decided by its own arm alone.
type Kind = PageKind;
