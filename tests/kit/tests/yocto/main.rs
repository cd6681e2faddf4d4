// SPDX-License-Identifier: GPL-3.0-or-later
//! Holds the production image's layer, `yocto/`: what parsing it with the upstream layers does not catch, and what has to agree
//! between files that no compiler reads together.

mod crates;
mod disk;
mod image;
mod pins;
mod start;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

const LAYER: &str = "yocto/meta-xuedian";
const WKS: &str = "yocto/meta-xuedian/files/wic/xuedian.wks";
const U_BOOT: &str = "yocto/meta-xuedian/recipes-bsp/u-boot/files/xuedian.cfg";
const BOOT_SCRIPT: &str = "yocto/meta-xuedian/recipes-bsp/rpi-u-boot-scr/files/boot.cmd.in";

/// The top of the checkout that this runs in.
fn top() -> PathBuf {
    PathBuf::from("../..")
}

fn read(file: &str) -> Result<String> {
    fs::read_to_string(top().join(file)).with_context(|| format!("reading {file}"))
}

/// All files below a folder, sorted.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Every word that the layer's files give to a variable, whatever operator and override: `RDEPENDS:${PN} += "a b"`.
fn words(text: &str, variable: &str) -> Vec<String> {
    let joined = text.replace("\\\n", " ");
    let mut found = Vec::new();
    for line in joined.lines() {
        let Some((name, value)) = line.split_once('=') else { continue };
        let name = name.trim_end_matches(['+', '?', ':', '.', ' ']);
        if name.split(':').next() == Some(variable) {
            found.extend(
                value
                    .trim_start_matches(['+', '.', ' '])
                    .trim()
                    .trim_matches('"')
                    .split_whitespace()
                    .map(str::to_owned),
            );
        }
    }
    found
}

#[test]
fn the_words_of_a_variable_are_found() {
    let text =
        "A = \"no\"\nRDEPENDS:${PN} += \"one \\\n  two\"\nRDEPENDS:${PN}:append:x = \" three\"\nRDEPENDS =+ \"four\"\n";
    assert_eq!(words(text, "RDEPENDS"), ["one", "two", "three", "four"]);
}
