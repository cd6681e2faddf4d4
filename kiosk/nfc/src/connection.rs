// SPDX-License-Identifier: GPL-3.0-or-later
//! What must hold before libnfc is asked at all: its version, its silence, a connection string, a port that is free.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use rustix::fs::{FlockOperation, OFlags, flock};
use rustix::io::Errno;
use xuedian_engine::ports::reader::ReaderLoss;

use crate::ReaderDoorError;

/// Oldest libnfc whose select without a card comes back by itself.
const OLDEST: (u32, u32) = (1, 8);

/// Refuses a libnfc older than 1.8: its select may wait for ever.
pub(super) fn check_version(version: &str) -> Result<(), ReaderDoorError> {
    let mut parts = version.split('.').map(|part| part.parse::<u32>());
    match (parts.next(), parts.next()) {
        (Some(Ok(major)), Some(Ok(minor))) if (major, minor) >= OLDEST => Ok(()),
        _ => Err(ReaderDoorError::LibnfcTooOld(version.to_owned())),
    }
}

/// Refuses a log level at which libnfc prints each frame, and each UID with it: all but 0 and 1.
pub(super) fn check_silence(level: Option<&str>) -> Result<(), ReaderDoorError> {
    match level {
        None | Some("" | "0" | "1") => Ok(()),
        // libnfc reads the digits at the beginning, whatever is behind them.
        Some(level) => Err(ReaderDoorError::PrintsUids(level.to_owned())),
    }
}

/// A libnfc connection string, `driver:port[:speed]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Connection {
    /// As libnfc reads it.
    pub text: String,
    /// The device file, for drivers of serial lines and buses; USB drivers find theirs themselves.
    pub port: Option<PathBuf>,
}

impl Connection {
    pub fn parse(text: &str) -> Result<Self, ReaderDoorError> {
        let wrong = || ReaderDoorError::Connection(text.to_owned());
        let (driver, rest) = text.split_once(':').ok_or_else(wrong)?;
        if driver.is_empty() || text.len() > 1000 || text.contains('\0') {
            return Err(wrong());
        }
        let port = match rest.rsplit_once(':') {
            Some((port, speed)) if speed.parse::<u32>().is_ok() => port,
            _ => rest,
        };
        let has_port = ["_uart", "_i2c", "_spi", "arygon"].iter().any(|kind| driver.ends_with(kind));
        if has_port && port.is_empty() {
            return Err(wrong());
        }
        Ok(Self { text: text.to_owned(), port: has_port.then(|| PathBuf::from(port)) })
    }

    /// Takes the port for this process, as long as the answer lives. `Ok(None)`: this driver has no port to take.
    ///
    /// libnfc's own "already claimed" does not work on Linux: a second opener succeeds, and both read half the answers.
    pub fn lock(&self) -> Result<Option<File>, ReaderLoss> {
        let Some(path) = &self.port else {
            return Ok(None);
        };
        let flags = i32::try_from((OFlags::NOCTTY | OFlags::NONBLOCK).bits()).expect("flags of open(2) fit an int");
        let file = OpenOptions::new().read(true).write(true).custom_flags(flags).open(path);
        let file = file.map_err(|error| match error.kind() {
            io::ErrorKind::PermissionDenied => ReaderLoss::Forbidden,
            _ => ReaderLoss::Absent,
        })?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Some(file)),
            Err(Errno::WOULDBLOCK) => Err(ReaderLoss::Busy),
            Err(_) => Err(ReaderLoss::Forbidden),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(text: &str) -> Option<Option<String>> {
        Connection::parse(text).ok().map(|c| c.port.map(|p| p.display().to_string()))
    }

    #[test]
    fn the_port_is_found_in_the_connection_string() {
        assert_eq!(port("pn532_uart:/dev/ttyUSB0"), Some(Some("/dev/ttyUSB0".to_owned())));
        assert_eq!(port("pn532_uart:/dev/ttyUSB0:115200"), Some(Some("/dev/ttyUSB0".to_owned())));
        assert_eq!(port("acr122_usb:001:004"), Some(None));
        for wrong in ["", "pn532_uart", "pn532_uart:", ":/dev/ttyUSB0"] {
            assert_eq!(port(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_old_libnfc_is_refused() {
        let check = |version: &str| check_version(version).is_ok();
        assert!(check("1.8.0") && check("1.8") && check("1.10.2") && check("2.0"));
        assert!(!check("1.7.2") && !check("0.9") && !check("unknown"));
    }

    #[test]
    fn a_libnfc_that_prints_frames_is_refused() {
        let check = |level| check_silence(level).is_ok();
        assert!(check(None) && check(Some("0")) && check(Some("1")));
        assert!(["2", "3", " 3", "3x", "x"].iter().all(|level| !check(Some(level))));
    }
}
