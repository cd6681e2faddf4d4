// SPDX-License-Identifier: GPL-3.0-or-later
//! Two people of staff reset a box: it comes up as from the factory, and what it had not sent reaches the hub by `rescue`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, Result, ensure};
use xuedian_e2e::{PATIENCE, Point};
use xuedian_kit::hub::Hub;
use xuedian_kit::journal;
use xuedian_kit::kiosk::Kiosk;
use xuedian_kit::network::Weather;
use xuedian_kit::process::eventually;
use xuedian_kit::programs::program;
use xuedian_kit::torture::agreed;

/// What a kiosk that wants to be started anew ends with.
const START_ANEW: i32 = 80;

#[test]
fn unsent_records_outlive_a_reset_and_reach_the_hub() -> Result<()> {
    let mut point = Point::start(1)?;
    let kiosk = &mut point.kiosks[0];
    agreed(kiosk, &point.hub, PATIENCE)?;
    let device = kiosk.journal()?[0]["device"].clone();
    kiosk.network.becomes(Weather::Cut);
    kiosk.reader.tap("L003")?;
    kiosk.screen.see("签到成功", PATIENCE)?;

    ask(kiosk)?;
    kiosk.screen.see("条记录没上传，会另存一份", PATIENCE)?;
    kiosk.screen.touch("是的", PATIENCE)?;
    kiosk.reader.tap("L029")?;
    kiosk.screen.see("这是同一位", PATIENCE)?;
    ensure!(kiosk.records("factory-reset")?.is_empty(), "one person alone");
    confirm(kiosk)?;

    kiosk.restart()?;
    kiosk.screen.see("还没有设置好", PATIENCE)?;
    let kept = kept(kiosk)?.context("nothing was kept")?;
    let records = journal::export(&kept)?;
    let reset = records.iter().find(|record| record["kind"] == "factory-reset").context("no record of the reset")?;
    ensure!(reset["body"]["by"] != reset["body"]["second"], "{reset}");
    ensure!(reset["body"]["unsent"].as_u64() >= Some(1), "{reset}");
    for gone in ["documents/settings.json", "identity/provision.json", "reset.json"] {
        ensure!(!kiosk.data().join(gone).exists(), "{gone} is still there");
    }
    kiosk.reader.tap("L003")?;
    kiosk.screen.see("这张卡还没登记", PATIENCE)?;
    ensure!(kiosk.journal()?[0]["device"] != device, "it is another box now");

    kiosk.kill()?;
    let hub = point.district.hub().join("data");
    let stored_before = stored(&point.hub)?;
    let missing = records.len() as u64 - stored_before;
    ensure!(missing >= 2, "only {missing} records are missing at the hub");
    // The whole card: what is kept is found. What was tapped since waits until the box belongs to the district again.
    let card = rescue(&kiosk.data(), &hub)?;
    let said = String::from_utf8_lossy(&card.stdout).into_owned();
    ensure!(said.contains(&format!(" {missing} records handed over")), "{said}");
    ensure!(said.contains("no device of the district") && !card.status.success(), "{card:?}");
    ensure!(stored(&point.hub)? == stored_before + missing, "{said}");
    // What is kept by itself, and again: nothing is there twice.
    let again = rescue(&kept, &hub)?;
    ensure!(again.status.success(), "{again:?}");
    ensure!(String::from_utf8_lossy(&again.stdout).contains(" 0 records handed over"), "{again:?}");
    Ok(())
}

#[test]
fn when_everything_is_sent_nothing_is_kept() -> Result<()> {
    let mut point = Point::start(1)?;
    let kiosk = &mut point.kiosks[0];
    agreed(kiosk, &point.hub, PATIENCE)?;
    ask(kiosk)?;
    kiosk.screen.touch("是的", PATIENCE)?;
    confirm(kiosk)?;
    kiosk.network.becomes(Weather::Cut);
    kiosk.restart()?;
    kiosk.screen.see("还没有设置好", PATIENCE)?;
    ensure!(kept(kiosk)?.is_none(), "kept although the hub has it");
    Ok(())
}

/// From the staff page to the question.
fn ask(kiosk: &Kiosk) -> Result<()> {
    kiosk.reader.tap("L029")?;
    kiosk.screen.touch("自检", PATIENCE)?;
    // Behind the checks, which fill a page.
    kiosk.screen.touch("下页", PATIENCE)?;
    kiosk.screen.touch("恢复出厂", PATIENCE)?;
    kiosk.screen.see("恢复出厂吗？", PATIENCE)?;
    Ok(())
}

/// The second person's card; then the kiosk ends by itself.
fn confirm(kiosk: &mut Kiosk) -> Result<()> {
    kiosk.screen.see("请另一位工作人员刷卡", PATIENCE)?;
    kiosk.reader.tap("L030")?;
    kiosk.screen.see("正在恢复出厂", PATIENCE)?;
    let ended = eventually("the end of the kiosk", PATIENCE, || kiosk.program().ended()?.context("it runs"))?;
    ensure!(ended.code() == Some(START_ANEW), "{ended}");
    ensure!(kiosk.data().join("reset.json").exists(), "nothing is left for the next start");
    Ok(())
}

/// The folder with the records of before the reset, if any.
fn kept(kiosk: &Kiosk) -> Result<Option<PathBuf>> {
    let folder = kiosk.data().join("kept");
    if !folder.exists() {
        return Ok(None);
    }
    Ok(fs::read_dir(folder)?.next().transpose()?.map(|entry| entry.path()))
}

fn rescue(card: &Path, hub: &Path) -> Result<Output> {
    Ok(Command::new(program("xuedian")?).arg("rescue").arg(card).arg("--data").arg(hub).output()?)
}

fn stored(hub: &Hub) -> Result<u64> {
    Ok(hub.status()?.iter().flat_map(|device| &device.epochs).map(|epoch| epoch.stored).sum())
}
