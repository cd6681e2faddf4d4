// SPDX-License-Identifier: GPL-3.0-or-later
//! The staff's pages.

use slint::{ComponentHandle, SharedString};
use xuedian_engine::view::{
    CANCEL_REASONS, CancelReason, Candidate, CardFailure, CardStep, Day, EndOfDay, ForgotStep, LightColour, Paper,
    PaperState, Person, ResetStep, RollCall, RollEntry, SessionLine, Staff, StaffTask, UndoReason,
};

use super::{Kind, form, list, number, update};
use crate::commands::UNDO_REASONS;
use crate::ui::{Act, App, Found, RollLine, StaffChoice, StaffData, StaffKind, StaffOption};

/// Minutes by which staff let a session start later.
const DELAYS: [i32; 3] = [15, 30, 60];

pub(super) fn apply(app: &App, staff: &Staff, today: Option<Day>) -> Kind {
    let data = app.global::<StaffData>();
    data.set_light(match staff.light.colour {
        LightColour::Good => 1,
        LightColour::NoNetwork => 2,
        LightColour::NoCards => 3,
    });
    data.set_not_sent(number(staff.light.not_sent));
    let (kind, options) = task(&data, &staff.task, today);
    data.set_options(list(options));
    data.set_kind(kind);
    Kind::Staff
}

fn task(data: &StaffData<'_>, task: &StaffTask, today: Option<Day>) -> (StaffKind, Vec<StaffOption>) {
    match task {
        StaffTask::Choose(sessions) => {
            data.set_sessions(list(sessions.iter().map(|line| form::session(line, today))));
            (StaffKind::Choose, Vec::new())
        }
        StaffTask::Undo(entry) => {
            said(data, &person(&entry.who), 0);
            (StaffKind::Undo, UNDO_REASONS.iter().zip(0..).map(|(reason, n)| undo_option(entry, *reason, n)).collect())
        }
        StaffTask::Forgot(step) => (forgot(data, step), vec![task_option(StaffChoice::Done, "roll")]),
        StaffTask::Card(step) => card(data, step),
        StaffTask::Papers(papers) => paper(data, papers, today),
        StaffTask::EndOfDay(day) => end_of_day(data, day),
        StaffTask::Reset(step) => reset(data, *step),
        StaffTask::Update(step) => update::step(data, step),
        StaffTask::Roll(call)
        | StaffTask::More(call)
        | StaffTask::Late(call)
        | StaffTask::Cancel(call)
        | StaffTask::EndEarly(call)
        | StaffTask::Headcount(call)
        | StaffTask::CloseForAll(call)
        | StaffTask::Moved(call, _) => {
            roll(data, call, today);
            of_session(task, call)
        }
    }
}

fn of_session(task: &StaffTask, call: &RollCall) -> (StaffKind, Vec<StaffOption>) {
    match task {
        StaffTask::More(_) => (StaffKind::More, more(call)),
        StaffTask::Late(_) => {
            let minutes = |n| StaffOption { number: n, ..option(StaffChoice::Minutes, Act::StaffDelay) };
            (StaffKind::Late, DELAYS.into_iter().map(minutes).collect())
        }
        StaffTask::Moved(_, rooms) => {
            let room = |name: &String| StaffOption {
                id: name.as_str().into(),
                text: name.as_str().into(),
                ..option(StaffChoice::Room, Act::StaffMove)
            };
            (StaffKind::Moved, rooms.iter().map(room).collect())
        }
        StaffTask::Cancel(_) => (StaffKind::Cancel, CANCEL_REASONS.iter().zip(0..).map(cancel_option).collect()),
        StaffTask::EndEarly(_) => (StaffKind::EndEarly, yes_or_no(Act::StaffEndEarly)),
        StaffTask::CloseForAll(_) => (StaffKind::CloseForAll, yes_or_no(Act::StaffCloseForAll)),
        StaffTask::Headcount(_) => (StaffKind::Headcount, Vec::new()),
        _ => (StaffKind::Roll, Vec::new()),
    }
}

fn roll(data: &StaffData<'_>, call: &RollCall, today: Option<Day>) {
    session(data, &call.session, today);
    data.set_signed_in(number(call.signed_in));
    data.set_still_in(number(call.still_in));
    data.set_due(number(call.due));
    data.set_headcount(call.headcount.map_or(-1, number));
    data.set_check_out(call.check_out);
    data.set_entries(list(call.entries.iter().map(|entry| {
        let (hour, minute) = entry.came.map_or((0, 0), form::clock);
        RollLine {
            key: entry.key.to_string().into(),
            mask: entry.who.mask.as_str().into(),
            tail: entry.who.tail.as_str().into(),
            hour,
            minute,
            left: entry.left.is_some(),
            undone: entry.undone,
            by_hand: entry.by_hand,
            sits_in: entry.sits_in,
        }
    })));
    said(data, &call.session.name, number(call.still_in));
}

fn session(data: &StaffData<'_>, line: &SessionLine, today: Option<Day>) {
    data.set_session(form::session(line, today));
}

/// The text and the number that a task's sentence needs.
pub(super) fn said(data: &StaffData<'_>, text: &str, n: i32) {
    data.set_text(text.into());
    data.set_number(n);
}

fn person(who: &Person) -> String {
    if who.tail.is_empty() { who.mask.clone() } else { format!("{} {}", who.mask, who.tail) }
}

pub(super) fn option(choice: StaffChoice, act: Act) -> StaffOption {
    StaffOption { choice, act, id: SharedString::new(), number: 0, text: SharedString::new() }
}

fn task_option(choice: StaffChoice, page: &str) -> StaffOption {
    StaffOption { id: page.into(), ..option(choice, Act::StaffTask) }
}

fn more(call: &RollCall) -> Vec<StaffOption> {
    let closing = if call.check_out {
        task_option(StaffChoice::Headcount, "headcount")
    } else {
        task_option(StaffChoice::CloseForAll, "close-for-all")
    };
    vec![
        task_option(StaffChoice::Late, "late"),
        task_option(StaffChoice::Moved, "moved"),
        task_option(StaffChoice::EndEarly, "end-early"),
        task_option(StaffChoice::Cancel, "cancel"),
        closing,
        task_option(StaffChoice::Papers, "papers"),
        task_option(StaffChoice::Cards, "card"),
    ]
}

fn yes_or_no(act: Act) -> Vec<StaffOption> {
    vec![option(StaffChoice::Yes, act), task_option(StaffChoice::No, "roll")]
}

fn undo_option(entry: &RollEntry, reason: UndoReason, n: i32) -> StaffOption {
    let choice = match reason {
        UndoReason::WrongClass => StaffChoice::WrongClass,
        UndoReason::WrongCard => StaffChoice::WrongCard,
        UndoReason::NotHere => StaffChoice::NotHere,
        UndoReason::Other => StaffChoice::Other,
    };
    StaffOption { id: entry.key.to_string().into(), number: n, ..option(choice, Act::StaffUndo) }
}

fn cancel_option((reason, n): (&CancelReason, i32)) -> StaffOption {
    let choice = match reason {
        CancelReason::AirQuality => StaffChoice::Air,
        CancelReason::Weather => StaffChoice::Weather,
        CancelReason::Teacher => StaffChoice::Teacher,
        CancelReason::Power => StaffChoice::Power,
        CancelReason::TooFew => StaffChoice::TooFew,
        CancelReason::Other => StaffChoice::Other,
    };
    StaffOption { number: n, ..option(choice, Act::StaffCancel) }
}

fn found(data: &StaffData<'_>, typed: &str, candidates: &[Candidate]) {
    data.set_typed(typed.into());
    data.set_found(list(candidates.iter().map(|candidate| Found {
        key: candidate.key.to_string().into(),
        mask: candidate.who.mask.as_str().into(),
        tail: candidate.who.tail.as_str().into(),
        born: candidate.born.map_or(0, i32::from),
    })));
}

fn forgot(data: &StaffData<'_>, step: &ForgotStep) -> StaffKind {
    match step {
        ForgotStep::Search { typed, found: candidates } => {
            found(data, typed, candidates);
            StaffKind::Forgot
        }
        ForgotStep::Done(who) => {
            said(data, &person(who), 0);
            StaffKind::ForgotDone
        }
    }
}

fn card(data: &StaffData<'_>, step: &CardStep) -> (StaffKind, Vec<StaffOption>) {
    let again = || vec![task_option(StaffChoice::Again, "card"), option(StaffChoice::Done, Act::Back)];
    match step {
        CardStep::Which => (
            StaffKind::Card,
            vec![option(StaffChoice::HandOut, Act::StaffHandOut), option(StaffChoice::Bind, Act::StaffBind)],
        ),
        CardStep::HandOut => (StaffKind::HandOut, Vec::new()),
        CardStep::HandedOut { number, which } if which.is_empty() => {
            said(data, number, 0);
            (StaffKind::HandedOut, again())
        }
        CardStep::HandedOut { number, which } => {
            said(data, number, 0);
            let to = |line: &SessionLine| StaffOption {
                id: line.id.as_str().into(),
                text: if line.short.is_empty() { &line.name } else { &line.short }.as_str().into(),
                ..option(StaffChoice::Room, Act::StaffSession)
            };
            (StaffKind::HandedWhich, which.iter().map(to).collect())
        }
        CardStep::BindSearch { typed, found: candidates } => {
            found(data, typed, candidates);
            (StaffKind::BindSearch, Vec::new())
        }
        CardStep::BindTap(who) => {
            said(data, &person(who), 0);
            (StaffKind::BindTap, Vec::new())
        }
        CardStep::Bound(who) => {
            said(data, &person(who), 0);
            (StaffKind::Bound, again())
        }
        CardStep::Failed(why) => {
            let n = match why {
                CardFailure::Taken => 1,
                CardFailure::RandomUid => 2,
                CardFailure::IdentityCard => 3,
                CardFailure::NotRecorded => 4,
            };
            said(data, "", n);
            (StaffKind::CardFailed, again())
        }
    }
}

fn paper(data: &StaffData<'_>, paper: &Paper, today: Option<Day>) -> (StaffKind, Vec<StaffOption>) {
    session(data, &paper.session, today);
    let (n, files) = match &paper.state {
        PaperState::Ready => (1, String::new()),
        PaperState::Making => (2, String::new()),
        PaperState::Written(files) => (3, files.join("、")),
        PaperState::Printed => (4, String::new()),
        PaperState::Failed => (5, String::new()),
    };
    said(data, &files, n);
    let make = option(StaffChoice::Make, Act::StaffPapers);
    let options = match n {
        1 => vec![make, task_option(StaffChoice::No, "roll")],
        2 => Vec::new(),
        5 => vec![make],
        _ => vec![task_option(StaffChoice::Done, "roll")],
    };
    (StaffKind::Papers, options)
}

fn end_of_day(data: &StaffData<'_>, day: &EndOfDay) -> (StaffKind, Vec<StaffOption>) {
    said(data, "", number(day.attendances));
    data.set_open_sessions(number(day.open_sessions));
    data.set_not_sent(number(day.not_sent));
    data.set_sending(day.sending);
    data.set_safe(day.safe);
    update::next(data, day.release.as_ref());
    let options = if day.safe || day.sending {
        Vec::new()
    } else {
        vec![option(StaffChoice::Yes, Act::StaffEndDay), option(StaffChoice::No, Act::Back)]
    };
    (StaffKind::EndOfDay, options)
}

fn reset(data: &StaffData<'_>, step: ResetStep) -> (StaffKind, Vec<StaffOption>) {
    match step {
        ResetStep::Ask { unsent } => {
            said(data, "", number(unsent));
            (StaffKind::Reset, vec![option(StaffChoice::Yes, Act::Reset), option(StaffChoice::No, Act::Back)])
        }
        ResetStep::Second { seconds_left, same } => {
            said(data, "", number(seconds_left));
            (if same { StaffKind::ResetSame } else { StaffKind::ResetSecond }, Vec::new())
        }
        ResetStep::Decided => (StaffKind::Resetting, Vec::new()),
    }
}
