// SPDX-License-Identifier: GPL-3.0-or-later
//! Stories 5 to 7: the network goes, the reader goes, the power goes.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use rustix::process::Signal;
use xuedian_e2e::{COURSES, PATIENCE, Point, ends_to_work_again};
use xuedian_kit::network::Weather;
use xuedian_kit::process::eventually;
use xuedian_kit::torture::{Plan, agreed, torture};

/// Within this the kiosk heals by itself once the reader is back. The rest is for a busy machine to draw it.
const HEALS: Duration = Duration::from_secs(3 + 5);

#[test]
fn without_a_network_everything_goes_on_and_is_sent_once_later() -> Result<()> {
    let point = Point::start(1)?;
    let kiosk = point.kiosk();
    agreed(kiosk, &point.hub, PATIENCE)?;
    kiosk.network.becomes(Weather::Cut);
    kiosk.reader.tap("L003")?;
    kiosk.screen.see("签到成功", PATIENCE)?;
    let here = kiosk.journal()?.len();
    let device = kiosk.journal()?[0]["device"].as_str().unwrap_or_default().to_owned();
    let there: u64 = point.hub.device(&device)?.epochs.iter().map(|epoch| epoch.stored).sum();
    ensure!(there < here as u64, "the hub has {there} of {here} records although the network is cut");
    kiosk.network.becomes(Weather::Fine);
    agreed(kiosk, &point.hub, PATIENCE * 2)?;
    Ok(())
}

#[test]
fn a_reader_that_was_unplugged_or_hung_heals_by_itself() -> Result<()> {
    let point = Point::start(1)?;
    let kiosk = point.kiosk();
    for (breaks, mends, card) in [("unplug", "plug", "L003"), ("hang", "recover", "L004")] {
        kiosk.reader.act(breaks)?;
        kiosk.screen.see("读卡器没反应", PATIENCE)?;
        kiosk.reader.act(mends)?;
        let back = Instant::now();
        kiosk.screen.see_gone("读卡器没反应", HEALS)?;
        eprintln!("after {breaks} and {mends} the kiosk had healed in {} ms", back.elapsed().as_millis());
        kiosk.reader.tap(card)?;
        kiosk.screen.see("签到成功", PATIENCE)?;
    }
    Ok(())
}

#[test]
fn what_was_acknowledged_survives_a_kill() -> Result<()> {
    let mut point = Point::start(1)?;
    for card in ["L003", "L004", "L005"] {
        let kiosk = &mut point.kiosks[0];
        let before = kiosk.records("check-in")?.len();
        kiosk.reader.tap(card)?;
        kiosk.screen.see("签到成功", PATIENCE)?;
        kiosk.kill()?;
        assert_eq!(kiosk.records("check-in")?.len(), before + 1, "{card} had been told that it is signed in");
        let took = kiosk.restart()?;
        eprintln!("cards were taken {} ms after the start", took.as_millis());
        xuedian_kit::journal::verify(&kiosk.data())?;
    }
    Ok(())
}

#[test]
fn asked_to_end_a_kiosk_folds_its_journal_and_every_line_it_logged_can_be_parsed() -> Result<()> {
    let mut point = Point::start(1)?;
    let kiosk = &mut point.kiosks[0];
    kiosk.reader.tap("L003")?;
    kiosk.screen.see("签到成功", PATIENCE)?;
    kiosk.program().signal(Signal::TERM);
    let ended = eventually("the end", PATIENCE, || kiosk.program().ended()?.context("it still runs"))?;
    ensure!(ended.success(), "{ended}");
    ensure!(!kiosk.data().join("journal.db-wal").exists(), "the log was not folded into the database");
    let log = std::fs::read_to_string(kiosk.program().log())?;
    for line in log.lines() {
        serde_json::from_str::<serde_json::Value>(line).with_context(|| format!("no structured line: {line}"))?;
    }
    ensure!(log.lines().count() > 0);
    Ok(())
}

#[test]
fn a_data_folder_that_cannot_be_used_is_told_and_tried_again() -> Result<()> {
    let mut point = Point::start(1)?;
    let kiosk = &mut point.kiosks[0];
    kiosk.kill()?;
    let (data, away) = (kiosk.data(), kiosk.data().with_extension("away"));
    std::fs::rename(&data, &away)?;
    std::fs::write(&data, "no folder")?;
    kiosk.restart_without_waiting()?;
    kiosk.screen.see("存储出了问题", PATIENCE)?;
    std::fs::remove_file(&data)?;
    std::fs::rename(&away, &data)?;
    ends_to_work_again(kiosk)
}

#[test]
fn damaged_point_keys_do_not_stop_attendance() -> Result<()> {
    let mut point = Point::start(1)?;
    let kiosk = &mut point.kiosks[0];
    kiosk.kill()?;
    kiosk.network.becomes(Weather::Cut);
    std::fs::write(kiosk.data().join("documents/settings.json"), "{")?;
    kiosk.restart()?;
    kiosk.reader.tap("L003")?;
    kiosk.screen.see("签到成功", PATIENCE)?;
    Ok(())
}

#[test]
fn a_damaged_journal_is_told_at_every_start_until_somebody_takes_it_away() -> Result<()> {
    let mut point = Point::start(1)?;
    let kiosk = &mut point.kiosks[0];
    kiosk.kill()?;
    std::fs::write(kiosk.data().join("journal.db"), "no database")?;
    for _ in 0..2 {
        kiosk.restart()?;
        kiosk.screen.touch("请看说明", PATIENCE)?;
        kiosk.screen.see("流水坏了一本", PATIENCE)?;
        kiosk.kill()?;
    }
    let told = kiosk.records("fault")?;
    let of_journal = told.iter().filter(|fault| fault["body"]["part"] == "journal").count();
    ensure!(of_journal == 1, "the hub is told once: {told:?}");
    std::fs::remove_dir_all(kiosk.data().join("aside"))?;
    kiosk.restart()?;
    kiosk.screen.see_any(COURSES, PATIENCE)?;
    kiosk.screen.see_gone("请看说明", PATIENCE)?;
    Ok(())
}

#[test]
fn a_short_torture_leaves_hub_and_journal_of_one_mind() -> Result<()> {
    let report = torture(Plan { kills: 6, seed: 20261122 })?;
    eprintln!("{report}");
    Ok(())
}
