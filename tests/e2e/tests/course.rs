// SPDX-License-Identifier: GPL-3.0-or-later
//! Stories 1 and 4: a course in two touches; stopped at one kiosk, resumed at another.

use std::time::Duration;

use anyhow::{Context, Result};
use xuedian_e2e::{COURSES, PATIENCE, Point};
use xuedian_kit::process::eventually;
use xuedian_kit::torture::agreed;

#[test]
fn two_touches_from_the_idle_screen_to_a_playing_course() -> Result<()> {
    let point = Point::start(1)?;
    let screen = &point.kiosk().screen;
    let course = screen.see_any(COURSES, PATIENCE)?.label;
    screen.touch(&course, PATIENCE)?;
    screen.touch("开始看", PATIENCE)?;
    screen.see("暂停", PATIENCE)?;
    Ok(())
}

#[test]
fn what_was_begun_at_one_kiosk_goes_on_at_another() -> Result<()> {
    let point = Point::start(2)?;
    let [first, second] = &point.kiosks[..] else { anyhow::bail!("two kiosks were asked for") };
    first.reader.tap("L005")?;
    first.screen.see("签到成功", PATIENCE)?;
    first.screen.touch("继续", PATIENCE)?;
    first.screen.touch("开始看", PATIENCE)?;
    first.screen.see("暂停", PATIENCE)?;
    // Time that is really watched, by frames that are really shown, cannot be hurried.
    std::thread::sleep(Duration::from_secs(8));
    first.screen.touch("返回", PATIENCE)?;
    let watched = eventually("a record of what was watched", PATIENCE, || {
        first.records("watched")?.pop().context("there is none")
    })?;
    let ranges = watched["body"]["ranges_ms"].as_array();
    assert!(ranges.is_some_and(|ranges| !ranges.is_empty()), "{watched}");
    agreed(first, &point.hub, PATIENCE * 2)?;

    // A lecture in the room of the other kiosk, as in some hours, puts its own result first. Home offers to go on.
    eventually("the other kiosk goes on", PATIENCE * 3, || {
        second.reader.tap("L005")?;
        if second.screen.see_any(&["接着看", "继续"], Duration::from_secs(5))?.label == "继续" {
            second.screen.touch("继续", Duration::from_secs(5))?;
        }
        second.screen.see("接着看", Duration::from_secs(5))
    })?;
    Ok(())
}
