// SPDX-License-Identifier: GPL-3.0-or-later
//! The script that chooses a slot, run as it is, on variables in a folder in place of the boot environment.
#![expect(clippy::unwrap_used, reason = "a test may stop where it fails")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// A boot environment: one file for each variable.
struct Environment(TempDir);

impl Environment {
    fn with(variables: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, value) in variables {
            fs::write(folder.path().join(name), value).unwrap();
        }
        tool(folder.path(), "fw_printenv", "cat \"$ENVIRONMENT/$2\"");
        tool(folder.path(), "fw_setenv", "printf '%s' \"$2\" >\"$ENVIRONMENT/$1\"");
        Self(folder)
    }

    fn broken() -> Self {
        let folder = tempfile::tempdir().unwrap();
        tool(folder.path(), "fw_printenv", "exit 1");
        tool(folder.path(), "fw_setenv", "exit 1");
        Self(folder)
    }

    /// Starts once.
    fn start(&self) -> String {
        let path = format!("{}:{}", self.0.path().display(), std::env::var("PATH").unwrap());
        let done = Command::new("sh")
            .args(["-uc", ". boot/choose-slot; choose_slot"])
            .env("PATH", path)
            .env("ENVIRONMENT", self.0.path())
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap().trim().to_owned()
    }

    fn starts(&self, count: usize) -> String {
        (0..count).map(|_| self.start()).collect()
    }

    fn value(&self, name: &str) -> String {
        fs::read_to_string(self.0.path().join(name)).unwrap()
    }
}

fn tool(folder: &Path, name: &str, body: &str) {
    let path = folder.join(name);
    fs::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn each_start_is_counted_before_it_is_tried() {
    let environment = Environment::with(&[("BOOT_ORDER", "B A"), ("BOOT_A_LEFT", "3"), ("BOOT_B_LEFT", "3")]);
    assert_eq!(environment.start(), "B");
    assert_eq!(environment.value("BOOT_B_LEFT"), "2");
    assert_eq!(environment.value("BOOT_A_LEFT"), "3");
}

#[test]
fn a_release_that_never_becomes_good_gives_way_after_three_tries() {
    let environment = Environment::with(&[("BOOT_ORDER", "B A"), ("BOOT_A_LEFT", "3"), ("BOOT_B_LEFT", "3")]);
    assert_eq!(environment.starts(4), "BBBA");
}

#[test]
fn when_every_try_is_used_up_the_counting_begins_anew() {
    let environment = Environment::with(&[("BOOT_ORDER", "B A"), ("BOOT_A_LEFT", "0"), ("BOOT_B_LEFT", "0")]);
    assert_eq!(environment.starts(7), "AAABBBA");
}

#[test]
fn a_slot_that_was_taken_out_of_the_order_is_not_tried() {
    let environment = Environment::with(&[("BOOT_ORDER", "A"), ("BOOT_A_LEFT", "1"), ("BOOT_B_LEFT", "3")]);
    assert_eq!(environment.start(), "A");
    // Only when nothing else is left: a box that starts an old release is better than one that starts none.
    assert_eq!(environment.start(), "A");
    assert_eq!(environment.value("BOOT_ORDER"), "A B");
}

#[test]
fn nonsense_in_the_variables_starts_a_slot_all_the_same() {
    let strange = [("BOOT_ORDER", "recovery C B"), ("BOOT_A_LEFT", "-1"), ("BOOT_B_LEFT", "many")];
    let environment = Environment::with(&strange);
    assert_eq!(environment.start(), "B");
    assert_eq!(environment.value("BOOT_B_LEFT"), "2");
    assert_eq!(Environment::with(&[]).start(), "A");
    assert_eq!(Environment::broken().start(), "A");
}
