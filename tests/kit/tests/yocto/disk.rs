// SPDX-License-Identifier: GPL-3.0-or-later
//! One plan of the disk in six files: the maker of disks, fstab, RAUC, the boot variables seen from Linux and from U-Boot, and
//! the boot script.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};

use crate::{BOOT_SCRIPT, U_BOOT, WKS, read};

/// A partition: where it begins, if that is fixed, and how large it is; KiB.
struct Partition {
    offset: Option<u64>,
    size: u64,
}

/// What comes after an option.
fn option<'a>(words: &[&'a str], name: &str) -> Option<&'a str> {
    words.iter().position(|word| *word == name).and_then(|at| words.get(at + 1)).copied()
}

/// `128M` as KiB.
fn kib(size: &str) -> Result<u64> {
    let (number, unit) = size.split_at(size.len() - 1);
    let number: u64 = number.parse().with_context(|| size.to_owned())?;
    match unit {
        "K" => Ok(number),
        "M" => Ok(number * 1024),
        _ => anyhow::bail!("{size}: K or M"),
    }
}

/// The partitions by their names; each has one.
fn partitions() -> Result<Vec<(String, Partition)>> {
    let text = read(WKS)?;
    let mut found = Vec::new();
    for line in text.lines().filter(|line| line.starts_with("part ")) {
        let words: Vec<_> = line.split_whitespace().collect();
        let name =
            option(&words, "--part-name").with_context(|| format!("no --part-name, so no by-partlabel: {line}"))?;
        let size = option(&words, "--fixed-size").or_else(|| option(&words, "--size")).context(name.to_owned())?;
        let offset = option(&words, "--offset").map(kib).transpose()?;
        found.push((name.to_owned(), Partition { offset, size: kib(size)? }));
    }
    Ok(found)
}

/// Every `/dev/disk/by-partlabel/NAME` of a text.
fn labels(text: &str) -> Vec<&str> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    code.flat_map(|line| line.split("by-partlabel/").skip(1))
        .map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '-').next().unwrap_or_default())
        .collect()
}

#[test]
fn every_partition_that_is_looked_for_is_made() -> Result<()> {
    let made: Vec<_> = partitions()?.into_iter().map(|(name, _)| name).collect();
    ensure!(made == ["boot", "boot-env", "root-a", "root-b", "data"], "{made:?}: the plan of docs/box.md");
    for file in ["systemd/etc/fstab", "systemd/etc/rauc/system.conf", "systemd/etc/fw_env.config"] {
        let text = read(file)?;
        let wanted = labels(&text);
        ensure!(!wanted.is_empty(), "{file} names no partition");
        for name in wanted {
            ensure!(made.iter().any(|made| made == name), "{file} wants {name}, which no disk has: {made:?}");
        }
    }
    Ok(())
}

#[test]
fn both_slots_are_as_large_as_those_of_the_test_machine_and_as_the_image_is_held_to() -> Result<()> {
    let partitions: BTreeMap<_, _> = partitions()?.into_iter().collect();
    let size = |name: &str| partitions.get(name).map(|partition| partition.size).context(name.to_owned());
    ensure!(size("root-a")? == size("root-b")?);
    let mib = size("root-a")? / 1024;
    let disk = read("tests/image/build/disk")?;
    for slot in ["root-a", "root-b"] {
        let line = format!("size={mib}MiB, name=\"{slot}\"");
        ensure!(disk.contains(&line), "tests/image/build/disk has no {line}");
    }
    let held = read("yocto/meta-xuedian/classes-recipe/xuedian-looked.bbclass")?;
    let line = format!("XUEDIAN_SLOT_BYTES = \"{}\"", mib * 1024 * 1024);
    ensure!(held.contains(&line), "xuedian-looked.bbclass has no {line}");
    Ok(())
}

#[test]
fn the_boot_variables_lie_where_linux_and_u_boot_look_for_them() -> Result<()> {
    let partitions = partitions()?;
    let at = partitions.iter().position(|(name, _)| name == "boot-env").context("boot-env")?;
    let environment = &partitions[at].1;
    let start = environment.offset.context("boot-env has no fixed place")? * 1024;
    let before = &partitions[at - 1].1;
    let end = before.offset.context("what lies before it has no fixed place")? * 1024 + before.size * 1024;
    ensure!(end <= start, "boot ends at {end:#x}, in boot-env");

    let copies = copies()?;
    ensure!(copies.len() == 2, "one copy: a power cut while it is written leaves none");
    let settings = read(U_BOOT)?;
    let setting = |name: &str| -> Result<u64> {
        let line = settings.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
        number(line.with_context(|| format!("no {name}"))?)
    };
    ensure!(settings.lines().any(|line| line == "CONFIG_ENV_REDUNDANT=y"), "U-Boot keeps one copy");
    ensure!(settings.lines().any(|line| line == "CONFIG_ENV_IS_IN_MMC=y"));
    let places = [setting("CONFIG_ENV_OFFSET")?, setting("CONFIG_ENV_OFFSET_REDUND")?];
    for ((offset, size), place) in copies.iter().zip(places) {
        ensure!(start + offset == place, "Linux has a copy at {:#x}, U-Boot at {place:#x}", start + offset);
        ensure!(*size == setting("CONFIG_ENV_SIZE")?, "Linux takes {size:#x} bytes");
        ensure!(offset + size <= environment.size * 1024, "a copy ends behind the partition");
    }
    ensure!(copies[0].0 + copies[0].1 <= copies[1].0, "the copies lie over each other");
    Ok(())
}

/// Offset and size of each copy, from fw_env.config.
fn copies() -> Result<Vec<(u64, u64)>> {
    let text = read("systemd/etc/fw_env.config")?;
    let lines = text.lines().filter(|line| line.starts_with("/dev/disk/by-partlabel/boot-env "));
    lines
        .map(|line| {
            let words: Vec<_> = line.split_whitespace().collect();
            Ok((number(words.get(1).context("an offset")?)?, number(words.get(2).context("a size")?)?))
        })
        .collect()
}

fn number(hexadecimal: &str) -> Result<u64> {
    let digits = hexadecimal.strip_prefix("0x").with_context(|| hexadecimal.to_owned())?;
    Ok(u64::from_str_radix(digits, 16)?)
}

#[test]
fn the_boot_script_starts_the_slots_that_rauc_writes() -> Result<()> {
    let script = read(BOOT_SCRIPT)?;
    let conf = read("systemd/etc/rauc/system.conf")?;
    for (device, bootname) in slots(&conf)? {
        let line = format!("test \"${{chosen}}\" = {bootname}; then setexpr BOOT_{bootname}_LEFT");
        let start =
            script.lines().find(|text| text.contains(&line)).with_context(|| format!("no try of {bootname}"))?;
        ensure!(start.contains(&format!("part={device};")), "slot {bootname} is {device} for RAUC: {start}");
    }
    Ok(())
}

/// Partition and boot name of each slot.
fn slots(conf: &str) -> Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    for section in conf.split("[slot.").skip(1) {
        let value = |key: &str| section.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
        let device = value("device").and_then(|path| path.rsplit('/').next()).context("a slot's device")?;
        ensure!(value("type") == Some("raw"), "the bundle holds a raw image");
        found.push((device.to_owned(), value("bootname").context("a slot's bootname")?.to_owned()));
    }
    ensure!(found.len() == 2, "{found:?}");
    Ok(found)
}
