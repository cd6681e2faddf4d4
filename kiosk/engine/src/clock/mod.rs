// SPDX-License-Identifier: GPL-3.0-or-later
//! What time it is, and how far that may be believed.
//!
//! A box may have no clock, a clock that somebody set ten years ahead, or a network time that is wrong. So time is
//! reckoned from the monotonic clock and one *anchor* of this boot. The hub's signed time is the strongest anchor, then a
//! synchronised system clock, then whatever the system clock said when the program started. A system clock that jumps
//! away from the anchor is not followed until somebody vouches for it again: stays stay right.
//!
//! The floor is the greater of build time and the hub's last signed time, and never the box's own clock: one bad
//! answer of a time server would lift it for good.

mod anchor;
mod floor;
mod handle;
mod journal;
mod source;

pub use anchor::{AGREE_MS, Jump};
pub use handle::Clock;
pub use journal::journal_stamp;
pub use source::{MachineTime, Reading, TimeSource};

#[cfg(test)]
mod tests;
