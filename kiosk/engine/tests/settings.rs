// SPDX-License-Identifier: GPL-3.0-or-later
//! Settings that are right, wrong, absent, unreadable: what is told, where, and what counts instead.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::path::Path;

use xuedian_engine::settings::{LogLevel, SettingFault, SettingProblem, Settings, SignalSettings, SoundDevice};

const WHOLE: &str = r#"
[reader]
connection = "pn532_uart:/tmp/reader"
[hub]
url = "https://hub.example:8443"
spread_s = 0
[screen]
width = 1920
height = 1080
ppi = 0x66
[sound]
device = "none"
[paths]
assets = "../assets"
[log]
level = "debug"
"#;

/// Each problem as a line: `line key fault`.
fn check(text: &str, expected: &[&str]) -> Settings {
    let (settings, problems) = Settings::parse(text, Path::new("/etc/xuedian"));
    let told: Vec<String> = problems
        .iter()
        .map(|problem| {
            let fault = match &problem.fault {
                SettingFault::Unreadable(_) => "unreadable".to_owned(),
                SettingFault::NotToml(_) => "not TOML".to_owned(),
                SettingFault::Absent => "absent".to_owned(),
                SettingFault::Wrong(found) => format!("wrong {found}"),
                SettingFault::Unknown => "unknown".to_owned(),
            };
            assert!(!problem.allowed.to_string().is_empty() && !problem.allowed.zh().is_empty());
            format!("{} {} {fault}", problem.line.unwrap_or(0), problem.key)
        })
        .collect();
    assert_eq!(told, expected);
    settings
}

/// The whole file with one line replaced.
fn with(line: &str, other: &str) -> String {
    assert!(WHOLE.contains(line), "{line}");
    WHOLE.replace(line, other)
}

#[test]
fn a_whole_file_says_everything() {
    let settings = check(WHOLE, &[]);
    assert_eq!(settings.reader.connection.as_deref(), Some("pn532_uart:/tmp/reader"));
    assert_eq!(settings.hub.url.unwrap().as_str(), "https://hub.example:8443/");
    assert_eq!(settings.hub.spread_s, 0);
    assert_eq!((settings.screen.width, settings.screen.height, settings.screen.ppi), (1920, 1080, 102));
    assert_eq!(settings.sound, SoundDevice::Silent);
    assert_eq!(settings.paths.assets, Path::new("/etc/xuedian/../assets"));
    assert_eq!(settings.log, LogLevel::Debug);
}

#[test]
fn an_empty_file_lacks_what_has_no_default() {
    let settings = check("", &["0 reader.connection absent", "0 hub.url absent"]);
    assert_eq!(settings, Settings::default());
    assert_eq!((settings.hub.spread_s, settings.screen.ppi), (60, 149));
}

#[test]
fn what_is_wrong_is_told_with_its_line_and_the_rest_counts() {
    let settings = check(&with("ppi = 0x66", "ppi = 9000"), &["10 screen.ppi wrong 9000"]);
    assert_eq!((settings.screen.width, settings.screen.ppi), (1920, 149));
    check(&with("ppi = 0x66", "ppi = \"big\""), &["10 screen.ppi wrong \"big\""]);
    check(&with("level = \"debug\"", "level = \"loud\""), &["16 log.level wrong \"loud\""]);
    check(
        &with("connection = \"pn532_uart:/tmp/reader\"", "connection = \"somewhere\""),
        &["3 reader.connection wrong \"somewhere\""],
    );
    check(&with("spread_s = 0", "spread_s = -1"), &["6 hub.spread_s wrong -1"]);
    check(&with("device = \"none\"", "device = \"\""), &["12 sound.device wrong \"\""]);
}

#[test]
fn light_and_buzzer_have_four_pins_or_none() {
    let signals = |pins: &str| format!("{WHOLE}[signals]\n{pins}");
    let good = check(&signals("red = 17\ngreen = 27\nblue = 22\nbuzzer = 23\n"), &[]).signals;
    assert_eq!(good, Some(SignalSettings { red: 17, green: 27, blue: 22, buzzer: 23 }));
    assert_eq!(check(WHOLE, &[]).signals, None);
    for (pins, told) in [
        ("red = 17\ngreen = 27\nblue = 22\n", "0 signals.buzzer absent"),
        ("red = 17\ngreen = 27\nblue = 17\nbuzzer = 23\n", "20 signals.blue wrong 17"),
        ("red = 3\ngreen = 27\nblue = 22\nbuzzer = 23\n", "18 signals.red wrong 3"),
        ("red = 17\ngreen = 27\nblue = 22\nbuzzer = 279\n", "21 signals.buzzer wrong 279"),
    ] {
        assert_eq!(check(&signals(pins), &[told]).signals, None, "{pins}");
    }
    check(&format!("signals = 4\n{WHOLE}"), &["1 signals wrong 4"]);
}

#[test]
fn a_hub_is_reached_by_tls_or_on_this_machine() {
    for good in ["https://10.1.2.3", "http://127.0.0.1:8080", "http://localhost", "http://[::1]:80"] {
        assert!(check(&with("https://hub.example:8443", good), &[]).hub.url.is_some());
    }
    for bad in [
        "http://hub.example",
        "ftp://hub.example",
        "hub.example",
        "https://me:secret@hub.example",
        "https://hub.example/path",
    ] {
        let told = format!("5 hub.url wrong \"{bad}\"");
        assert!(check(&with("https://hub.example:8443", bad), &[&told]).hub.url.is_none());
    }
}

#[test]
fn unknown_keys_are_reported_and_are_no_trouble() {
    let text = format!("{WHOLE}colour = 1\n[weather]\nwind = 3\n");
    let (_, problems) = Settings::parse(&text, Path::new("."));
    check(&text, &["17 log.colour unknown", "18 weather unknown"]);
    assert!(problems.iter().all(|problem| !problem.is_trouble()));
}

#[test]
fn broken_toml_costs_no_more_than_what_is_broken() {
    let (settings, problems) = Settings::parse(&with("width = 1920", "width = = 1920"), Path::new("."));
    assert!(
        problems.iter().any(|problem| matches!(problem.fault, SettingFault::NotToml(_)) && problem.line == Some(8)),
        "{problems:?}"
    );
    assert!(problems.iter().any(SettingProblem::is_trouble));
    assert_eq!(settings.reader.connection.as_deref(), Some("pn532_uart:/tmp/reader"));
    check("hub = 3\n[reader]\nconnection = \"a:b\"", &["1 hub wrong 3", "0 hub.url absent"]);
}

#[test]
fn a_file_that_cannot_be_read_is_one_problem() {
    let folder = tempfile::tempdir().unwrap();
    let (settings, problems) = Settings::load(&folder.path().join("absent.toml"));
    assert_eq!(settings, Settings::default());
    assert!(matches!(&problems[..], [problem] if problem.to_string().contains("absent.toml")), "{problems:?}");
    let path = folder.path().join("gbk.toml");
    std::fs::write(&path, b"[reader]\nconnection = \"\xb6\xc1\"\n").unwrap();
    let (_, problems) = Settings::load(&path);
    assert!(matches!(&problems[..], [problem] if problem.line == Some(2) && problem.is_trouble()), "{problems:?}");
}
