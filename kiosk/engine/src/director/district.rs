// SPDX-License-Identifier: GPL-3.0-or-later
//! The district's side as the director sees it: pairing, what was sent, which documents are in force.

use super::{Director, place::Place};
use crate::{
    pairing::PairingStep,
    view::{Pairing, PairingState},
};

impl Director {
    /// The district's side changed. What is shown of it is read when the view is made.
    pub(super) fn on_district(&mut self) {
        let (paired, refused) = {
            let district = self.rim.district.borrow_and_update();
            let documents = district.problems.keys().any(|at| matches!(at, crate::sync::ProblemAt::Document(_)));
            (district.pairing.is_paired(), documents)
        };
        self.faults.document = refused;
        if paired && self.way.here() == &Place::Pairing {
            self.way.begin(Place::Idle);
        }
    }

    /// The last of our own records that the hub has acknowledged: numbers have no gaps.
    pub(super) fn acked(&self) -> u64 {
        let unsent = self.rim.district.borrow().unsent;
        self.book.last_seq().saturating_sub(unsent)
    }

    /// The last of our own records that the hub's standing contains.
    pub(super) fn through(&self) -> u64 {
        self.rim.district.borrow().through.as_ref().map_or(0, |at| at.seq)
    }

    pub(super) fn pairing_page(&self) -> Pairing {
        let hub = self.rim.hub.clone();
        match &self.rim.district.borrow().pairing {
            PairingStep::NotYet => Pairing { hub, ..Pairing::default() },
            PairingStep::Code { code, words } => Pairing {
                code: code.clone(),
                state: PairingState::Waiting,
                words: words.iter().flatten().map(|w| (*w).to_owned()).collect(),
                hub,
            },
            PairingStep::Denied => Pairing { state: PairingState::Refused, hub, ..Pairing::default() },
            PairingStep::Paired { .. } => Pairing { state: PairingState::Approved, hub, ..Pairing::default() },
        }
    }
}
