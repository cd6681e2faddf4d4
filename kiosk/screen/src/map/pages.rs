// SPDX-License-Identifier: GPL-3.0-or-later
//! Idle, what is on, trouble, self-test, pairing and help on the pages.

use slint::ComponentHandle;
use xuedian_engine::view::{
    Check, CheckKind, CheckState, Day, Help, Idle, Language, Pairing, PairingState, SelfTest, Trouble, TroubleKind,
    WhatsOn,
};

use super::{Kind, courses, form, list, number, shell};
use crate::ui::{App, CheckRow, HelpData, IdleData, PairingData, SelfTestData, TroubleData, WhatsOnData};

/// Pictures of courses on the idle screen.
const IDLE_COURSES: usize = 3;

pub(super) fn idle(app: &App, idle: &Idle, today: Option<Day>) -> Kind {
    let data = app.global::<IdleData>();
    data.set_set_up(idle.set_up);
    data.set_today(list(idle.today.iter().map(|line| form::session(line, today))));
    data.set_courses(list(idle.courses.iter().take(IDLE_COURSES).map(courses::tile)));
    let notice = idle.notices.first();
    data.set_notice(notice.map_or("", |notice| &notice.words).into());
    data.set_urgent(notice.is_some_and(|notice| notice.urgent));
    Kind::Idle
}

pub(super) fn whats_on(app: &App, agenda: &WhatsOn, today: Option<Day>) -> Kind {
    let data = app.global::<WhatsOnData>();
    data.set_sessions(list(agenda.sessions.iter().map(|line| form::session(line, today))));
    Kind::WhatsOn
}

pub(super) fn trouble(app: &App, trouble: &Trouble, language: Language) -> Kind {
    let data = app.global::<TroubleData>();
    data.set_kind(shell::trouble(&trouble.kind));
    let problem = if let TroubleKind::Settings(problem) = &trouble.kind { Some(problem) } else { None };
    let allowed = problem.map(|problem| match language {
        Language::Chinese => problem.allowed.zh(),
        Language::English => problem.allowed.to_string(),
    });
    data.set_key(problem.map_or("", |problem| problem.key.as_str()).into());
    data.set_line(problem.and_then(|problem| problem.line).map_or(0, number));
    data.set_allowed(allowed.unwrap_or_default().into());
    data.set_courses(trouble.still.courses);
    data.set_cards(trouble.still.cards);
    data.set_by_hand(trouble.still.by_hand);
    data.set_touch(trouble.still.touch);
    Kind::Trouble
}

pub(super) fn self_test(app: &App, test: &SelfTest) -> Kind {
    let count = |state| number(test.checks.iter().filter(|check| check.state == state).count());
    let data = app.global::<SelfTestData>();
    data.set_checks(list(test.checks.iter().map(check)));
    data.set_good(count(CheckState::Good));
    data.set_bad(count(CheckState::Bad));
    data.set_running(count(CheckState::Running));
    Kind::SelfTest
}

fn check(check: &Check) -> CheckRow {
    CheckRow {
        kind: match check.kind {
            CheckKind::Reader => 1,
            CheckKind::Touch => 2,
            CheckKind::Sound => 3,
            CheckKind::Network => 4,
            CheckKind::Clock => 5,
            CheckKind::Disk => 6,
            CheckKind::Temperature => 7,
            CheckKind::Screen => 8,
            CheckKind::Hub => 9,
            CheckKind::Queue => 10,
            CheckKind::Journal => 11,
            CheckKind::Power => 12,
            CheckKind::Kept => 13,
            CheckKind::Release => 14,
        },
        state: match check.state {
            CheckState::Running => 1,
            CheckState::Good => 2,
            CheckState::Bad => 3,
            CheckState::Absent => 4,
        },
        figure: check.figure.as_str().into(),
    }
}

pub(super) fn pairing(app: &App, pairing: &Pairing) -> Kind {
    let data = app.global::<PairingData>();
    data.set_code(pairing.code.as_str().into());
    data.set_compare(pairing.words.join(" ").into());
    data.set_hub(pairing.hub.as_str().into());
    data.set_state(match pairing.state {
        PairingState::Reaching => 1,
        PairingState::Waiting => 2,
        PairingState::Approved => 3,
        PairingState::Refused => 4,
    });
    Kind::Pairing
}

pub(super) fn help(app: &App, help: &Help) -> Kind {
    let data = app.global::<HelpData>();
    data.set_telephone(help.telephone.as_str().into());
    data.set_contact(help.contact.as_str().into());
    data.set_called(help.called);
    Kind::Help
}
