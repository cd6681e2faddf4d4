// SPDX-License-Identifier: GPL-3.0-or-later
//! Story 2: a learner taps, taps again at once, taps in mid-class; another taps at the end.

use anyhow::Result;
use xuedian_e2e::{PATIENCE, Point};

#[test]
fn a_tap_signs_in_and_a_second_one_changes_nothing() -> Result<()> {
    let point = Point::start(1)?;
    let kiosk = point.kiosk();
    let (ins, outs) = (kiosk.records("check-in")?.len(), kiosk.records("check-out")?.len());
    kiosk.reader.tap("L003")?;
    kiosk.screen.see("签到成功", PATIENCE)?;
    let here = point.records("check-in", ins + 1)?;
    assert_eq!(here[ins]["body"]["sits_in"], false);

    kiosk.reader.tap("L003")?;
    kiosk.screen.see("您已签到", PATIENCE)?;
    point.records("check-in", ins + 1)?;
    point.records("check-out", outs)?;
    Ok(())
}

#[test]
fn a_tap_at_the_end_signs_out_with_credits_and_says_why() -> Result<()> {
    let point = Point::start(1)?;
    let kiosk = point.kiosk();
    let outs = kiosk.records("check-out")?.len();
    // On the roll of the class that ends in twelve minutes, and signed in since its start.
    kiosk.reader.tap("L007")?;
    kiosk.screen.see("签退成功", PATIENCE)?;
    kiosk.screen.see("每满半小时", PATIENCE)?;
    let out = point.records("check-out", outs + 1)?;
    assert_eq!(out[outs]["body"]["early"], false);
    Ok(())
}

#[test]
fn cards_that_cannot_sign_in_are_told_so_in_words() -> Result<()> {
    let point = Point::start(1)?;
    let kiosk = point.kiosk();
    let ins = kiosk.records("check-in")?.len();
    for (card, words) in [("N004", "还没登记"), ("N001", "请换一张卡"), ("N002", "请收好身份证")] {
        kiosk.reader.tap(card)?;
        kiosk.screen.see(words, PATIENCE)?;
    }
    point.records("card-unknown", 1)?;
    point.records("check-in", ins)?;
    // Two people whose cards answer alike.
    kiosk.reader.tap("3A5C7E10")?;
    kiosk.screen.see("宋*庚", PATIENCE)?;
    Ok(())
}
