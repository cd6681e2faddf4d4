// SPDX-License-Identifier: GPL-3.0-or-later
//! The board door on folders with the files of several machines. Each file stands where the kernel has it.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::Path;

use tempfile::TempDir;
use tokio::sync::mpsc;
use xuedian_doors::board::{Board, Watch, open};
use xuedian_engine::ports::board::{BoardSigns, Memory};

/// Input devices as `udevadm` shows them: properties, absolute axes, keys.
const PANEL: [&str; 3] = ["2", "260800000000003", "400 0 0 0 0 0"];
const OLD_PANEL: [&str; 3] = ["0", "3", "400 0 0 0 0 0"];
const TOUCHPAD: [&str; 3] = ["5", "260800000000003", "e520 10000 0 0 0 0"];
const MOUSE: [&str; 3] = ["0", "0", "ff0000 0 0 0 0"];

fn write(root: &Path, file: &str, words: &str) {
    let path = root.join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, format!("{words}\n")).unwrap();
}

fn input(root: &Path, number: u32, device: [&str; 3]) {
    for (file, words) in ["properties", "capabilities/abs", "capabilities/key"].into_iter().zip(device) {
        write(root, &format!("sys/class/input/event{number}/device/{file}"), words);
    }
}

/// A machine with these files; what is said of it at the first look.
fn check(bare: bool, files: &[(&str, &str)], expected: BoardSigns) {
    let folder = TempDir::new().unwrap();
    for (file, words) in files {
        write(folder.path(), file, words);
    }
    let board = Board { root: folder.path().to_owned(), bare };
    assert_eq!(Watch::new(board).look(), expected, "{files:?}");
}

#[test]
fn a_machine_that_says_nothing_has_no_fault() {
    for bare in [false, true] {
        check(bare, &[], BoardSigns::default());
    }
}

#[test]
fn the_hottest_sensor_of_the_board_counts() {
    let celsius = |celsius| BoardSigns { celsius, ..BoardSigns::default() };
    let zone = |n: u32, file: &str| format!("sys/class/thermal/thermal_zone{n}/{file}");
    let (kind, temp, kind_1, temp_1) = (zone(0, "type"), zone(0, "temp"), zone(1, "type"), zone(1, "temp"));
    check(true, &[(&kind, "cpu-thermal"), (&temp, "61835")], celsius(Some(61)));
    let two = [(&*kind, "cpu-thermal"), (&*temp, "61835"), (&*kind_1, "gpu-thermal"), (&*temp_1, "84000")];
    check(true, &two, celsius(Some(84)));
    // A sensor that is broken, and the processor of a PC.
    check(true, &[(&kind, "cpu-thermal"), (&temp, "-274000")], celsius(None));
    check(true, &[(&kind, "x86_pkg_temp"), (&temp, "95000")], celsius(None));
    check(true, &[(&kind, "cpu-thermal"), (&temp, "")], celsius(None));
}

#[test]
fn too_little_power_is_told_by_the_firmware_or_by_the_kernel() {
    let signs = |slowed, under_voltage| BoardSigns { slowed, under_voltage, ..BoardSigns::default() };
    let four = "sys/devices/platform/soc/soc:firmware/get_throttled";
    let five = "sys/bus/platform/drivers/raspberrypi-firmware/soc@107c000000:firmware/get_throttled";
    check(true, &[(four, "0")], signs(Some(false), Some(false)));
    check(true, &[(four, "50005")], signs(Some(true), Some(true)));
    // It was too little since the start, and is not now.
    check(true, &[(five, "50000")], signs(Some(false), Some(false)));
    check(true, &[(five, "2")], signs(Some(true), Some(false)));
    // The soft limit of temperature slows nothing that is seen.
    check(true, &[(four, "8")], signs(Some(false), Some(false)));
    let (name, alarm) = ("sys/class/hwmon/hwmon1/name", "sys/class/hwmon/hwmon1/in0_lcrit_alarm");
    check(true, &[(name, "rpi_volt"), (alarm, "1")], signs(None, Some(true)));
    check(true, &[(name, "rpi_volt"), (alarm, "0"), (four, "1")], signs(Some(false), Some(true)));
    check(true, &[(name, "nvme"), (alarm, "1")], signs(None, None));
}

#[test]
fn a_panel_is_missed_on_a_bare_box_and_where_there_was_one() {
    for (devices, on_a_desk, bare) in [
        (&[MOUSE][..], None, Some(false)),
        (&[TOUCHPAD, MOUSE], None, Some(false)),
        (&[MOUSE, PANEL], Some(true), Some(true)),
        (&[OLD_PANEL], Some(true), Some(true)),
    ] {
        let folder = TempDir::new().unwrap();
        for (device, number) in devices.iter().zip(0..) {
            input(folder.path(), number, *device);
        }
        let look = |bare| Watch::new(Board { root: folder.path().to_owned(), bare }).look().touch;
        assert_eq!((look(false), look(true)), (on_a_desk, bare), "{devices:?}");
    }
    let folder = TempDir::new().unwrap();
    input(folder.path(), 0, PANEL);
    let mut watch = Watch::new(Board { root: folder.path().to_owned(), bare: false });
    assert_eq!(watch.look().touch, Some(true));
    fs::remove_dir_all(folder.path().join("sys/class/input/event0")).unwrap();
    assert_eq!(watch.look().touch, Some(false), "it was unplugged");
}

#[test]
fn a_display_is_one_that_is_not_known_to_be_away() {
    let signs = |display| BoardSigns { display, ..BoardSigns::default() };
    let (first, second) = ("sys/class/drm/card1-HDMI-A-1/status", "sys/class/drm/card1-HDMI-A-2/status");
    let memory = "sys/class/drm/card1-Writeback-1/status";
    check(true, &[(first, "disconnected"), (second, "connected"), (memory, "unknown")], signs(Some(true)));
    check(true, &[(first, "disconnected"), (second, "disconnected"), (memory, "unknown")], signs(Some(false)));
    check(true, &[("sys/class/drm/card0-DSI-1/status", "unknown")], signs(Some(true)));
    check(true, &[(memory, "unknown")], signs(None));
    check(false, &[(first, "disconnected")], signs(None));
}

#[test]
fn memory_is_what_is_available_and_how_long_all_waited_for_it() {
    let signs = |available_mib, stalled_percent| BoardSigns {
        memory: Some(Memory { available_mib, stalled_percent }),
        ..BoardSigns::default()
    };
    let info =
        ("proc/meminfo", "MemTotal:         948304 kB\nMemFree:           30112 kB\nMemAvailable:     102400 kB");
    let pressure = "some avg10=31.20 avg60=9.00 avg300=1.00 total=9\nfull avg10=22.51 avg60=7.00 avg300=0.50 total=7";
    check(true, &[info], signs(100, None));
    check(true, &[info, ("proc/pressure/memory", pressure)], signs(100, Some(22)));
    check(true, &[("proc/meminfo", "MemTotal: 948304 kB")], BoardSigns::default());
}

#[test]
fn the_door_tells_and_ends_when_nobody_listens() {
    let folder = TempDir::new().unwrap();
    write(folder.path(), "proc/meminfo", "MemAvailable: 2048 kB");
    let (signs, mut director) = mpsc::channel(1);
    let thread = open(signs, Board { root: folder.path().to_owned(), bare: true }).unwrap();
    let memory = Some(Memory { available_mib: 2, stalled_percent: None });
    assert_eq!(director.blocking_recv(), Some(BoardSigns { memory, ..BoardSigns::default() }));
    drop(director);
    thread.join().unwrap();
}

#[test]
fn this_machine_can_be_looked_at() {
    let mut watch = Watch::new(Board { root: "/".into(), bare: false });
    let signs = watch.look();
    assert!(signs.memory.is_some_and(|memory| memory.available_mib > 0), "{signs:?}");
    assert!(signs.touch != Some(false) && signs.display != Some(false), "{signs:?}");
}
