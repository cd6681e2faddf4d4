// SPDX-License-Identifier: GPL-3.0-or-later
//! The clock that director and sync share.

use std::{
    fmt, io,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use xuedian_domain::time::{Clock as Trust, Stamp, Time};

use super::{
    anchor::{Anchor, Jump},
    floor::{self, Floor},
    source::TimeSource,
};

/// Tells the time. Clones are the same clock; no call waits, except that
/// [`Clock::hub_says`] now and then writes a small file.
#[derive(Clone)]
pub struct Clock {
    source: Arc<dyn TimeSource>,
    state: Arc<Mutex<State>>,
    /// Held while the floor's file is written: one writer at a time, which no tap waits for.
    keeping: Arc<Mutex<()>>,
}

struct State {
    anchor: Anchor,
    floor: Floor,
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clock").finish_non_exhaustive()
    }
}

impl Clock {
    /// Starts from what the machine says. `floor` is the file that keeps the hub's last signed time.
    #[must_use]
    pub fn open(source: Arc<dyn TimeSource>, floor: PathBuf) -> Self {
        let state = State { anchor: Anchor::new(source.read()), floor: Floor::open(floor) };
        Self { source, state: Arc::new(Mutex::new(state)), keeping: Arc::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing in here can be left half-changed, so a panic elsewhere does not stop the clock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a record made now says of its time.
    #[must_use]
    pub fn stamp(&self) -> Stamp {
        let at = self.source.read();
        let mut state = self.state();
        state.anchor.look(at);
        Stamp {
            boot: self.source.boot(),
            mono_ms: at.mono_ms,
            wall_ms: state.anchor.wall_ms(at.mono_ms),
            clock: state.anchor.trust(at.mono_ms, state.floor.ms(), self.source.has_battery()),
        }
    }

    /// The best that is known of now. While nothing is known it is at least the floor.
    #[must_use]
    pub fn now(&self) -> Time {
        let stamp = self.stamp();
        Time(if stamp.clock == Trust::Unset { stamp.wall_ms.max(self.floor().0) } else { stamp.wall_ms })
    }

    /// Milliseconds since boot.
    #[must_use]
    pub fn mono_ms(&self) -> i64 {
        self.source.read().mono_ms
    }

    /// The earliest time it can be.
    #[must_use]
    pub fn floor(&self) -> Time {
        Time(self.state().floor.ms())
    }

    /// The time at which certificates are judged: now when the hub's signed time says so, else the floor.
    ///
    /// A synchronised system clock does not count here. Nobody signed it, and one that runs ten years ahead would keep
    /// the box from the only one who can correct it.
    #[must_use]
    pub fn certificate_time(&self) -> Time {
        let mono_ms = self.mono_ms();
        let state = self.state();
        Time(if state.anchor.by_hub() { state.anchor.wall_ms(mono_ms) } else { state.floor.ms() })
    }

    /// The system says that its clock is synchronised with a time server, now. Call it on each such report.
    pub fn system_is_synchronised(&self) {
        let at = self.source.read();
        let mut state = self.state();
        let floor_ms = state.floor.ms();
        state.anchor.network(at, floor_ms);
    }

    /// The hub signed `signed` in answer to a request that left at `sent_mono_ms` and came back at `back_mono_ms`.
    ///
    /// # Errors
    /// When the floor cannot be kept on the disk. The time counts all the same.
    pub fn hub_says(&self, signed: Time, sent_mono_ms: i64, back_mono_ms: i64) -> io::Result<()> {
        // The answer was signed somewhere on the way: half of the way is the best guess, and wrong by no more than that.
        let middle_ms = sent_mono_ms.saturating_add(back_mono_ms.saturating_sub(sent_mono_ms) / 2);
        let worth_keeping = {
            let mut state = self.state();
            state.anchor.hub(signed.0.saturating_sub(middle_ms));
            state.floor.raise(signed.0)
        };
        if let Some(path) = worth_keeping {
            let _one_writer = self.keeping.lock().unwrap_or_else(PoisonError::into_inner);
            // Another answer may have written a later time while this one waited.
            if !self.state().floor.is_kept(signed.0) {
                floor::keep(&path, signed.0)?;
                self.state().floor.kept(signed.0);
            }
        }
        Ok(())
    }

    /// The offset that a `clock-known` record should tell now, in milliseconds. None when it was told already.
    #[must_use]
    pub fn known_due(&self) -> Option<i64> {
        self.state().anchor.due()
    }

    /// That record is on the disk.
    pub fn known_recorded(&self, offset_ms: i64) {
        self.state().anchor.recorded(offset_ms);
    }

    /// The last jump of the system clock, told once.
    #[must_use]
    pub fn take_jump(&self) -> Option<Jump> {
        let at = self.source.read();
        let mut state = self.state();
        state.anchor.look(at);
        state.anchor.take_jump()
    }
}
