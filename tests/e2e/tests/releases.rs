// SPDX-License-Identifier: GPL-3.0-or-later
//! A release that the district offers comes to the kiosk with its films. Writing it into a slot needs a box: `./dev image`.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, Result, ensure};
use xuedian_e2e::{PATIENCE, Point};
use xuedian_kit::process::eventually;
use xuedian_kit::programs::program;

/// More than one piece of what is fetched at once.
const BYTES: usize = 3 << 20;

#[test]
fn an_offered_release_comes_whole_and_what_is_no_bundle_is_refused() -> Result<()> {
    let point = Point::start(1)?;
    let kiosk = point.kiosk();
    let hub = point.district.hub().join("data");
    let bundle = point.district.folder.join("release.raucb");
    let content: Vec<u8> = b"hsqs".iter().copied().chain((0..BYTES).map(|at| (at % 251) as u8)).collect();
    std::fs::write(&bundle, &content)?;

    let offered = release(&hub, &[bundle.to_str().context("a path")?, "--version", "2026.12"])?;
    ensure!(String::from_utf8_lossy(&offered.stdout).contains("2026.12 is offered to 1 boxes"), "{offered:?}");
    eventually("the bundle at the kiosk", PATIENCE * 2, || {
        let whole = files(&kiosk.data().join("media"))?.into_iter().filter(|file| file.1 == content.len() as u64);
        let found = whole.map(|file| std::fs::read(file.0)).collect::<Result<Vec<_>, _>>()?;
        ensure!(found.contains(&content), "not here, or not whole");
        Ok(())
    })?;

    for (arguments, why) in [
        (&["/etc/hostname", "--version", "2"][..], "is no bundle"),
        (&[bundle.to_str().context("a path")?, "--version", "2 or so"], "is no name of a release"),
        (&[bundle.to_str().context("a path")?], "--version"),
        (&[bundle.to_str().context("a path")?, "--version", "2", "--name", "厨房"], "no box is meant"),
    ] {
        let refused = release(&hub, arguments)?;
        ensure!(!refused.status.success(), "{refused:?}");
        ensure!(String::from_utf8_lossy(&refused.stderr).contains(why), "{refused:?}");
    }
    ensure!(release(&hub, &[])?.status.success(), "the offer can be taken back");
    Ok(())
}

fn release(hub: &Path, arguments: &[&str]) -> Result<Output> {
    Ok(Command::new(program("xuedian")?).args(["hub", "release"]).args(arguments).arg("--data").arg(hub).output()?)
}

/// All files below a folder, with their lengths.
fn files(folder: &Path) -> Result<Vec<(PathBuf, u64)>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let about = entry.metadata()?;
            if about.is_dir() {
                folders.push(entry.path());
            } else {
                found.push((entry.path(), about.len()));
            }
        }
    }
    Ok(found)
}
