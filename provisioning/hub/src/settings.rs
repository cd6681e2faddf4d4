// SPDX-License-Identifier: GPL-3.0-or-later
//! The hub's settings file, as read and then as used. After start nothing reads it again.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use thiserror::Error;

/// What a hub needs to know before it starts.
#[derive(Clone)]
pub struct Settings {
    /// Where it listens; port 0 is any that is free.
    pub listen: SocketAddr,
    /// Where kiosks reach it; empty takes the first name and the port it listens on.
    pub public_url: String,
    /// Host names and addresses in its certificate.
    pub names: Vec<String>,
    /// TLS with the district's authority. Off only for a loopback.
    pub tls: bool,
    /// Bearer token of `/v1/status`.
    pub status_token: String,
    /// Bearer token of the operator's requests.
    pub admin_token: String,
    /// Its folder: database, files, keys.
    pub data: PathBuf,
    /// A name of the time zone database: whose days the rules count.
    pub time_zone: String,
    /// `error` … `trace`.
    pub log: String,
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Settings({}, {}, ..)", self.listen, self.data.display())
    }
}

/// The settings are not usable: which key, and what is allowed.
#[derive(Debug, Error)]
pub enum SettingsError {
    /// The file cannot be read.
    #[error("settings {path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is no TOML, or a key is unknown or of the wrong kind.
    #[error("settings: {0}")]
    Toml(#[from] toml::de::Error),
    /// A value is not allowed.
    #[error("settings: {key}: {allowed}")]
    Value {
        /// Which key.
        key: &'static str,
        /// What is allowed.
        allowed: &'static str,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AsRead {
    #[serde(default)]
    hub: HubKeys,
    tokens: Tokens,
    #[serde(default)]
    paths: Paths,
    #[serde(default)]
    district: District,
    #[serde(default)]
    log: Log,
}

#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
struct HubKeys {
    listen: SocketAddr,
    public_url: String,
    names: Vec<String>,
    tls: bool,
}

impl Default for HubKeys {
    fn default() -> Self {
        let names = vec!["localhost".into(), "127.0.0.1".into()];
        Self { listen: SocketAddr::from(([127, 0, 0, 1], 8443)), public_url: String::new(), names, tls: true }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tokens {
    status: String,
    admin: String,
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct Paths {
    data: Option<PathBuf>,
}

#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
struct District {
    time_zone: String,
}

impl Default for District {
    fn default() -> Self {
        Self { time_zone: "Asia/Shanghai".into() }
    }
}

#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Log {
    level: String,
}

impl Default for Log {
    fn default() -> Self {
        Self { level: "info".into() }
    }
}

/// Shortest token, characters.
const TOKEN_CHARACTERS: usize = 16;

impl Settings {
    /// Reads a settings file. `data`, when given, counts more than the file's.
    ///
    /// # Errors
    /// Which key, and what is allowed.
    pub fn read(path: &Path, data: Option<PathBuf>) -> Result<Self, SettingsError> {
        let text =
            std::fs::read_to_string(path).map_err(|source| SettingsError::File { path: path.to_owned(), source })?;
        Self::parse(&text, data)
    }

    /// The same for a text.
    ///
    /// # Errors
    /// Which key, and what is allowed.
    pub fn parse(text: &str, data: Option<PathBuf>) -> Result<Self, SettingsError> {
        let read: AsRead = toml::from_str(text)?;
        let value = |key, allowed| SettingsError::Value { key, allowed };
        if !read.hub.tls && !read.hub.listen.ip().is_loopback() {
            return Err(value("hub.tls", "may be false only where hub.listen is a loopback address"));
        }
        if read.hub.names.is_empty() {
            return Err(value("hub.names", "at least one host name or address"));
        }
        if read.tokens.status.len() < TOKEN_CHARACTERS || read.tokens.admin.len() < TOKEN_CHARACTERS {
            return Err(value("tokens", "status and admin, at least 16 characters each"));
        }
        if read.tokens.status == read.tokens.admin {
            return Err(value("tokens", "status and admin differ"));
        }
        if jiff::tz::TimeZone::get(&read.district.time_zone).is_err() {
            return Err(value("district.time_zone", "a name of the time zone database, Asia/Shanghai"));
        }
        let data = data.or(read.paths.data).ok_or_else(|| value("paths.data", "a folder, here or as --data"))?;
        Ok(Self {
            listen: read.hub.listen,
            public_url: read.hub.public_url,
            names: read.hub.names,
            tls: read.hub.tls,
            status_token: read.tokens.status,
            admin_token: read.tokens.admin,
            data,
            time_zone: read.district.time_zone,
            log: read.log.level,
        })
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop where it fails")]
    use super::*;

    const GOOD: &str =
        "[hub]\nlisten = \"127.0.0.1:0\"\n[tokens]\nstatus = \"0123456789abcdef\"\nadmin = \"fedcba9876543210\"\n";

    fn check(text: &str, expected: &str) {
        let error = Settings::parse(text, Some("/x".into())).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }

    #[test]
    fn a_wrong_key_is_named_with_what_is_allowed() {
        let settings = Settings::parse(GOOD, Some("/x".into())).unwrap();
        assert!(settings.tls && settings.time_zone == "Asia/Shanghai");
        assert!(Settings::parse(GOOD, None).unwrap_err().to_string().contains("paths.data"));
        check(&GOOD.replace("127.0.0.1:0\"", "0.0.0.0:1\"\ntls = false"), "hub.tls");
        check(&GOOD.replace("fedcba9876543210", "short"), "16 characters");
        check(&GOOD.replace("fedcba9876543210", "0123456789abcdef"), "differ");
        check(&format!("{GOOD}[district]\ntime_zone = \"Nowhere\"\n"), "district.time_zone");
        check(&GOOD.replace("listen", "listens"), "listens");
        check("", "tokens");
    }
}
