// SPDX-License-Identifier: GPL-3.0-or-later
//! What is allowed at a place of the settings file, in the technician's two languages.

use std::fmt;

/// What is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// A libnfc connection string.
    Connection,
    /// Where a hub is.
    Url,
    /// A whole number.
    Number {
        /// The least.
        from: u32,
        /// The greatest.
        to: u32,
    },
    /// A sound device.
    Device,
    /// A pin that nothing else of `[signals]` has.
    OtherPin,
    /// A folder.
    Folder,
    /// How much is logged.
    Level,
    /// A settings file that can be read.
    File,
    /// TOML.
    Toml,
    /// One of these names, of tables or of keys.
    Names(String),
}

impl Allowed {
    /// In Chinese.
    #[must_use]
    pub fn zh(&self) -> String {
        match self {
            Self::Connection => "libnfc 连接，例如 \"pn532_uart:/dev/xuedian-reader\"".to_owned(),
            Self::Url => "https://主机 或 https://主机:端口".to_owned(),
            Self::Number { from, to } => format!("整数，{from} 到 {to}"),
            Self::Device => "\"none\" 或 ALSA 设备名".to_owned(),
            Self::OtherPin => "四个不同的针脚".to_owned(),
            Self::Folder => "一个文件夹".to_owned(),
            Self::Level => "error、warn、info、debug、trace 之一".to_owned(),
            Self::File => "一个能读的设置文件".to_owned(),
            Self::Toml => "UTF-8 的 TOML".to_owned(),
            Self::Names(names) => names.clone(),
        }
    }
}

/// In English.
impl fmt::Display for Allowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connection => f.write_str("a libnfc connection string, such as \"pn532_uart:/dev/xuedian-reader\""),
            Self::Url => f.write_str("https://HOST or https://HOST:PORT (http only to this machine itself)"),
            Self::Number { from, to } => write!(f, "a whole number from {from} to {to}"),
            Self::Device => f.write_str("\"none\" or the name of an ALSA device"),
            Self::OtherPin => f.write_str("four pins, each another one"),
            Self::Folder => f.write_str("a folder"),
            Self::Level => f.write_str("\"error\", \"warn\", \"info\", \"debug\" or \"trace\""),
            Self::File => f.write_str("a settings file that this user may read"),
            Self::Toml => f.write_str("TOML in UTF-8"),
            Self::Names(names) => f.write_str(names),
        }
    }
}
