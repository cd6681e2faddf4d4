// SPDX-License-Identifier: GPL-3.0-or-later
//! Reads the text of a settings file, key by key, each with its line.
//!
//! Serde is not used for it: it stops at the first mistake and does not know where an absent key should have been.

use std::{net::IpAddr, ops::Range, path::Path};

use reqwest::Url;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{
    allowed::Allowed,
    machine::{LogLevel, Settings, SignalSettings, SoundDevice},
    problem::{SettingFault, SettingProblem},
};

/// Every table with its keys. Whoever adds one here gives it a reader in [`read`].
const KEYS: [(&str, &[&str]); 7] = [
    ("reader", &["connection"]),
    ("hub", &["url", "spread_s"]),
    ("screen", &["width", "height", "ppi"]),
    ("sound", &["device"]),
    ("signals", &PINS),
    ("paths", &["assets"]),
    ("log", &["level"]),
];

/// What hangs on a pin.
const PINS: [&str; 4] = ["red", "green", "blue", "buzzer"];
/// GPIO numbers of the header that are free for it: 0 to 3 belong to add-on boards and to the clock.
const FREE: std::ops::RangeInclusive<u32> = 4..=27;

pub(super) fn read(text: &str, folder: &Path) -> (Settings, Vec<SettingProblem>) {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut file = File { text, table: table.get_ref(), problems: Vec::new() };
    for error in &errors {
        let line = error.span().map(|span| file.line(&span));
        let fault = SettingFault::NotToml(error.message().to_owned());
        file.problems.push(SettingProblem { key: String::new(), line, fault, allowed: Allowed::Toml });
    }
    let mut settings = Settings::default();
    file.report_unknown();
    settings.reader.connection = file.text_key("reader", "connection", true, Allowed::Connection, connection);
    settings.hub.url = file.text_key("hub", "url", true, Allowed::Url, url);
    let defaults = settings.screen;
    settings.hub.spread_s = file.number("hub", "spread_s", 0..=3600).unwrap_or(settings.hub.spread_s);
    settings.screen.width = file.number("screen", "width", 320..=7680).unwrap_or(defaults.width);
    settings.screen.height = file.number("screen", "height", 320..=7680).unwrap_or(defaults.height);
    settings.screen.ppi = file.number("screen", "ppi", 40..=600).unwrap_or(defaults.ppi);
    if let Some(device) = file.text_key("sound", "device", false, Allowed::Device, not_empty) {
        settings.sound = if device == "none" { SoundDevice::Silent } else { SoundDevice::Named(device) };
    }
    settings.signals = file.signals();
    if let Some(assets) = file.text_key("paths", "assets", false, Allowed::Folder, not_empty) {
        settings.paths.assets = folder.join(assets);
    }
    settings.log = file.text_key("log", "level", false, Allowed::Level, level).unwrap_or(settings.log);
    let mut problems = file.problems;
    problems.sort_by_key(|problem| problem.line.unwrap_or(usize::MAX));
    (settings, problems)
}

/// The file while it is read.
struct File<'a> {
    text: &'a str,
    table: &'a DeTable<'a>,
    problems: Vec<SettingProblem>,
}

impl<'a> File<'a> {
    fn line(&self, span: &Range<usize>) -> usize {
        let before = &self.text.as_bytes()[..span.start.min(self.text.len())];
        1 + before.iter().filter(|byte| **byte == b'\n').count()
    }

    fn tell(&mut self, key: String, span: Option<Range<usize>>, fault: SettingFault, allowed: Allowed) {
        let line = span.map(|span| self.line(&span));
        self.problems.push(SettingProblem { key, line, fault, allowed });
    }

    fn report_unknown(&mut self) {
        for (name, value) in self.table {
            let name_text: &str = name.get_ref();
            let Some((_, keys)) = KEYS.iter().find(|(table, _)| *table == name_text) else {
                let tables = KEYS.map(|(table, _)| format!("[{table}]")).join(", ");
                self.tell(name_text.to_owned(), Some(name.span()), SettingFault::Unknown, Allowed::Names(tables));
                continue;
            };
            let DeValue::Table(table) = value.get_ref() else {
                let allowed = Allowed::Names(format!("[{name_text}] {}", keys.join(", ")));
                self.tell(name_text.to_owned(), Some(name.span()), self.wrong(value), allowed);
                continue;
            };
            for key in table.keys().filter(|key| !keys.contains(&key.get_ref().as_ref())) {
                let path = format!("{name_text}.{}", key.get_ref());
                self.tell(path, Some(key.span()), SettingFault::Unknown, Allowed::Names(keys.join(", ")));
            }
        }
    }

    /// What stood there, as it was written.
    fn wrong(&self, value: &Spanned<DeValue<'_>>) -> SettingFault {
        SettingFault::Wrong(self.text.get(value.span()).unwrap_or_default().chars().take(80).collect())
    }

    fn find(&self, table: &str, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        match self.table.get(table)?.get_ref() {
            DeValue::Table(inside) => inside.get(key),
            _ => None,
        }
    }

    fn text_key<T>(
        &mut self,
        table: &str,
        key: &str,
        needed: bool,
        allowed: Allowed,
        read: fn(&str) -> Option<T>,
    ) -> Option<T> {
        let path = format!("{table}.{key}");
        let Some(value) = self.find(table, key) else {
            if needed {
                self.tell(path, None, SettingFault::Absent, allowed);
            }
            return None;
        };
        let good = match value.get_ref() {
            DeValue::String(text) => read(text),
            _ => None,
        };
        if good.is_none() {
            self.tell(path, Some(value.span()), self.wrong(value), allowed);
        }
        good
    }

    fn number(&mut self, table: &str, key: &str, range: std::ops::RangeInclusive<u32>) -> Option<u32> {
        let value = self.find(table, key)?;
        let good = match value.get_ref() {
            DeValue::Integer(number) => u32::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => None,
        }
        .filter(|number| range.contains(number));
        if good.is_none() {
            let allowed = Allowed::Number { from: *range.start(), to: *range.end() };
            self.tell(format!("{table}.{key}"), Some(value.span()), self.wrong(value), allowed);
        }
        good
    }

    /// Light and buzzer: four pins, each another one, or none at all.
    fn signals(&mut self) -> Option<SignalSettings> {
        let DeValue::Table(_) = self.table.get("signals")?.get_ref() else { return None };
        let mut taken = Vec::new();
        let [red, green, blue, buzzer] = PINS.map(|key| self.pin(key, &mut taken));
        Some(SignalSettings { red: red?, green: green?, blue: blue?, buzzer: buzzer? })
    }

    fn pin(&mut self, key: &str, taken: &mut Vec<u8>) -> Option<u8> {
        let path = format!("signals.{key}");
        let Some(value) = self.find("signals", key) else {
            self.tell(path, None, SettingFault::Absent, Allowed::Number { from: *FREE.start(), to: *FREE.end() });
            return None;
        };
        let pin = u8::try_from(self.number("signals", key, FREE)?).ok()?;
        if taken.contains(&pin) {
            self.tell(path, Some(value.span()), self.wrong(value), Allowed::OtherPin);
            return None;
        }
        taken.push(pin);
        Some(pin)
    }
}

fn not_empty(text: &str) -> Option<String> {
    (!text.trim().is_empty()).then(|| text.to_owned())
}

fn connection(text: &str) -> Option<String> {
    let (driver, rest) = text.split_once(':')?;
    (!driver.is_empty() && !rest.is_empty() && !text.chars().any(char::is_whitespace)).then(|| text.to_owned())
}

fn level(text: &str) -> Option<LogLevel> {
    use LogLevel::{Debug, Error, Info, Trace, Warn};
    [Error, Warn, Info, Debug, Trace].into_iter().find(|level| level.word() == text)
}

/// Without a path, a query or a password; plain HTTP does not leave the machine.
fn url(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let host = url.host_str()?;
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let here = host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    let plain = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let nobody = url.username().is_empty() && url.password().is_none();
    (plain && nobody && (url.scheme() == "https" || (url.scheme() == "http" && here))).then_some(url)
}
