// SPDX-License-Identifier: GPL-3.0-or-later
//! The board door: what the machine itself says of how it fares. It takes no commands.

/// What the board says now; told every two seconds. What this machine has not, or nobody expects here, is `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BoardSigns {
    /// The hottest of the board's sensors, °C.
    pub celsius: Option<i32>,
    /// The firmware slows the processor down, for heat or for want of power.
    pub slowed: Option<bool>,
    /// The supply gives too little.
    pub under_voltage: Option<bool>,
    /// A touch panel is there.
    pub touch: Option<bool>,
    /// A display is connected.
    pub display: Option<bool>,
    /// Memory.
    pub memory: Option<Memory>,
}

/// How much memory is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// What programs may still take without anything being thrown out that is in use, MiB.
    pub available_mib: u64,
    /// Share of the last ten seconds in which nothing went on because all waited for memory, per cent.
    pub stalled_percent: Option<u8>,
}
