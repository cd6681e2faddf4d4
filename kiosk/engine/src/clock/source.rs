// SPDX-License-Identifier: GPL-3.0-or-later
//! Where time comes from: the kernel's two clocks and its boot id.

use std::{fs, io, path::Path};

use rustix::time::{ClockId, clock_gettime};
use xuedian_domain::id::BootId;

/// What the clocks of the machine say at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Milliseconds since boot, suspended time included (CLOCK_BOOTTIME).
    pub mono_ms: i64,
    /// Milliseconds since 1970 by the system clock.
    pub wall_ms: i64,
}

/// The clocks of a machine, or of a test.
pub trait TimeSource: Send + Sync + 'static {
    /// The kernel's boot id.
    fn boot(&self) -> BootId;
    /// Both clocks, read together.
    fn read(&self) -> Reading;
    /// Whether the system clock is set at boot from a clock with a battery.
    fn has_battery(&self) -> bool;
}

/// The clocks of this machine.
#[derive(Clone, Copy, Debug)]
pub struct MachineTime {
    boot: BootId,
    battery: bool,
}

impl MachineTime {
    /// Reads the boot id and looks for a clock with a battery.
    ///
    /// # Errors
    /// When the kernel shows no boot id.
    pub fn open() -> io::Result<Self> {
        let text = fs::read_to_string("/proc/sys/kernel/random/boot_id")?;
        let boot = text.trim().parse().map_err(io::Error::other)?;
        Ok(Self { boot, battery: battery_under(Path::new("/sys/class/rtc")) })
    }
}

/// A clock counts when the kernel took the time of this boot from it.
fn battery_under(folder: &Path) -> bool {
    let Ok(clocks) = fs::read_dir(folder) else { return false };
    clocks.flatten().any(|clock| fs::read_to_string(clock.path().join("hctosys")).is_ok_and(|text| text.trim() == "1"))
}

impl TimeSource for MachineTime {
    fn boot(&self) -> BootId {
        self.boot
    }

    fn read(&self) -> Reading {
        let ms = |clock| {
            let time = clock_gettime(clock);
            time.tv_sec.saturating_mul(1000).saturating_add(time.tv_nsec / 1_000_000)
        };
        Reading { mono_ms: ms(ClockId::Boottime), wall_ms: ms(ClockId::Realtime) }
    }

    fn has_battery(&self) -> bool {
        self.battery
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_a_boot_and_a_time() {
        let machine = MachineTime::open().unwrap();
        let (first, second) = (machine.read(), machine.read());
        assert_ne!(machine.boot(), BootId::default());
        assert!(first.mono_ms > 0 && second.mono_ms >= first.mono_ms);
        assert!(first.wall_ms > first.mono_ms);
    }

    #[test]
    fn a_battery_counts_only_when_it_set_the_clock() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!battery_under(&folder.path().join("absent")));
        let clock = folder.path().join("rtc0");
        fs::create_dir(&clock).unwrap();
        fs::write(clock.join("hctosys"), "0\n").unwrap();
        assert!(!battery_under(folder.path()));
        fs::write(clock.join("hctosys"), "1\n").unwrap();
        assert!(battery_under(folder.path()));
    }
}
