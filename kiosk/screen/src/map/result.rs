// SPDX-License-Identifier: GPL-3.0-or-later
//! A tap's result on the pages.

use slint::ComponentHandle;
use xuedian_engine::view::{Forgotten, Outcome, Refusal, ShownAs, TapResult};

use super::{Kind, form, list, number};
use crate::ui::{App, Choice, Reason, ResultCode, ResultData, ResultKind, ResultShown};

pub(super) fn apply(app: &App, result: &TapResult) -> Kind {
    let data = app.global::<ResultData>();
    data.set_choices(list(choices(&result.outcome)));
    data.set_shown(shown(result));
    Kind::Result
}

fn choices(outcome: &Outcome) -> Vec<Choice> {
    match outcome {
        Outcome::WhichSession(sessions) => sessions
            .iter()
            .map(|session| {
                let (hour, minute) = form::clock(session.starts);
                let short = if session.short.is_empty() { &session.name } else { &session.short };
                Choice {
                    id: session.id.as_str().into(),
                    name: session.name.as_str().into(),
                    short: short.as_str().into(),
                    room: session.room.as_str().into(),
                    picture: session.picture.as_str().into(),
                    hour,
                    minute,
                    ..Choice::default()
                }
            })
            .collect(),
        Outcome::WhichPerson(people) => people
            .iter()
            .map(|person| Choice {
                key: person.key.to_string().into(),
                name: person.who.mask.as_str().into(),
                short: person.who.mask.as_str().into(),
                tail: person.who.tail.as_str().into(),
                ..Choice::default()
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// The values of a result that the page's lines are made of.
pub(super) fn shown(result: &TapResult) -> ResultShown {
    let who = result.who.clone().unwrap_or_default();
    let blank = ResultShown {
        key: result.key.to_string().into(),
        queue: result.shown_as == ShownAs::Queue,
        mask: who.mask.into(),
        tail: who.tail.into(),
        at_hour: result.at.map_or(-1, |at| at.hour.into()),
        kind: ResultKind::Accepted,
        ..ResultShown::default()
    };
    outcome(&result.outcome, blank)
}

fn outcome(outcome: &Outcome, blank: ResultShown) -> ResultShown {
    match outcome {
        Outcome::SignedIn { .. } => signed_in(outcome, blank),
        Outcome::Already { session, since, no_check_out } => {
            let (hour, minute) = form::clock(*since);
            let no_check_out = *no_check_out;
            ResultShown {
                kind: ResultKind::Already,
                hour,
                minute,
                no_check_out,
                ..named(ResultCode::Already, session, blank)
            }
        }
        Outcome::MidClass { session, ends, seconds_left } => {
            let (hour, minute) = form::clock(*ends);
            let seconds = number(*seconds_left);
            ResultShown {
                kind: ResultKind::Already,
                hour,
                minute,
                seconds,
                ..named(ResultCode::MidClass, session, blank)
            }
        }
        Outcome::SignedOut { session, minutes, earned, expected } => {
            let (amount, reason, earns) = earned_line(earned.as_ref(), session);
            let seal = if earns { 2 } else { 0 };
            let (minutes, expected) = (number(*minutes), *expected);
            ResultShown { minutes, amount, reason, seal, expected, ..named(ResultCode::SignedOut, session, blank) }
        }
        Outcome::SignedOutBefore { session, at } => {
            let (hour, minute) = form::clock(*at);
            ResultShown {
                kind: ResultKind::Already,
                hour,
                minute,
                ..named(ResultCode::SignedOutBefore, session, blank)
            }
        }
        Outcome::WhichSession(_) => ResultShown { code: ResultCode::WhichSession, kind: ResultKind::Already, ..blank },
        Outcome::WhichPerson(_) => ResultShown { code: ResultCode::WhichPerson, kind: ResultKind::Already, ..blank },
        Outcome::NotEnrolled { session } => {
            ResultShown { kind: ResultKind::StaffNeeded, ..named(ResultCode::NotEnrolled, session, blank) }
        }
        Outcome::VisitOpened => ResultShown { code: ResultCode::VisitOpened, ..blank },
        Outcome::VisitClosed { not_sent } => {
            ResultShown { code: ResultCode::VisitClosed, not_sent: number(*not_sent), ..blank }
        }
        Outcome::InUse => ResultShown { code: ResultCode::InUse, kind: ResultKind::Already, ..blank },
        Outcome::Refused(why) => refused(why, blank),
    }
}

fn named(code: ResultCode, session: &str, blank: ResultShown) -> ResultShown {
    ResultShown { code, session: session.into(), session_short: session.into(), ..blank }
}

/// The number, the reason, and whether it is more than nothing.
fn earned_line(
    earned: Option<&(xuedian_engine::view::Amount, xuedian_engine::view::Why)>,
    title: &str,
) -> (slint::SharedString, Reason, bool) {
    earned.map_or_else(
        || (slint::SharedString::new(), Reason::default(), false),
        |(amount, why)| {
            let (written, account) = form::amount(*amount);
            let reason = form::reason(why, &written, title);
            let earns = account == 0 && written != "0";
            (written.into(), reason, earns)
        },
    )
}

fn signed_in(outcome: &Outcome, blank: ResultShown) -> ResultShown {
    let Outcome::SignedIn { session, place, earns, expected, forgotten, moved_to, delayed, sits_in } = outcome else {
        return blank;
    };
    let (amount, reason, some) = earned_line(earns.as_ref(), session);
    let (kind_of_forgotten, n, half) = match forgotten {
        None => (0, 0, String::new()),
        Some(Forgotten::Full { times }) => (1, number(*times), String::new()),
        Some(Forgotten::Half { credit }) => (2, 0, form::credit(*credit)),
        Some(Forgotten::Minimum { minutes }) => (3, number(*minutes), String::new()),
        Some(Forgotten::WaitsForStaff) => (4, 0, String::new()),
    };
    ResultShown {
        place: number(*place),
        seal: if some { 1 } else { 0 },
        amount,
        reason,
        expected: *expected,
        forgotten: kind_of_forgotten,
        forgotten_n: n,
        forgotten_amount: half.into(),
        room: moved_to.as_deref().unwrap_or_default().into(),
        late: number(delayed.unwrap_or_default()),
        sits_in: *sits_in,
        ..named(ResultCode::SignedIn, session, blank)
    }
}

fn refused(why: &Refusal, blank: ResultShown) -> ResultShown {
    let card = |code| ResultShown { code, kind: ResultKind::Refused, ..blank.clone() };
    let staff = |code| ResultShown { code, kind: ResultKind::StaffNeeded, ..blank.clone() };
    match why {
        Refusal::UnknownCard => card(ResultCode::UnknownCard),
        Refusal::NotSetUp => card(ResultCode::NotSetUp),
        Refusal::NotNow => card(ResultCode::NotNow),
        Refusal::RandomUid => card(ResultCode::RandomUid),
        Refusal::IdentityCard => card(ResultCode::IdentityCard),
        Refusal::TwoCards => card(ResultCode::TwoCards),
        Refusal::TooQuick => card(ResultCode::TooQuick),
        Refusal::LostCard => staff(ResultCode::LostCard),
        Refusal::Full => staff(ResultCode::Full),
        Refusal::Cancelled { reason, make_up } => {
            let (month, day, hour, minute) = make_up
                .map_or((0, 0, 0, 0), |(day, at)| (day.month.into(), day.day.into(), at.hour.into(), at.minute.into()));
            ResultShown {
                cancelled: form::cancelled(*reason),
                month,
                day,
                hour,
                minute,
                ..staff(ResultCode::Cancelled)
            }
        }
        Refusal::Moved { room } => {
            ResultShown { room: room.as_str().into(), kind: ResultKind::Already, ..staff(ResultCode::Moved) }
        }
        Refusal::TooLate { session } => ResultShown { session: session.as_str().into(), ..staff(ResultCode::TooLate) },
        Refusal::TooShort => staff(ResultCode::TooShort),
        Refusal::NotRecorded => staff(ResultCode::NotRecorded),
    }
}
