// SPDX-License-Identifier: GPL-3.0-or-later
//! My credits on the page.

use slint::ComponentHandle;
use xuedian_engine::view::{Entry, EntryState, MyCredits};

use super::{Kind, form, list, number};
use crate::ui::{App, CreditsData, EntryRow};

pub(super) fn apply(app: &App, credits: &MyCredits) -> Kind {
    let data = app.global::<CreditsData>();
    data.set_certified(form::credit(credits.certified).into());
    data.set_waiting(form::credit(credits.waiting).into());
    data.set_not_sent(form::credit(credits.not_sent).into());
    data.set_records_not_sent(number(credits.records_not_sent));
    data.set_points(number(credits.points));
    data.set_entries(list(credits.entries.iter().map(row)));
    Kind::Credits
}

fn row(entry: &Entry) -> EntryRow {
    let (written, account) = form::amount(entry.amount);
    let reason = form::reason(&entry.why, &written, &entry.title);
    let signed = if written.starts_with('-') || written == "0" { written } else { format!("+{written}") };
    EntryRow {
        amount: signed.into(),
        account,
        reason,
        state: match entry.state {
            EntryState::NotSent => 1,
            EntryState::Waiting => 2,
            EntryState::Certified => 3,
            EntryState::Corrected => 4,
        },
        month: entry.day.map_or(0, |day| day.month.into()),
        day: entry.day.map_or(0, |day| day.day.into()),
    }
}
