// SPDX-License-Identifier: GPL-3.0-or-later
//! Holds the arrows between the crates, and what each of them must not know.

use std::collections::BTreeSet;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// The newest Rust that any package may ask for: what the appliance's Yocto release ships.
const RUST: (u64, u64) = (1, 94);

/// Crate, and the packages that must not be among all that it is built from.
const ABSENCES: &[(&str, &[&str])] = &[
    ("xuedian-domain", &["tokio", "serde", "serde_json", "tracing", "getrandom", "rusqlite", "reqwest", "slint"]),
    ("xuedian-journal", &["xuedian-domain", "xuedian-protocol", "tokio", "slint", "reqwest"]),
    ("xuedian-protocol", &["tokio", "rusqlite", "reqwest", "slint", "xuedian-engine"]),
    ("xuedian-engine", &["slint", "gstreamer", "nfc1", "zbus", "rodio", "rppal"]),
    ("xuedian-nfc", &["slint", "gstreamer", "rodio", "zbus"]),
    ("xuedian-doors", &["nfc1", "slint", "i-slint-core", "xuedian-screen"]),
    ("xuedian-screen", &["gstreamer", "nfc1", "rodio", "rppal", "xuedian-doors"]),
    ("xuedian-hub", &["slint", "gstreamer", "nfc1", "xuedian-engine"]),
    ("xuedian", &["slint", "gstreamer", "nfc1", "xuedian-engine"]),
    ("xuedian-cards", &["slint", "gstreamer", "rodio", "zbus", "xuedian-hub"]),
];

/// Crate, and the crates of ours that it may name, tests included.
const ARROWS: &[(&str, &[&str])] = &[
    ("xuedian-domain", &[]),
    ("xuedian-protocol", &["xuedian-domain"]),
    ("xuedian-journal", &[]),
    ("xuedian-papers", &["xuedian-domain", "xuedian-protocol"]),
    ("xuedian-engine", &["xuedian-domain", "xuedian-protocol", "xuedian-journal", "xuedian-papers"]),
    ("xuedian-screen", &["xuedian-domain", "xuedian-engine"]),
    ("xuedian-nfc", &["xuedian-domain", "xuedian-protocol", "xuedian-engine", "xuedian-reader"]),
    ("xuedian-doors", &["xuedian-engine"]),
    (
        "xuedian-kiosk",
        &[
            "xuedian-domain",
            "xuedian-protocol",
            "xuedian-journal",
            "xuedian-engine",
            "xuedian-screen",
            "xuedian-nfc",
            "xuedian-doors",
            "xuedian-papers",
        ],
    ),
    ("xuedian-hub", &["xuedian-domain", "xuedian-protocol", "xuedian-journal", "xuedian-papers"]),
    ("xuedian", &["xuedian-domain", "xuedian-protocol", "xuedian-journal", "xuedian-papers", "xuedian-hub"]),
    ("xuedian-cards", &["xuedian-domain", "xuedian-protocol", "xuedian-engine", "xuedian-nfc", "xuedian-reader"]),
    ("xuedian-reader", &[]),
];

#[test]
fn what_must_be_absent_is_absent() -> Result<()> {
    for (package, absent) in ABSENCES {
        let present = built_from(package, &[])?;
        let found: Vec<_> = absent.iter().filter(|name| present.contains(**name)).collect();
        ensure!(found.is_empty(), "{package} is built from {found:?}");
    }
    Ok(())
}

#[test]
fn the_appliance_has_no_tools_of_tests_and_no_window_system() -> Result<()> {
    let present = built_from("xuedian-kiosk", &["--no-default-features", "--features", "appliance"])?;
    for name in [
        "i-slint-backend-testing",
        "i-slint-backend-winit",
        "accesskit_unix",
        "libseat",
        "xuedian-reader",
        "xuedian-kit",
    ] {
        ensure!(!present.contains(name), "the appliance is built from {name}");
    }
    Ok(())
}

#[test]
fn the_arrows_point_one_way() -> Result<()> {
    for package in metadata(&["--no-deps"])?["packages"].as_array().context("packages")? {
        let name = package["name"].as_str().context("name")?;
        let Some((_, allowed)) = ARROWS.iter().find(|(ours, _)| *ours == name) else { continue };
        for dependency in package["dependencies"].as_array().context("dependencies")? {
            let other = dependency["name"].as_str().context("name")?;
            let ours = other.starts_with("xuedian");
            ensure!(!ours || allowed.contains(&other), "{name} names {other}: {allowed:?} are allowed");
        }
    }
    Ok(())
}

#[test]
#[ignore = "downloads the packages of every platform: ./dev check runs it"]
fn no_package_wants_a_newer_rust() -> Result<()> {
    let mut newer = Vec::new();
    for package in metadata(&[])?["packages"].as_array().context("packages")? {
        let wanted = package["rust_version"].as_str().unwrap_or("1.0");
        let mut parts = wanted.split('.').map(|part| part.parse::<u64>().unwrap_or(0));
        if (parts.next().unwrap_or(0), parts.next().unwrap_or(0)) > RUST {
            newer.push(format!("{} {} wants {wanted}", package["name"], package["version"]));
        }
    }
    ensure!(newer.is_empty(), "{newer:#?}");
    Ok(())
}

/// The names of all packages that end up in a package, tests and build scripts left out.
fn built_from(package: &str, features: &[&str]) -> Result<BTreeSet<String>> {
    let tree = ["tree", "--locked", "-p", package, "-e", "normal", "--prefix", "none", "--format", "{p}"];
    let text = cargo(&[tree.as_slice(), features].concat())?;
    Ok(text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect())
}

fn metadata(arguments: &[&str]) -> Result<Value> {
    let text = cargo(&[&["metadata", "--locked", "--format-version", "1"], arguments].concat())?;
    Ok(serde_json::from_str(&text)?)
}

fn cargo(arguments: &[&str]) -> Result<String> {
    let program = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(program).args(arguments).current_dir("../..").output()?;
    ensure!(output.status.success(), "cargo {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}
