// SPDX-License-Identifier: GPL-3.0-or-later
//! Stories 3 and 8: staff open the session's page, people tap, an entry is undone; a newcomer gets a numbered card.

use anyhow::Result;
use xuedian_e2e::{PATIENCE, Point};

#[test]
fn staff_see_names_as_they_tap_and_undo_one_with_a_reason() -> Result<()> {
    let point = Point::start(1)?;
    let kiosk = point.kiosk();
    let ins = kiosk.records("check-in")?.len();
    kiosk.reader.tap("L029")?;
    kiosk.screen.touch("楷书初级班", PATIENCE)?;
    kiosk.screen.see("已签到", PATIENCE)?;
    kiosk.reader.tap("L004")?;
    kiosk.screen.see("欧阳*博", PATIENCE)?;
    point.records("check-in", ins + 1)?;

    // The key beside the newest name comes first.
    kiosk.screen.touch("撤销", PATIENCE)?;
    kiosk.screen.see("欧阳*博 的签到会撤销", PATIENCE)?;
    kiosk.screen.touch("走错班", PATIENCE)?;
    let undone = point.records("reversal", 1)?;
    let here = kiosk.records("check-in")?;
    assert_eq!(undone[0]["body"]["of"], here[ins]["id"], "{}", undone[0]);
    kiosk.screen.see("已撤销", PATIENCE)?;
    Ok(())
}

#[test]
fn a_newcomer_counts_from_the_first_tap() -> Result<()> {
    let point = Point::start(1)?;
    let kiosk = point.kiosk();
    let ins = kiosk.records("check-in")?.len();
    kiosk.reader.tap("L029")?;
    kiosk.screen.touch("楷书初级班", PATIENCE)?;
    kiosk.screen.touch("更多", PATIENCE)?;
    kiosk.screen.touch("发卡绑卡", PATIENCE)?;
    kiosk.screen.touch("临时卡", PATIENCE)?;
    kiosk.screen.see("请贴新的临时卡", PATIENCE)?;
    kiosk.reader.tap("04AABBCCDDEE01")?;
    kiosk.screen.see("临时卡可以用了", PATIENCE)?;
    let linked = point.records("card-linked", 1)?;
    assert!(!linked[0]["body"]["token"].is_null(), "{}", linked[0]);
    // From now on: the class that runs has one more.
    point.records("check-in", ins + 1)?;
    Ok(())
}
