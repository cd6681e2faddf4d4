// SPDX-License-Identifier: GPL-3.0-or-later
//! The anchor: wall time minus monotonic time of this boot, and who vouches for it. Pure.

use xuedian_domain::time::Clock as Trust;

use super::source::Reading;

/// Two clocks that differ by less agree, milliseconds.
pub const AGREE_MS: i64 = 2_000;

/// The system clock went elsewhere than the monotonic clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Jump {
    /// How far, milliseconds; negative is backwards.
    pub by_ms: i64,
}

/// Who vouches for the anchor, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Voucher {
    /// The system clock as it was found.
    Found,
    /// The system clock, synchronised with a time server.
    Network,
    /// The hub's signed time.
    Hub,
}

/// All that is known of the time in this boot.
#[derive(Clone, Debug)]
pub(super) struct Anchor {
    offset_ms: i64,
    voucher: Voucher,
    /// Wall minus monotonic time of the system clock when it was last looked at.
    system_ms: i64,
    /// What was last written into the journal as `clock-known`.
    recorded_ms: Option<i64>,
    jump: Option<Jump>,
}

impl Anchor {
    pub(super) fn new(at: Reading) -> Self {
        let offset_ms = offset(at);
        Self { offset_ms, voucher: Voucher::Found, system_ms: offset_ms, recorded_ms: None, jump: None }
    }

    /// Looks at the system clock: follows it while it only drifts, notes when it jumps.
    pub(super) fn look(&mut self, at: Reading) {
        let system_ms = offset(at);
        let by_ms = system_ms.saturating_sub(self.system_ms);
        self.system_ms = system_ms;
        if by_ms.abs() > AGREE_MS {
            self.jump = Some(Jump { by_ms });
        } else if self.voucher != Voucher::Hub && system_ms.abs_diff(self.offset_ms) <= AGREE_MS.unsigned_abs() {
            self.offset_ms = system_ms;
        }
    }

    /// The system clock is synchronised, now. Below the floor it is not believed.
    pub(super) fn network(&mut self, at: Reading, floor_ms: i64) {
        self.look(at);
        if self.voucher < Voucher::Hub && at.wall_ms >= floor_ms {
            self.offset_ms = self.system_ms;
            self.voucher = Voucher::Network;
        }
    }

    /// The hub signed this time.
    pub(super) fn hub(&mut self, offset_ms: i64) {
        self.offset_ms = offset_ms;
        self.voucher = Voucher::Hub;
    }

    pub(super) fn wall_ms(&self, mono_ms: i64) -> i64 {
        mono_ms.saturating_add(self.offset_ms)
    }

    pub(super) fn trust(&self, mono_ms: i64, floor_ms: i64, battery: bool) -> Trust {
        match self.voucher {
            Voucher::Network | Voucher::Hub => Trust::Synced,
            Voucher::Found if self.wall_ms(mono_ms) < floor_ms => Trust::Unset,
            Voucher::Found if battery => Trust::Rtc,
            Voucher::Found => Trust::Estimated,
        }
    }

    pub(super) fn by_hub(&self) -> bool {
        self.voucher == Voucher::Hub
    }

    /// The offset that a `clock-known` record should tell, if none has told it yet.
    pub(super) fn due(&self) -> Option<i64> {
        let told = |told: i64| told.abs_diff(self.offset_ms) <= AGREE_MS.unsigned_abs();
        (self.voucher > Voucher::Found && !self.recorded_ms.is_some_and(told)).then_some(self.offset_ms)
    }

    pub(super) fn recorded(&mut self, offset_ms: i64) {
        self.recorded_ms = Some(offset_ms);
    }

    pub(super) fn take_jump(&mut self) -> Option<Jump> {
        self.jump.take()
    }
}

fn offset(at: Reading) -> i64 {
    at.wall_ms.saturating_sub(at.mono_ms)
}
