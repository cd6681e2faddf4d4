// SPDX-License-Identifier: GPL-3.0-or-later
//! The board gets too hot, memory runs short, the touch panel goes: the film is the first to go, and cards are taken.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use xuedian_e2e::{COURSES, PATIENCE, Point};
use xuedian_kit::kiosk::Kiosk;
use xuedian_kit::process::eventually;

const ZONE: &str = "sys/class/thermal/thermal_zone0";
/// Half a minute of plenty, and the time to see it.
const PLENTY: Duration = Duration::from_secs(90);

#[test]
fn a_film_is_stopped_by_heat_and_by_want_of_memory_and_cards_go_on() -> Result<()> {
    let point = Point::start(1)?;
    let kiosk = point.kiosk();
    kiosk.board_says(&format!("{ZONE}/type"), "cpu-thermal")?;
    kiosk.board_says(&format!("{ZONE}/temp"), "61000")?;
    let course = kiosk.screen.see_any(COURSES, PATIENCE)?.label;
    kiosk.screen.touch(&course, PATIENCE)?;
    watch(kiosk)?;
    kiosk.board_says(&format!("{ZONE}/temp"), "85000")?;
    kiosk.screen.see("机器太热了", PATIENCE)?;
    kiosk.screen.see("凉了再看课程。", PATIENCE)?;
    kiosk.board_says(&format!("{ZONE}/temp"), "60000")?;
    kiosk.screen.see_gone("机器太热了", PATIENCE)?;
    told(kiosk, "heat", &[true, false])?;

    watch(kiosk)?;
    kiosk.board_says("proc/meminfo", "MemAvailable: 40960 kB")?;
    kiosk.screen.see("机器忙不过来", PATIENCE)?;
    kiosk.reader.tap("L003")?;
    kiosk.screen.see("签到成功", PATIENCE)?;
    kiosk.board_says("proc/meminfo", "MemAvailable: 409600 kB")?;
    told(kiosk, "memory", &[true, false])
}

#[test]
fn a_panel_that_was_unplugged_asks_for_no_touch_until_it_is_back() -> Result<()> {
    let point = Point::start(1)?;
    let kiosk = point.kiosk();
    let [properties, axes] = ["properties", "capabilities/abs"].map(|f| format!("sys/class/input/event0/device/{f}"));
    kiosk.board_says(&axes, "3")?;
    kiosk.board_says(&properties, "2")?;
    kiosk.screen.see_any(COURSES, PATIENCE)?;
    // The door has seen it once.
    std::thread::sleep(Duration::from_secs(5));
    kiosk.board_says(&properties, "0")?;
    kiosk.screen.see("触摸屏没反应", PATIENCE)?;
    let things = kiosk.screen.things()?;
    ensure!(!things.iter().any(|thing| thing.label.contains("看课程")), "{things:?}");
    kiosk.reader.tap("L003")?;
    kiosk.screen.see("签到成功", PATIENCE)?;
    kiosk.board_says(&properties, "2")?;
    kiosk.screen.see_gone("触摸屏没反应", PATIENCE)?;
    told(kiosk, "touch", &[true, false])
}

/// Plays the course whose page is shown.
fn watch(kiosk: &Kiosk) -> Result<()> {
    kiosk.screen.touch("开始看", PATIENCE)?;
    kiosk.screen.see("暂停", PATIENCE).map(drop)
}

/// The faults of a part that are in the journal: which of them began, in their order.
fn told(kiosk: &Kiosk, part: &str, expected: &[bool]) -> Result<()> {
    eventually(&format!("faults of {part}: {expected:?}"), PLENTY, || {
        let faults = kiosk.records("fault")?;
        let of_part = faults.iter().filter(|fault| fault["body"]["part"] == part);
        let began: Option<Vec<_>> = of_part.map(|fault| fault["body"]["began"].as_bool()).collect();
        ensure!(began.context("a fault without a beginning")? == expected, "{faults:?}");
        Ok(())
    })
}
