// SPDX-License-Identifier: GPL-3.0-or-later
//! What the image names exists: packages, units, users' numbers, pictures for panels. And what must not be in it is not.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};

use crate::{LAYER, files, read, top, words};

/// Packages, and the layer that each is known to come from (`yocto/tools/upstream`).
fn known() -> Result<BTreeMap<String, String>> {
    let text = read("yocto/tools/upstream")?;
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    lines
        .map(|line| {
            let (package, layer) = line.split_once(' ').with_context(|| line.to_owned())?;
            Ok((package.to_owned(), layer.trim().to_owned()))
        })
        .collect()
}

/// Our recipes, the packages that they make beside their own name included.
fn ours() -> Result<Vec<String>> {
    let mut names = Vec::new();
    for path in recipes()? {
        let text = read(&path)?;
        let file = path.rsplit('/').next().unwrap_or_default();
        names.push(file.trim_end_matches(".bb").to_owned());
        names.extend(words(&text, "PACKAGES"));
        names.extend(words(&text, "RPROVIDES"));
    }
    Ok(names)
}

fn recipes() -> Result<Vec<String>> {
    Ok(layer()?.into_iter().filter(|file| file.ends_with(".bb")).collect())
}

/// Every file of the layer, from the top of the checkout.
fn layer() -> Result<Vec<String>> {
    let start = top();
    let relative = |path: &std::path::PathBuf| Some(path.strip_prefix(&start).ok()?.to_str()?.to_owned());
    Ok(files(&start.join(LAYER))?.iter().filter_map(relative).collect())
}

#[test]
fn every_package_that_is_named_is_ours_or_known_from_a_layer() -> Result<()> {
    let (known, ours) = (known()?, ours()?);
    let layers = read("yocto/kas/base.yml")?;
    for (package, layer) in &known {
        ensure!(layers.contains(layer.as_str()), "{package} comes from {layer}, which kas does not fetch");
    }
    let mut named = Vec::new();
    for file in layer()?.iter().filter(|file| file.ends_with(".bb") || file.ends_with(".bbappend")) {
        let text = read(file)?;
        for variable in
            ["RDEPENDS", "RRECOMMENDS", "DEPENDS", "IMAGE_INSTALL", "PACKAGE_EXCLUDE", "BAD_RECOMMENDATIONS"]
        {
            named.extend(words(&text, variable).into_iter().map(|word| (file.clone(), word)));
        }
    }
    ensure!(named.len() > 50, "the files were not read: {named:?}");
    let strange: Vec<_> = named
        .iter()
        .filter(|(_, word)| !word.contains("${") && !known.contains_key(word) && !ours.contains(word))
        .collect();
    ensure!(strange.is_empty(), "neither a recipe of ours nor in yocto/tools/upstream: {strange:?}");
    let unused: Vec<_> = known.keys().filter(|name| !named.iter().any(|(_, word)| word == *name)).collect();
    ensure!(unused.is_empty(), "in yocto/tools/upstream, and named nowhere: {unused:?}");
    Ok(())
}

#[test]
fn units_that_are_enabled_exist_and_masks_hide_none_of_ours() -> Result<()> {
    let system = read("yocto/meta-xuedian/recipes-xuedian/xuedian/xuedian-system.bb")?;
    let enabled = words(&system, "SYSTEMD_SERVICE");
    for unit in ["xuedian-kiosk.service", "xuedian-verdict.timer"] {
        ensure!(enabled.iter().any(|name| name == unit), "{unit} is not enabled");
    }
    let is_ours = |unit: &String| {
        let places = ["systemd/usr/lib/systemd/system", "yocto/meta-xuedian/recipes-xuedian/xuedian/files"];
        places.iter().any(|place| top().join(place).join(unit).exists())
    };
    for unit in &enabled {
        ensure!(is_ours(unit), "{unit} is enabled and does not exist");
    }
    let closed = read("yocto/meta-xuedian/classes-recipe/xuedian-closed.bbclass")?;
    let masked = words(&closed, "XUEDIAN_MASKED");
    ensure!(masked.len() > 10 && !masked.iter().any(is_ours), "{masked:?}");
    let slot = read("tests/image/build/slot")?;
    for unit in masked
        .iter()
        .filter(|unit| unit.contains("getty") || unit.starts_with("emergency") || unit.starts_with("rescue"))
    {
        ensure!(slot.contains(unit.as_str()), "the test machine leaves {unit} open");
    }
    Ok(())
}

#[test]
fn users_have_the_numbers_that_the_data_partition_knows() -> Result<()> {
    let users = read("systemd/usr/lib/sysusers.d/xuedian.conf")?;
    let system = read("yocto/meta-xuedian/recipes-xuedian/xuedian/xuedian-system.bb")?;
    let lines: Vec<_> = users.lines().filter(|line| line.starts_with("u ")).collect();
    ensure!(lines.len() == 2);
    for line in lines {
        let words: Vec<_> = line.split_whitespace().collect();
        let (name, number) = (words[1], words[2]);
        for wanted in [format!("--gid {number} {name}"), format!("--uid {number} --gid {number} ")] {
            ensure!(system.contains(&wanted), "xuedian-system.bb has no {wanted}");
        }
        ensure!(system.lines().any(|line| line.contains(&format!("--uid {number} ")) && line.contains(name)));
    }
    Ok(())
}

#[test]
fn what_units_ask_of_the_kernel_the_boards_do_not_switch_off() -> Result<()> {
    let unit = read("systemd/usr/lib/systemd/system/xuedian-kiosk.service")?;
    ensure!(unit.contains("MemoryMin="), "then these lines can go");
    let line = words(&read("yocto/meta-xuedian/conf/distro/include/xuedian-boards.inc")?, "CMDLINE_ROOTFS");
    ensure!(line.iter().any(|word| word == "cgroup_enable=memory"), "{line:?}");
    // Bare, it waits for ever, and a slot that is not there never uses up its tries.
    let waits = line.iter().find_map(|word| word.strip_prefix("rootwait="));
    ensure!(waits.is_some_and(|seconds| seconds.parse::<u32>().is_ok()), "{line:?}");
    let kernel = read("yocto/meta-xuedian/recipes-kernel/linux/files/xuedian.cfg")?;
    for setting in [
        "CONFIG_MEMCG=y",
        "# CONFIG_PSI_DEFAULT_DISABLED is not set",
        "# CONFIG_KGDB is not set",
        "# CONFIG_MAGIC_SYSRQ is not set",
        "CONFIG_PANIC_TIMEOUT=10",
    ] {
        ensure!(kernel.lines().any(|line| line == setting), "xuedian.cfg has no {setting}");
    }
    Ok(())
}

#[test]
fn nobody_but_the_terminal_marks_a_release_good() -> Result<()> {
    let rauc = read("yocto/meta-xuedian/recipes-core/rauc/rauc_%.bbappend")?;
    ensure!(rauc.contains("RRECOMMENDS:${PN}:remove:xuedian = \"${PN}-mark-good"), "RAUC brings its own verdict");
    let image = read("yocto/meta-xuedian/recipes-xuedian/images/xuedian-image.bb")?;
    ensure!(words(&image, "PACKAGE_EXCLUDE") == ["rauc-mark-good"]);
    Ok(())
}

#[test]
fn each_door_for_developers_is_one_that_a_release_refuses() -> Result<()> {
    let refused = words(&read("yocto/meta-xuedian/classes-recipe/xuedian-doors.bbclass")?, "XUEDIAN_OPEN_DOORS");
    let development = read("yocto/kas/development.yml")?.replace("    ", "");
    let opened = [words(&development, "IMAGE_FEATURES"), words(&development, "IMAGE_INSTALL")].concat();
    ensure!(opened.len() > 5, "{opened:?}");
    for door in opened {
        ensure!(refused.contains(&door), "{door} is opened for developers, and a release takes it");
    }
    for (file, text) in kas_without_development()? {
        for word in ["ssh", "empty-root-password", "XUEDIAN_RELEASE"] {
            ensure!(!text.contains(word), "{file}: {word}");
        }
    }
    Ok(())
}

fn kas_without_development() -> Result<Vec<(String, String)>> {
    let names = ["base", "raspberrypi4", "raspberrypi5"].map(|name| format!("yocto/kas/{name}.yml"));
    names.into_iter().map(|name| Ok((name.clone(), read(&name)?))).collect()
}

#[test]
fn no_key_and_no_placeholder_lies_in_the_layer() -> Result<()> {
    let words = [
        concat!("PRIVATE", " KEY-----"),
        concat!("BEGIN", " CERTIFICATE-----"),
        "CHANGEME",
        "FIXME",
        "TODO",
        "example.",
    ];
    for path in files(&top().join("yocto"))? {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        for word in words {
            ensure!(!text.contains(word), "{}: {word}", path.display());
        }
        let name = path.extension().and_then(|ext| ext.to_str()).unwrap_or_default();
        ensure!(!["pem", "key", "crt", "p12"].contains(&name), "{}: keys lie outside the checkout", path.display());
    }
    Ok(())
}
