// SPDX-License-Identifier: GPL-3.0-or-later
//! `xuedian cards` becomes the program that lies beside it, with everything it was given.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

/// Runs a copy of the tool in a folder where only what is put there can be found.
fn cards(folder: &Path) -> Output {
    let tool = folder.join("xuedian");
    fs::copy(env!("CARGO_BIN_EXE_xuedian"), &tool).expect("a copy of the tool");
    let mut command = Command::new(tool);
    command.args(["cards", "trial", "--sheet", "a b.csv", "--help"]).env("PATH", folder);
    command.output().expect("the tool runs")
}

#[test]
fn the_program_beside_it_gets_every_argument_and_its_end_counts() {
    let folder = tempfile::tempdir().expect("a folder");
    let beside = folder.path().join("xuedian-cards");
    fs::write(&beside, "#!/bin/sh\nprintf '[%s]' \"$@\"\nexit 3\n").expect("a program");
    fs::set_permissions(&beside, fs::Permissions::from_mode(0o755)).expect("it can be run");
    let ended = cards(folder.path());
    assert_eq!(String::from_utf8_lossy(&ended.stdout), "[trial][--sheet][a b.csv][--help]");
    assert_eq!(ended.status.code(), Some(3));
}

#[test]
fn without_it_the_tool_says_where_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let ended = cards(folder.path());
    assert_eq!(ended.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&ended.stderr).contains("xuedian-cards is not installed here"));
}
