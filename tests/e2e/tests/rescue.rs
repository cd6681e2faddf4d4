// SPDX-License-Identifier: GPL-3.0-or-later
//! A box breaks with records that the hub never saw: its card is read at the hub.

use std::path::Path;
use std::process::{Command, Output};

use anyhow::{Result, ensure};
use xuedian_e2e::{PATIENCE, Point};
use xuedian_kit::hub::Hub;
use xuedian_kit::journal;
use xuedian_kit::network::Weather;
use xuedian_kit::programs::program;
use xuedian_kit::torture::agreed;

#[test]
fn a_card_brings_what_was_never_sent_and_the_same_again_changes_nothing() -> Result<()> {
    let mut point = Point::start(1)?;
    let kiosk = &mut point.kiosks[0];
    agreed(kiosk, &point.hub, PATIENCE)?;
    kiosk.network.becomes(Weather::Cut);
    for card in ["L003", "L004"] {
        kiosk.reader.tap(card)?;
        kiosk.screen.see("签到成功", PATIENCE)?;
    }
    // Killed, so that the last records are in the database's log only.
    kiosk.kill()?;
    ensure!(kiosk.data().join("journal.db-wal").metadata()?.len() > 0, "nothing is in the log");
    let records = journal::export(&kiosk.data())?.len() as u64;
    let missing = records - stored(&point.hub)?;
    ensure!(missing >= 2, "only {missing} records are missing at the hub");

    let card = kiosk.data();
    let hub = point.district.hub().join("data");
    let first = rescue(&card, &hub)?;
    ensure!(first.status.success(), "{first:?}");
    ensure!(text(&first).contains(&format!(" {missing} records handed over")), "{}", text(&first));
    ensure!(stored(&point.hub)? == records, "the hub has {} of {records}", stored(&point.hub)?);
    let again = rescue(&card, &hub)?;
    ensure!(text(&again).contains(&format!(" 0 records handed over, {records} were at the hub")), "{}", text(&again));

    // The box was not broken after all: it goes on where it was, and nothing is there twice.
    kiosk.network.becomes(Weather::Fine);
    kiosk.restart()?;
    agreed(kiosk, &point.hub, PATIENCE * 2)?;
    Ok(())
}

#[test]
fn a_card_without_a_journal_and_one_that_is_damaged_are_told_in_words() -> Result<()> {
    let mut point = Point::start(1)?;
    let kiosk = &mut point.kiosks[0];
    kiosk.kill()?;
    let hub = point.district.hub().join("data");
    let nothing = rescue(&point.district.folder.join("hub"), &hub)?;
    ensure!(!nothing.status.success(), "{nothing:?}");
    let said = String::from_utf8_lossy(&nothing.stderr).into_owned();
    ensure!(said.contains("no journal.db in") && said.contains("xuedian/kiosk"), "{said}");

    let database = kiosk.data().join("journal.db");
    std::fs::write(&database, [b'?'; 8192])?;
    let damaged = rescue(&kiosk.data(), &hub)?;
    ensure!(!damaged.status.success(), "{damaged:?}");
    ensure!(String::from_utf8_lossy(&damaged.stderr).contains("keep the card"), "{damaged:?}");
    ensure!(std::fs::read(&database)? == [b'?'; 8192], "the card was changed");
    Ok(())
}

fn rescue(card: &Path, hub: &Path) -> Result<Output> {
    Ok(Command::new(program("xuedian")?).arg("rescue").arg(card).arg("--data").arg(hub).output()?)
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stored(hub: &Hub) -> Result<u64> {
    Ok(hub.status()?.iter().flat_map(|device| &device.epochs).map(|epoch| epoch.stored).sum())
}
