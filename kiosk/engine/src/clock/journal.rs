// SPDX-License-Identifier: GPL-3.0-or-later
//! A stamp as the journal writes it.

use xuedian_domain::time::{Clock as Trust, Stamp};

/// The journal knows nothing of the domain's types: the same stamp in its own.
#[must_use]
pub fn journal_stamp(stamp: &Stamp) -> xuedian_journal::Stamp {
    xuedian_journal::Stamp {
        boot: stamp.boot.to_string(),
        mono_ms: u64::try_from(stamp.mono_ms).unwrap_or(0),
        wall_ms: stamp.wall_ms,
        clock: match stamp.clock {
            Trust::Unset => xuedian_journal::Clock::Unset,
            Trust::Estimated => xuedian_journal::Clock::Estimated,
            Trust::Rtc => xuedian_journal::Clock::Rtc,
            Trust::Synced => xuedian_journal::Clock::Synced,
        },
    }
}
