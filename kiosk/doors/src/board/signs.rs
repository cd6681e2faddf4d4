// SPDX-License-Identifier: GPL-3.0-or-later
//! Which files tell what.

use std::path::{Path, PathBuf};

use xuedian_engine::ports::board::{BoardSigns, Memory};

use super::files::{entries, has_bit, text};

/// A sensor that says anything else is broken, °C.
const PLAUSIBLE: std::ops::RangeInclusive<i32> = -40..=150;

/// Bits of the Raspberry Pi firmware's `get_throttled`, from its documentation (`vcgencmd get_throttled`): the supply is
/// below 4.63 V now; the processor's clock is capped now; it is slowed down now.
const UNDER_VOLTAGE: u32 = 1 << 0;
const CAPPED: u32 = 1 << 1;
const THROTTLED: u32 = 1 << 2;

/// Bits of input devices, from `linux/input-event-codes.h`: properties of a pointer (a mouse, a touchpad) and of what is
/// touched where it shows; absolute axes of one finger and of several; the key that says that something is touched.
const INPUT_PROP_POINTER: usize = 0x00;
const INPUT_PROP_DIRECT: usize = 0x01;
const ABS_X: usize = 0x00;
const ABS_MT_POSITION_X: usize = 0x35;
const BTN_TOUCH: usize = 0x14a;

/// All that the files below `root` tell.
pub(super) fn read(root: &Path) -> BoardSigns {
    let firmware = firmware(root);
    let has = |bits: u32| firmware.map(|flags| flags & bits != 0);
    BoardSigns {
        celsius: hottest(root),
        slowed: has(CAPPED | THROTTLED),
        under_voltage: either(has(UNDER_VOLTAGE), alarm(root)),
        touch: touch(root),
        display: display(root),
        memory: memory(root),
    }
}

/// `/sys/class/thermal/thermal_zone*/temp`, thousandths of a degree. Only zones of a device tree, which are named `cpu-thermal`
/// and the like by its rules: the processor of a PC may be at 90 °C all day, and is made for it.
fn hottest(root: &Path) -> Option<i32> {
    let zones = entries(root.join("sys/class/thermal"), "thermal_zone").into_iter();
    let of_a_board = zones.filter(|zone| text(&zone.join("type")).is_some_and(|name| name.ends_with("thermal")));
    let celsius = of_a_board.filter_map(|zone| text(&zone.join("temp"))?.parse::<i32>().ok()).map(|milli| milli / 1000);
    celsius.filter(|celsius| PLAUSIBLE.contains(celsius)).max()
}

/// What the Raspberry Pi's firmware says of its processor: `get_throttled`, hexadecimal, beside the device of its driver.
/// That device is `soc:firmware` up to the fourth board and has the address of its bus in its name since.
fn firmware(root: &Path) -> Option<u32> {
    let known = root.join("sys/devices/platform/soc/soc:firmware");
    let bound = entries(root.join("sys/bus/platform/drivers/raspberrypi-firmware"), "soc");
    let flags = std::iter::once(known).chain(bound).find_map(|device| text(&device.join("get_throttled")))?;
    u32::from_str_radix(flags.trim_start_matches("0x"), 16).ok()
}

/// The kernel's own watch on the same supply: the hwmon device `rpi_volt`, whose lowest bound was passed.
fn alarm(root: &Path) -> Option<bool> {
    let mut devices = entries(root.join("sys/class/hwmon"), "hwmon").into_iter();
    let supply = devices.find(|device| text(&device.join("name")).as_deref() == Some("rpi_volt"))?;
    text(&supply.join("in0_lcrit_alarm")).map(|alarm| alarm == "1")
}

/// Whether any of `/sys/class/input/event*` is touched where it shows: by its own word, or, for drivers that do not give it,
/// as udev knows a touch screen.
fn touch(root: &Path) -> Option<bool> {
    let folder = root.join("sys/class/input");
    let is_touch = |device: PathBuf| {
        let bits = |file: &str| text(&device.join("device").join(file)).unwrap_or_default();
        let (properties, axes) = (bits("properties"), bits("capabilities/abs"));
        let places = has_bit(&axes, ABS_MT_POSITION_X) || has_bit(&axes, ABS_X);
        let touched = has_bit(&bits("capabilities/key"), BTN_TOUCH) && !has_bit(&properties, INPUT_PROP_POINTER);
        places && (has_bit(&properties, INPUT_PROP_DIRECT) || touched)
    };
    folder.exists().then(|| entries(folder, "event").into_iter().any(is_touch))
}

/// Whether a display is connected: `/sys/class/drm/card*-*/status`. Panels that cannot be asked say `unknown`. The connector
/// that only writes into memory is none.
fn display(root: &Path) -> Option<bool> {
    let connectors = entries(root.join("sys/class/drm"), "card").into_iter();
    let real = connectors.filter(|path| !path.to_string_lossy().contains("-Writeback-"));
    let states: Vec<_> = real.filter_map(|connector| text(&connector.join("status"))).collect();
    (!states.is_empty()).then(|| states.iter().any(|state| state != "disconnected"))
}

/// `MemAvailable` of `/proc/meminfo`, and the line `full` of `/proc/pressure/memory` where the kernel keeps it.
fn memory(root: &Path) -> Option<Memory> {
    let info = text(&root.join("proc/meminfo"))?;
    let kib = info.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?.trim().strip_suffix("kB")?.trim();
    let pressure = text(&root.join("proc/pressure/memory"));
    let full = pressure.as_deref().and_then(|text| text.lines().find_map(|line| line.strip_prefix("full avg10=")));
    let stalled = full.and_then(|line| line.split(['.', ' ']).next()?.parse().ok());
    Some(Memory { available_mib: kib.parse::<u64>().ok()? / 1024, stalled_percent: stalled })
}

/// Whether one of two says so; none when neither says anything.
fn either(one: Option<bool>, other: Option<bool>) -> Option<bool> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one || other),
        (one, other) => one.or(other),
    }
}
