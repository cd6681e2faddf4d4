// SPDX-License-Identifier: GPL-3.0-or-later
//! What upstream is built with is pinned, and the names of the boards agree.

use anyhow::{Context, Result, ensure};

use crate::{read, words};

#[test]
fn every_layer_is_pinned_to_one_commit() -> Result<()> {
    let base = read("yocto/kas/base.yml")?;
    let urls: Vec<_> = base.lines().filter(|line| line.trim_start().starts_with("url: ")).collect();
    let commits: Vec<_> = base.lines().filter_map(|line| line.trim_start().strip_prefix("commit: ")).collect();
    ensure!(urls.len() == 5 && commits.len() == 5, "{} repositories, {} commits", urls.len(), commits.len());
    for commit in &commits {
        ensure!(commit.len() == 40 && commit.chars().all(|c| c.is_ascii_hexdigit()), "{commit} is no commit");
    }
    let guide = read("docs/yocto.md")?;
    for commit in commits {
        ensure!(guide.contains(&commit[..12]), "docs/yocto.md does not say that {commit} was parsed");
    }
    Ok(())
}

#[test]
fn the_tools_are_pinned_with_checksums() -> Result<()> {
    let text = read("yocto/tools/requirements.txt")?.replace("\\\n", " ");
    let lines: Vec<_> = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()).collect();
    ensure!(lines.len() > 3);
    for line in lines {
        ensure!(line.contains("==") && line.contains("--hash=sha256:"), "{line}");
    }
    Ok(())
}

#[test]
fn each_board_has_a_name_that_its_bundles_bear() -> Result<()> {
    let boards = read("yocto/meta-xuedian/conf/distro/include/xuedian-boards.inc")?;
    for (file, machine, board) in
        [("raspberrypi4", "raspberrypi4-64", "raspberrypi4"), ("raspberrypi5", "raspberrypi5", "raspberrypi5")]
    {
        let kas = read(&format!("yocto/kas/{file}.yml"))?;
        ensure!(kas.lines().any(|line| line == format!("machine: {machine}")), "{file}.yml builds another machine");
        let line = format!("XUEDIAN_BOARD:{machine} = \"{board}\"");
        ensure!(boards.lines().any(|text| text == line), "no {line}");
        for variable in ["XUEDIAN_READER_PORT", "XUEDIAN_CLOCK"] {
            ensure!(boards.contains(&format!("{variable}:{machine} = \"")), "{machine} has no {variable}");
        }
    }
    let bundle = read("yocto/meta-xuedian/recipes-xuedian/bundles/xuedian-bundle.bb")?;
    ensure!(words(&bundle, "RAUC_BUNDLE_COMPATIBLE") == ["xuedian-${XUEDIAN_BOARD}${XUEDIAN_DEVELOPMENT}"]);
    ensure!(words(&bundle, "RAUC_BUNDLE_FORMAT") == ["verity"]);
    let conf = read("systemd/etc/rauc/system.conf")?;
    ensure!(conf.lines().any(|line| line == "compatible=xuedian-@BOARD@"));
    ensure!(conf.lines().any(|line| line == "bundle-formats=verity"));
    Ok(())
}

#[test]
fn a_line_of_the_firmwares_settings_is_short_enough_to_be_read() -> Result<()> {
    let boards = read("yocto/meta-xuedian/conf/distro/include/xuedian-boards.inc")?;
    let extra =
        boards.lines().find_map(|line| line.strip_prefix("RPI_EXTRA_CONFIG = \"")).context("RPI_EXTRA_CONFIG")?;
    for line in extra.trim_end_matches('"').split("\\n") {
        ensure!(line.len() < 80, "{line}");
    }
    Ok(())
}
