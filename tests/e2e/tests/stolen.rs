// SPDX-License-Identifier: GPL-3.0-or-later
//! Somebody takes the card out of a box that has been in use, and reads all of it: what docs/box.md says is there, and no name,
//! no card number and no telephone number.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

use aho_corasick::AhoCorasick;
use anyhow::{Context, Result, ensure};
use xuedian_e2e::{PATIENCE, Point};
use xuedian_kit::process::eventually;
use xuedian_kit::programs::program;
use xuedian_kit::torture::agreed;

/// Somebody who joins while the box is in use, with a telephone.
const NAME: &str = "赫连铁树";
/// As the kiosk knows them.
const MASK: &str = "赫连*树";
const TELEPHONE: &str = "13901234567";
const UID: &str = "3D5E7F91";
/// A card that nobody knows.
const STRANGE: &str = "04C0FFEE99AA55";
/// Bytes of one frame that are looked through.
const MOST_UNPACKED: u64 = 64 << 20;
/// How a frame of Zstandard begins.
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

#[test]
fn a_stolen_card_tells_no_name_no_card_number_and_no_telephone_number() -> Result<()> {
    let mut point = Point::start(1)?;
    let hub = point.district.hub().join("data");
    let sheet = point.district.hub().join("people.csv");
    fs::write(&sheet, format!("编号,姓名,电话,卡号\nH001,{NAME},{TELEPHONE},{UID}\n"))?;
    let imported =
        Command::new(program("xuedian")?).args(["roster", "import"]).arg(&sheet).arg("--data").arg(&hub).output()?;
    ensure!(imported.status.success(), "{imported:?}");
    // It publishes when it starts.
    point.hub.kill_and_restart()?;

    let kiosk = &mut point.kiosks[0];
    eventually("the new card is known", PATIENCE * 2, || {
        kiosk.reader.tap(UID)?;
        kiosk.screen.see(MASK, PATIENCE / 10)
    })?;
    for card in [STRANGE, "L001", "L003", "L013", "L028", "L029", "N001", "N002"] {
        kiosk.reader.tap(card)?;
    }
    agreed(kiosk, &point.hub, PATIENCE)?;
    kiosk.kill()?;

    let (mut names, mut uids) = (vec![NAME.to_owned()], vec![UID.to_owned(), STRANGE.to_owned()]);
    let wallet = fs::read_to_string(point.district.cards())?;
    for line in wallet.lines().skip(1) {
        let mut columns = line.split(',');
        uids.push(columns.next().context("a card's number")?.to_owned());
        let owner = columns.nth(1).context("a card's owner")?.trim_end_matches(" (lost)");
        let (code, name) = owner.split_once(' ').context("code and name")?;
        // Technicians are called by a number; cards without a person by what they are.
        if code.starts_with('L') && code != "L032" && !name.is_empty() {
            names.push(name.trim_matches('"').to_owned());
        }
    }
    ensure!(names.len() > 20 && uids.len() > 20, "the wallet was not understood: {wallet}");

    let mut secrets = vec![(TELEPHONE.to_owned(), TELEPHONE.as_bytes().to_vec())];
    secrets.extend(names.iter().map(|name| (name.clone(), name.as_bytes().to_vec())));
    for uid in uids {
        secrets.push((uid.clone(), uid.clone().into_bytes()));
        secrets.push((uid.clone(), uid.to_lowercase().into_bytes()));
        let bytes = (0..uid.len()).step_by(2).map(|at| u8::from_str_radix(&uid[at..at + 2], 16));
        let bytes = bytes.collect::<Result<Vec<u8>, _>>()?;
        // Any four bytes are somewhere in some megabytes; seven are not by chance.
        if bytes.len() == 7 {
            secrets.push((uid, bytes));
        }
    }
    let found = look(&kiosk.data(), &secrets)?;
    ensure!(found.is_empty(), "on the card: {found:#?}");

    // That it finds what is there: masks on the box, whole names at the hub.
    let mask = [(MASK.to_owned(), MASK.as_bytes().to_vec())];
    ensure!(!look(&kiosk.data(), &mask)?.is_empty(), "no mask on the box: nothing was looked through");
    let found = look(&hub, &secrets)?;
    for needle in [NAME, TELEPHONE, "王淑珍"] {
        ensure!(found.contains_key(needle), "{needle} is not at the hub: nothing was looked through");
    }
    Ok(())
}

/// Which of these are in a file below a folder, also packed; and where.
fn look(folder: &Path, secrets: &[(String, Vec<u8>)]) -> Result<BTreeMap<String, PathBuf>> {
    let searcher = AhoCorasick::new(secrets.iter().map(|(_, bytes)| bytes))?;
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.is_file() {
                for part in with_unpacked(fs::read(&path)?)? {
                    for hit in searcher.find_overlapping_iter(&part) {
                        found.insert(secrets[hit.pattern().as_usize()].0.clone(), path.clone());
                    }
                }
            }
        }
    }
    Ok(found)
}

/// A file, and what is unpacked of each place in it that looks like the beginning of a frame of Zstandard.
fn with_unpacked(file: Vec<u8>) -> Result<Vec<Vec<u8>>> {
    let mut parts = Vec::new();
    for frame in AhoCorasick::new([ZSTD])?.find_iter(&file) {
        let mut unpacked = Vec::new();
        if let Ok(decoder) = zstd::Decoder::new(&file[frame.start()..]) {
            // What merely looks so ends in an error; what came before it counts.
            let _ = decoder.take(MOST_UNPACKED).read_to_end(&mut unpacked);
        }
        parts.push(unpacked);
    }
    parts.push(file);
    Ok(parts)
}
