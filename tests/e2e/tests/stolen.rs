// SPDX-License-Identifier: GPL-3.0-or-later
//! Somebody takes the card out of a box that has been in use, and reads all of it: what docs/box.md says is there, and no name,
//! no card number and no telephone number.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::process::Command;

use aho_corasick::AhoCorasick;
use anyhow::{Context, Result, ensure};
use xuedian_e2e::{PATIENCE, Point};
use xuedian_kit::kiosk::Kiosk;
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
    for card in [STRANGE, "L001", "L003", "L013", "L028", "N001", "N002"] {
        kiosk.reader.tap(card)?;
    }
    print_sheet(kiosk)?;
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
    let mut secrets = as_text(TELEPHONE);
    secrets.extend(names.iter().flat_map(|name| as_text(name)));
    for uid in &uids {
        secrets.extend(as_number(uid)?);
    }
    let found = look(&kiosk.data(), &secrets)?;
    ensure!(found.is_empty(), "on the card: {found:#?}");

    // Each form of each secret would have been found, also packed.
    let scratch = tempfile::tempdir()?;
    for (number, (_, bytes)) in secrets.iter().enumerate() {
        fs::write(scratch.path().join(number.to_string()), [b"before ", bytes.as_slice(), b" behind"].concat())?;
    }
    let found = look(scratch.path(), &secrets)?;
    ensure!(
        names.iter().chain(&uids).all(|secret| found.contains_key(secret)),
        "not everything would be found: {found:?}"
    );
    let sheets = look(&kiosk.data().join("papers"), &as_text("签到"))?;
    ensure!(!sheets.is_empty(), "the sign-in sheet was not opened");
    // That it finds what is there: masks on the box, whole names at the hub.
    ensure!(!look(&kiosk.data(), &as_text(MASK))?.is_empty(), "no mask on the box: nothing was looked through");
    let found = look(&hub, &secrets)?;
    for needle in [NAME, TELEPHONE, "王淑珍"] {
        ensure!(found.contains_key(needle), "{needle} is not at the hub: nothing was looked through");
    }
    Ok(())
}

/// Staff have the sheet of a class made.
fn print_sheet(kiosk: &Kiosk) -> Result<()> {
    kiosk.reader.tap("L029")?;
    kiosk.screen.touch("楷书初级班", PATIENCE)?;
    kiosk.screen.see("已签到", PATIENCE)?;
    for key in ["更多", "签到表", "做签到表"] {
        kiosk.screen.touch(key, PATIENCE)?;
    }
    kiosk.screen.see("做好了", PATIENCE)?;
    Ok(())
}

/// What is looked for, and the bytes that it may be written as.
type Secrets = Vec<(String, Vec<u8>)>;

/// A name or the like, in each way in which text is written.
fn as_text(text: &str) -> Secrets {
    let units: Vec<u16> = text.encode_utf16().collect();
    let utf16 = |bytes: fn(u16) -> [u8; 2]| units.iter().flat_map(|unit| bytes(*unit)).collect::<Vec<u8>>();
    let escaped: String = units.iter().map(|unit| format!("\\u{unit:04x}")).collect();
    let forms = [text.as_bytes().to_vec(), utf16(u16::to_le_bytes), utf16(u16::to_be_bytes), escaped.into_bytes()];
    forms.into_iter().map(|form| (text.to_owned(), form)).collect()
}

/// A card's number, in each way in which one is written.
fn as_number(uid: &str) -> Result<Secrets> {
    let pairs: Vec<&str> = (0..uid.len()).step_by(2).map(|at| &uid[at..at + 2]).collect();
    let mut forms = Vec::new();
    for pairs in [pairs.clone(), pairs.iter().rev().copied().collect()] {
        for between in ["", ":", " ", "-"] {
            forms.push(pairs.join(between).into_bytes());
            forms.push(pairs.join(between).to_lowercase().into_bytes());
        }
    }
    let bytes = pairs.iter().map(|pair| u8::from_str_radix(pair, 16)).collect::<Result<Vec<u8>, _>>()?;
    forms.push(bytes.iter().map(u8::to_string).collect::<Vec<_>>().join(",").into_bytes());
    // Of many numbers of four bytes one is in some megabytes by chance; of seven bytes none is.
    if bytes.len() == 7 || uid == UID {
        forms.push(bytes.iter().rev().copied().collect());
        forms.push(bytes);
    }
    Ok(forms.into_iter().map(|form| (uid.to_owned(), form)).collect())
}

/// Which of these are in a file below a folder, also in a packed one; and where. Films, which were public before, are left out.
fn look(folder: &Path, secrets: &Secrets) -> Result<BTreeMap<String, PathBuf>> {
    let searcher = AhoCorasick::new(secrets.iter().map(|(_, bytes)| bytes))?;
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() && !path.ends_with("media") {
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

/// A file, and what is packed in it: a spreadsheet is a ZIP. Text in a PDF is numbers of a font's shapes and cannot be looked
/// through; its spreadsheet is made of the same rows.
fn with_unpacked(file: Vec<u8>) -> Result<Vec<Vec<u8>>> {
    let mut parts = Vec::new();
    if let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(&file)) {
        for number in 0..archive.len() {
            let mut part = Vec::new();
            archive.by_index(number)?.read_to_end(&mut part)?;
            parts.push(part);
        }
    }
    parts.push(file);
    Ok(parts)
}
