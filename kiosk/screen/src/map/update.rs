// SPDX-License-Identifier: GPL-3.0-or-later
//! A new release of the system on the staff's pages.

use xuedian_engine::view::{NextRelease, UpdateFailure, UpdateStep};

use super::number;
use super::staff::{option, said};
use crate::ui::{Act, StaffChoice, StaffData, StaffKind, StaffOption};

pub(super) fn step(data: &StaffData<'_>, step: &UpdateStep) -> (StaffKind, Vec<StaffOption>) {
    let read = |choice| option(choice, Act::StaffUpdateRead);
    let noted = vec![read(StaffChoice::Noted)];
    match step {
        UpdateStep::Ask { version, running, older } => {
            said(data, version, 0);
            data.set_other(running.as_str().into());
            let kind = if *older { StaffKind::UpdateOlder } else { StaffKind::UpdateAsk };
            (kind, vec![option(StaffChoice::Yes, Act::StaffInstall), read(StaffChoice::No)])
        }
        UpdateStep::Writing { percent, stick } => {
            said(data, "", number(*percent));
            (if *stick { StaffKind::UpdateWriting } else { StaffKind::UpdateSent }, Vec::new())
        }
        UpdateStep::Done { version } => {
            said(data, version, 0);
            (StaffKind::UpdateDone, vec![read(StaffChoice::Done)])
        }
        UpdateStep::Failed(why) => {
            said(data, "", failure(*why));
            (StaffKind::UpdateFailed, noted)
        }
        UpdateStep::Refused(why) => {
            said(data, "", failure(*why));
            (StaffKind::UpdateRefused, noted)
        }
        UpdateStep::Nothing => {
            said(data, "", 0);
            (StaffKind::UpdateNone, noted)
        }
        UpdateStep::Same { version } => {
            said(data, version, 1);
            (StaffKind::UpdateNone, noted)
        }
    }
}

/// The release that runs next, at the end of the day.
pub(super) fn next(data: &StaffData<'_>, release: Option<&NextRelease>) {
    data.set_writing(release == Some(&NextRelease::Writing));
    data.set_release(match release {
        Some(NextRelease::Starts(version)) => version.as_str().into(),
        Some(NextRelease::Writing) | None => slint::SharedString::new(),
    });
}

fn failure(why: UpdateFailure) -> i32 {
    match why {
        UpdateFailure::NotSigned => 1,
        UpdateFailure::OtherBoard => 2,
        UpdateFailure::Damaged => 3,
        UpdateFailure::Pulled => 4,
        UpdateFailure::NoRoom => 5,
        UpdateFailure::Other => 6,
        UpdateFailure::Unreadable => 7,
    }
}
