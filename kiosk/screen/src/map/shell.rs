// SPDX-License-Identifier: GPL-3.0-or-later
//! What every page shares: preferences, the clock, who is here.

use slint::ComponentHandle;
use xuedian_engine::view::{Language, Theme as Look, Title, TroubleKind, TypeSize, View, Visitor};

use super::form;
use crate::ui::{App, Shell, Theme, VisitorKind};

pub(super) fn apply(app: &App, view: &View, before: Option<&View>) {
    let preferences = view.preferences;
    if before.is_none_or(|before| before.preferences != preferences) {
        let theme = app.global::<Theme>();
        theme.set_size(match preferences.type_size {
            TypeSize::Normal => 0,
            TypeSize::Large => 1,
            TypeSize::VeryLarge => 2,
        });
        theme.set_dark(preferences.theme == Look::Dark);
        theme.set_english(preferences.language == Language::English);
        let catalogue = match preferences.language {
            Language::Chinese => "",
            Language::English => "en",
        };
        if let Err(error) = slint::select_bundled_translation(catalogue) {
            tracing::error!(%error, catalogue, "choose the language of the screen");
        }
    }
    let shell = app.global::<Shell>();
    shell.set_voice(preferences.voice);
    shell.set_site(view.site.as_str().into());
    shell.set_reading(view.reading);
    shell.set_trouble(view.trouble.as_ref().map_or(0, trouble));
    shell.set_clock_known(view.now.is_some());
    if let Some(now) = view.now {
        shell.set_hour(now.clock.hour.into());
        shell.set_minute(now.clock.minute.into());
        shell.set_month(now.day.month.into());
        shell.set_day(now.day.day.into());
        shell.set_weekday(form::weekday(now.day.weekday));
        shell.set_lunar_month(now.day.lunar.map_or(0, |lunar| lunar.month.into()));
        shell.set_lunar_day(now.day.lunar.map_or(0, |lunar| lunar.day.into()));
        shell.set_lunar_leap(now.day.lunar.is_some_and(|lunar| lunar.leap));
        shell.set_solar_term(now.day.term.map_or(0, i32::from));
    }
    let (kind, who) = match &view.visitor {
        Visitor::Nobody => (VisitorKind::Nobody, None),
        Visitor::Guest => (VisitorKind::Guest, None),
        Visitor::Learner(who) => (VisitorKind::Learner, Some(who)),
        Visitor::Staff(who, Title::Staff) => (VisitorKind::Staff, Some(who)),
        Visitor::Staff(who, Title::Technician) => (VisitorKind::Technician, Some(who)),
    };
    shell.set_visitor(kind);
    shell.set_name(who.map_or("", |who| &who.mask).into());
    shell.set_tail(who.map_or("", |who| &who.tail).into());
}

/// A fault as the pages number it.
pub(super) fn trouble(kind: &TroubleKind) -> i32 {
    match kind {
        TroubleKind::Reader => 1,
        TroubleKind::DiskFull => 2,
        TroubleKind::DiskBroken => 3,
        TroubleKind::Clock => 4,
        TroubleKind::Media => 5,
        TroubleKind::Journal => 6,
        TroubleKind::Document => 7,
        TroubleKind::Settings(_) => 8,
        TroubleKind::Sound => 9,
        TroubleKind::JournalDoubted => 10,
        TroubleKind::Heat => 11,
        TroubleKind::Power => 12,
        TroubleKind::Touch => 13,
        TroubleKind::Memory => 14,
    }
}
