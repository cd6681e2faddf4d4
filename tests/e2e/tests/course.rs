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
    // On no roll of the classes that run here: asked which class, then home.
    second.reader.tap("L016")?;
    second.screen.see("看课程", PATIENCE)?;
    second.screen.touch("看课程", PATIENCE)?;
    let course = second.screen.see_any(COURSES, PATIENCE)?.label;
    second.screen.touch(&course, PATIENCE)?;
    second.screen.touch("开始看", PATIENCE)?;
    second.screen.see("暂停", PATIENCE)?;
    // Time that is really watched, by frames that are really shown, cannot be hurried.
    std::thread::sleep(Duration::from_secs(8));
    second.screen.touch("返回", PATIENCE)?;
    let watched = eventually("a record of what was watched", PATIENCE, || {
        second.records("watched")?.pop().context("there is none")
    })?;
    assert!(watched["body"]["ranges"].as_array().is_some_and(|ranges| !ranges.is_empty()), "{watched}");
    agreed(second, &point.hub, PATIENCE * 2)?;
    first.reader.tap("L016")?;
    first.screen.see("接着看", PATIENCE * 2)?;
    Ok(())
}
