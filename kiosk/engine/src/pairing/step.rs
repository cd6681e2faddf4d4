// SPDX-License-Identifier: GPL-3.0-or-later
//! How far pairing has come, for the screen.

use xuedian_domain::id::SiteId;
use xuedian_protocol::documents::WordsEntry;

/// How far pairing has come.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum PairingStep {
    /// The box knows no hub, or has not asked yet.
    #[default]
    NotYet,
    /// A code is shown, and the operator has not decided.
    Code {
        /// To be typed at the hub: `WXYZ-2345`.
        code: String,
        /// To be compared with the hub's screen. None when nobody can stand between: the hub is on this very machine.
        words: Option<[&'static str; 4]>,
    },
    /// The operator said no. A new code comes after a while.
    Denied,
    /// It belongs to a district.
    Paired {
        /// The kiosk's own name.
        name: String,
        /// Its learning point.
        site: SiteId,
        /// Its learning point's name.
        site_name: WordsEntry,
    },
}

impl PairingStep {
    /// Whether the box belongs to a district.
    #[must_use]
    pub fn is_paired(&self) -> bool {
        matches!(self, Self::Paired { .. })
    }
}
