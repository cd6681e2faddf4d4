// SPDX-License-Identifier: GPL-3.0-or-later
//! One run of a box that is killed at its end, with everything that was written to its disk.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use xuedian_kit::process::eventually;

use crate::cuts::log::Log;
use crate::cuts::replay::{Dice, Part, Recorded};
use crate::disk;
use crate::eyes::Eyes;
use crate::plugs::Plugs;
use crate::rig::Rig;
use crate::stories::{PATIENCE, idle};

/// People of the demo who are on the roll of the class that runs, and see the page as its golden picture has it; a group a run.
pub const GROUPS: &[&[&str]] = &[
    &["L003", "L004", "L005", "L006"],
    &["L009", "L101", "L102", "L103"],
    &["L104", "L105", "L106", "L107"],
    &["L023", "L108", "L109", "L110"],
];
/// So many of a group have to be accepted, or the run says nothing.
const ENOUGH: usize = 2;
/// How long the screen may take to say so.
const AT_ONCE: Duration = Duration::from_secs(20);
/// The longest time between two cards, milliseconds.
const BETWEEN_MS: usize = 4000;
/// The longest time from the last card to the kill, milliseconds.
const TO_KILL_MS: usize = 2500;
/// Fetching a release and writing it under emulation, beside cards.
const FETCHING: Duration = Duration::from_secs(1500);

/// Gives power to the box, holds the cards of a group to its reader, offers a release if there is one, and kills it in the
/// moment of one more card.
///
/// # Errors
/// When it does not start, or too few cards are accepted.
pub fn record(
    rig: &mut Rig,
    eyes: &Eyes,
    seed: u64,
    group: usize,
    offer: Option<(&str, &str)>,
    folder: &Path,
) -> Result<Recorded> {
    let mut dice = Dice::new(seed);
    let image = rig.image();
    let mut names = vec!["data", "boot-env"];
    names.extend(offer.map(|_| "root-b"));
    let partitions = names.into_iter().map(|name| kept(&image, name, folder)).collect::<Result<Vec<_>>>()?;
    let updated = rig.boot_variables()?.get("BOOT_ORDER").is_some_and(|order| order.starts_with('B'));
    let already = disk::check_ins(&rig.records()?);
    let log = image.with_extension("log");
    std::fs::write(&log, "").with_context(|| log.display().to_string())?;
    let plugs = Plugs { writes: Some("/image/cuts.log".to_owned()), ..Plugs::default() };
    let mut machine = rig.power(plugs)?;
    idle(&mut machine, eyes)?;
    machine.rest()?;
    if let Some((bundle, version)) = offer {
        rig.offer(bundle, version)?;
    }
    let mut lengths = Vec::new();
    let cards = GROUPS[group % GROUPS.len()];
    for card in cards {
        machine.network(offer.is_some() || dice.below(3) != 0)?;
        eventually("the card is read", PATIENCE, || rig.reader.tap(card))?;
        if machine.see(eyes, "result-signed-in", "签到成功", AT_ONCE).is_ok() {
            lengths.push((std::fs::metadata(&log)?.len(), already + lengths.len() + 1));
        }
        // The result goes by itself, and only then a card is not taken for accepted by the picture of the one before.
        idle(&mut machine, eyes)?;
        std::thread::sleep(Duration::from_millis(dice.below(BETWEEN_MS) as u64));
    }
    if offer.is_some() {
        eventually("the release is written", FETCHING, || {
            let boot = rig.boot_variables()?;
            ensure!(boot.get("BOOT_ORDER").is_some_and(|order| order.starts_with('B')), "{boot:?}");
            Ok(())
        })?;
    }
    // Somebody's card again: whatever it does is under way when the power goes.
    let _ = rig.reader.tap(cards[0]);
    std::thread::sleep(Duration::from_millis(dice.below(TO_KILL_MS) as u64));
    machine.cut()?;
    ensure!(lengths.len() >= ENOUGH, "only {} cards were accepted at once in run {seed}", lengths.len());
    let records = rig.records()?;
    let log = Log::read(&log)?;
    ensure!(!log.entries.is_empty(), "nothing was written in run {seed}");
    let acknowledged = lengths.iter().map(|(length, count)| (log.entries_at(*length), *count)).collect();
    let update = offer.map(|_| rig.cache().join("next.squashfs"));
    Ok(Recorded { log, partitions, records, acknowledged, update, updated })
}

fn kept(image: &Path, name: &'static str, folder: &Path) -> Result<Part> {
    let place = disk::partition(image, name)?;
    let before = folder.join(format!("before-{name}"));
    disk::copy_part(image, place, &before)?;
    Ok(Part { name, place, before })
}
