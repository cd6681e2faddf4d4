// SPDX-License-Identifier: GPL-3.0-or-later
//! What bitbake fetches is what Cargo.lock asks for, package by package, checksum by checksum.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};

use crate::read;

#[test]
fn the_list_of_crates_is_the_lock_file() -> Result<()> {
    let lock: toml::Table = toml::from_str(&read("Cargo.lock")?)?;
    let mut wanted = BTreeSet::new();
    for package in lock["package"].as_array().context("packages")? {
        if package.get("source").is_some() {
            let text = |key: &str| package.get(key).and_then(|value| value.as_str()).context(key.to_owned());
            let (name, version, sum) = (text("name")?, text("version")?, text("checksum")?);
            wanted.insert(format!("crate://crates.io/{name}/{version}"));
            wanted.insert(format!("SRC_URI[{name}-{version}.sha256sum] = \"{sum}\""));
        }
    }
    let list = read("yocto/meta-xuedian/recipes-xuedian/xuedian/xuedian-crates.inc")?;
    let is_entry = |line: &&str| line.starts_with("crate://") || line.starts_with("SRC_URI[");
    let listed: BTreeSet<_> =
        list.lines().map(|line| line.trim().trim_end_matches(" \\")).filter(is_entry).map(str::to_owned).collect();
    let missing: Vec<_> = wanted.difference(&listed).collect();
    let strange: Vec<_> = listed.difference(&wanted).collect();
    ensure!(
        missing.is_empty() && strange.is_empty(),
        "run yocto/tools/crates: missing {missing:?}, too many {strange:?}"
    );
    Ok(())
}
