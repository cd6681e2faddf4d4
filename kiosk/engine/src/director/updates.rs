// SPDX-License-Identifier: GPL-3.0-or-later
//! Releases of the system: which one runs, what a stick brings, what is being written, and what came of it. One is written at a
//! time, whether the district offers it or a stick brings it; a stick's only when staff say so.

use std::{cmp::Ordering, path::PathBuf};

use super::{Director, desk::Task, place::Place};
use crate::{
    ports::{
        sound::Earcon,
        system::{BundleFault, Decline, Stick, SystemCommand},
    },
    release::{Fate, order},
    view::{Check, CheckKind, CheckState, NextRelease, UpdateFailure, UpdateStep},
};

/// Where the releases of this box stand.
#[derive(Debug, Default)]
pub struct Updates {
    /// The release that runs; none where there are no slots.
    running: Option<String>,
    /// One that was started and did not turn out good.
    given_up: Option<String>,
    /// The hub is still to be told of it.
    untold: bool,
    work: Work,
    stick: Stick,
    /// Staff have not yet read what the stick brings, or what came of it.
    unread: bool,
    /// What the hub was told last, so that it hears of a bundle that always fails only once.
    reported: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Work {
    #[default]
    Nothing,
    Writing {
        percent: u8,
        stick: bool,
    },
    /// The name of what starts at the next power-on.
    Written {
        version: String,
        stick: bool,
    },
    Failed {
        why: UpdateFailure,
        stick: bool,
    },
}

impl Updates {
    /// Begins at the start of a release, with what became of the one that was written last.
    #[must_use]
    pub fn begin(running: &str, fate: Fate) -> Self {
        let (work, given_up, untold) = match fate {
            Fate::Runs => (Work::Nothing, None, false),
            Fate::Waits(version) => (Work::Written { version, stick: false }, None, false),
            Fate::GivenUp { version, told } => (Work::Nothing, Some(version), !told),
        };
        Self { running: Some(running.to_owned()), given_up, untold, work, ..Self::default() }
    }

    /// For the hub: a release that was given up, the first time that it is found so.
    pub(super) fn given_up(&self) -> Option<String> {
        let running = self.running.as_ref()?;
        let version = self.given_up.as_ref().filter(|_| self.untold)?;
        Some(format!("{version} did not turn out good and was given up; {running} runs"))
    }

    /// What staff read; none when there is nothing to read.
    pub(super) fn step(&self) -> Option<UpdateStep> {
        match &self.work {
            Work::Writing { percent, stick } => return Some(UpdateStep::Writing { percent: *percent, stick: *stick }),
            _ if !self.unread => return None,
            Work::Written { version, stick: true } => return Some(UpdateStep::Done { version: version.clone() }),
            Work::Failed { why, stick: true } => return Some(UpdateStep::Failed(*why)),
            _ => {}
        }
        let running = self.running.as_ref()?;
        match &self.stick {
            Stick::Out => None,
            Stick::Empty => Some(UpdateStep::Nothing),
            Stick::Refused(fault) => Some(UpdateStep::Refused(failure(*fault))),
            Stick::Release { version, .. } if self.waits(version) => {
                Some(UpdateStep::Done { version: version.clone() })
            }
            Stick::Release { version, .. } if version == running => Some(UpdateStep::Same { version: version.clone() }),
            Stick::Release { version, .. } => Some(UpdateStep::Ask {
                version: version.clone(),
                running: running.clone(),
                older: order(version, running) == Ordering::Less,
            }),
        }
    }

    fn waits(&self, name: &str) -> bool {
        matches!(&self.work, Work::Written { version, .. } if version == name)
    }

    /// Whether a release is being written now.
    pub(super) fn is_writing(&self) -> bool {
        matches!(self.work, Work::Writing { .. })
    }

    /// Whether there is something that staff should read now.
    fn is_news(&self) -> bool {
        self.unread && !self.is_writing() && self.step().is_some()
    }

    /// The release that runs next, when it is another one.
    pub(super) fn next(&self) -> Option<NextRelease> {
        match &self.work {
            Work::Writing { .. } => Some(NextRelease::Writing),
            Work::Written { version, .. } => Some(NextRelease::Starts(version.clone())),
            Work::Nothing | Work::Failed { .. } => None,
        }
    }

    /// The tile of the self-test; none where there are no slots.
    pub(super) fn check(&self) -> Option<Check> {
        let running = self.running.clone()?;
        let (state, figure) = match &self.work {
            Work::Writing { percent, .. } => (CheckState::Running, format!("{percent} %")),
            _ if self.given_up.is_some() => (CheckState::Bad, running),
            _ => (CheckState::Good, running),
        };
        Some(Check { kind: CheckKind::Release, state, figure })
    }
}

impl Director {
    /// The district's release is here, whole. While another is being written it waits: it is offered again.
    pub(super) fn release_offered(&mut self, bundle: PathBuf, version: String) {
        if !self.updates.is_writing() && !self.state.resetting {
            self.install(bundle, version, false);
        }
    }

    /// Staff have answered yes.
    pub(super) fn install_from_stick(&mut self) {
        let asked = matches!(self.updates.step(), Some(UpdateStep::Ask { .. }));
        if let (true, Stick::Release { bundle, version }) = (asked, self.updates.stick.clone()) {
            self.install(bundle, version, true);
        }
    }

    fn install(&mut self, bundle: PathBuf, version: String, stick: bool) {
        tracing::info!(version, stick, "a release is written into the other slot");
        self.updates.work = Work::Writing { percent: 0, stick };
        if stick {
            self.updates.unread = false;
        }
        let install = SystemCommand::Install { bundle, version: version.clone() };
        if self.rim.system.try_send(install).is_err() {
            self.release_failed(&version, Decline::Failed);
        }
    }

    /// Staff have read it, or want nothing of it now.
    pub(super) fn update_read(&mut self) {
        self.updates.unread = false;
        if let (Stick::Release { bundle, .. }, false) = (&self.updates.stick, self.updates.is_writing()) {
            super::Rim::tell(&self.rim.system, SystemCommand::LetGo { bundle: bundle.clone() });
        }
        self.desk.rest();
    }

    pub(super) fn stick_is(&mut self, stick: Stick) {
        let ended = matches!(self.updates.work, Work::Written { stick: true, .. } | Work::Failed { stick: true, .. });
        if stick != Stick::Out {
            self.updates.unread = true;
            // What came of the stick before is old news.
            match &mut self.updates.work {
                Work::Written { stick, .. } => *stick = false,
                Work::Failed { .. } => self.updates.work = Work::Nothing,
                Work::Nothing | Work::Writing { .. } => {}
            }
        } else if !ended {
            self.updates.unread = false;
        }
        self.updates.stick = stick;
    }

    pub(super) fn release_writing(&mut self, written: u8) {
        if let Work::Writing { percent, .. } = &mut self.updates.work {
            *percent = written.min(100);
        }
    }

    pub(super) fn release_written(&mut self, version: String) {
        let stick = self.ended();
        tracing::info!(version, "a release is written and starts at the next power-on");
        self.updates.work = Work::Written { version, stick };
        if self.updates.reported.take().is_some() | self.updates.given_up.take().is_some() {
            self.fault_record("release", false, "");
        }
        self.ring_for_staff(stick, Earcon::Accepted);
    }

    pub(super) fn release_failed(&mut self, version: &str, why: Decline) {
        let stick = self.ended();
        let (failure, cause) = match why {
            _ if stick && self.updates.stick == Stick::Out => {
                (UpdateFailure::Pulled, "the stick was taken out".to_owned())
            }
            Decline::Bundle(fault) => (failure(fault), fault.to_string()),
            Decline::NoService | Decline::NotAllowed | Decline::Failed => (UpdateFailure::Other, format!("{why:?}")),
        };
        self.updates.work = Work::Failed { why: failure, stick };
        let detail = format!("{version} could not be written: {cause}");
        if self.updates.reported.as_ref() != Some(&detail) {
            self.fault_record("release", true, &detail);
            self.updates.reported = Some(detail);
        }
        self.ring_for_staff(stick, Earcon::StaffNeeded);
    }

    /// An installation has ended: whether it was a stick's, of which staff are to read what came of it.
    fn ended(&mut self) -> bool {
        let stick = matches!(self.updates.work, Work::Writing { stick: true, .. });
        self.updates.unread |= stick;
        stick
    }

    fn ring_for_staff(&mut self, stick: bool, earcon: Earcon) {
        if stick && self.state.staff.is_some() {
            self.ring(earcon);
        }
    }

    /// What staff should read comes up where they are in the middle of nothing, and goes when it is no more.
    pub(super) fn desk_reads_updates(&mut self) {
        let at_rest = self.way.here() == &Place::Staff && self.desk.is_at_rest();
        if at_rest && self.updates.is_news() {
            self.desk.task = Task::Update;
        } else if self.desk.task == Task::Update && self.updates.step().is_none() {
            self.desk.rest();
        }
    }

    /// Staff come while what they have begun is being written.
    pub(super) fn stick_is_being_written(&self) -> bool {
        matches!(self.updates.work, Work::Writing { stick: true, .. })
    }
}

fn failure(fault: BundleFault) -> UpdateFailure {
    match fault {
        BundleFault::NotSigned => UpdateFailure::NotSigned,
        BundleFault::OtherBoard => UpdateFailure::OtherBoard,
        BundleFault::Damaged => UpdateFailure::Damaged,
        BundleFault::Unreadable => UpdateFailure::Unreadable,
        BundleFault::NoRoom => UpdateFailure::NoRoom,
    }
}
