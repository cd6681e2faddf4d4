// SPDX-License-Identifier: GPL-3.0-or-later
//! What the screens show of the district: one value, always the newest.

use std::{collections::BTreeMap, fmt};

use tokio::sync::watch;
use xuedian_domain::time::Time;
use xuedian_protocol::{documents::DocumentKind, wire::Position};

use super::failure::ContactError;
use crate::{documents::DocumentVersion, pairing::PairingStep};

/// Everything that the kiosk knows of its district.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct DistrictState {
    /// Whether the box belongs to a district, or how far it has come.
    pub pairing: PairingStep,
    /// Records of this box that the hub has not acknowledged (待上传).
    pub unsent: u64,
    /// The last request went well.
    pub online: bool,
    /// When the hub last answered.
    pub last_contact: Option<Time>,
    /// The documents that are in use here.
    pub documents: BTreeMap<DocumentKind, DocumentVersion>,
    /// The last record of this box that the standing in use contains.
    pub through: Option<Position>,
    /// Media files that are still to come, and their bytes.
    pub media_waiting: (u64, u64),
    /// What is wrong just now, each at its place.
    pub problems: BTreeMap<ProblemAt, DistrictProblem>,
}

/// Where something is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProblemAt {
    /// Getting through to the hub.
    Contact,
    /// Sending records. They wait.
    Records,
    /// Becoming part of the district.
    Pairing,
    /// Taking over a document; the old one stays.
    Document(DocumentKind),
    /// A document of which not even the kind is known here.
    SomeDocument,
    /// Fetching media.
    Media,
}

/// What is wrong, and in which words a log or a technician reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DistrictProblem {
    /// Of which kind.
    pub fault: DistrictFault,
    /// In English, without personal data.
    pub detail: String,
}

/// Kinds of what is wrong, as far as somebody would act differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DistrictFault {
    /// No way to the hub. It comes back by itself.
    Unreachable,
    /// The hub is there and in trouble, or wants us to come later.
    HubTrouble,
    /// Somebody answers who is not the district's hub: a portal, a proxy, a stranger.
    NotTheHub,
    /// The district does not know this box, or has struck it: the centre has to help.
    Struck,
    /// The hub says no to what this box asks. Records wait.
    HubSaysNo,
    /// A document whose signature does not hold.
    DocumentUnsigned,
    /// A document older than the one in use.
    DocumentOlder,
    /// A document that is not for this box.
    DocumentForAnother,
    /// A document of a version that this software does not know.
    DocumentVersion,
    /// A document or one of its files is damaged or cut off.
    DocumentDamaged,
    /// The settings name no hub.
    NoHub,
    /// The operator said no.
    PairingDenied,
    /// What was sealed for this box cannot be opened or does not fit.
    PairingBroken,
    /// No room for a file.
    NoRoom,
    /// This box's own disk or journal.
    Here,
}

impl fmt::Display for DistrictProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.fault, self.detail)
    }
}

impl From<&ContactError> for DistrictProblem {
    fn from(error: &ContactError) -> Self {
        let fault = match error {
            ContactError::Unreachable(_) | ContactError::TimedOut | ContactError::BrokeOff(_) => {
                DistrictFault::Unreachable
            }
            ContactError::Refused { .. } if error.is_struck() => DistrictFault::Struck,
            ContactError::Refused { status: 429 | 500.., .. } => DistrictFault::HubTrouble,
            ContactError::Refused { error, .. } if error.is_empty() => DistrictFault::NotTheHub,
            ContactError::Refused { .. } | ContactError::Gap(_) => DistrictFault::HubSaysNo,
            ContactError::Garbage(_) | ContactError::Unsigned(_) => DistrictFault::NotTheHub,
            ContactError::Here(_) => DistrictFault::Here,
        };
        Self { fault, detail: error.to_string() }
    }
}

/// Changes the state and tells whoever watches; nobody is told when nothing changed.
#[derive(Clone, Debug)]
pub(crate) struct StateTeller(watch::Sender<DistrictState>);

impl StateTeller {
    pub(crate) fn new(state: DistrictState) -> (Self, watch::Receiver<DistrictState>) {
        let (sender, receiver) = watch::channel(state);
        (Self(sender), receiver)
    }

    pub(crate) fn change(&self, change: impl FnOnce(&mut DistrictState)) {
        self.0.send_if_modified(|state| {
            let before = state.clone();
            change(state);
            *state != before
        });
    }

    /// The newest of the documents in use: by it the hub can tell that it was restored from a backup.
    pub(crate) fn newest(&self) -> Option<DocumentVersion> {
        self.0.borrow().documents.values().max_by_key(|version| (&version.hub_epoch, version.counter)).cloned()
    }

    pub(crate) fn answered(&self, at: Time) {
        self.change(|state| {
            state.online = true;
            state.last_contact = Some(at);
            state.problems.remove(&ProblemAt::Contact);
        });
    }

    pub(crate) fn failed(&self, at: ProblemAt, error: &ContactError) {
        let problem = DistrictProblem::from(error);
        tracing::info!(?at, %problem, "a request to the district failed");
        self.change(|state| {
            // A hub that says no is there all the same.
            state.online = matches!(error, ContactError::Refused { .. } | ContactError::Gap(_)) && !error.is_struck();
            state.problems.insert(at, problem);
        });
    }

    pub(crate) fn trouble(&self, at: ProblemAt, fault: DistrictFault, detail: impl fmt::Display) {
        let problem = DistrictProblem { fault, detail: detail.to_string() };
        tracing::warn!(?at, %problem, "trouble with the district");
        self.change(|state| {
            state.problems.insert(at, problem);
        });
    }

    pub(crate) fn fine(&self, at: ProblemAt) {
        self.change(|state| {
            state.problems.remove(&at);
        });
    }
}
