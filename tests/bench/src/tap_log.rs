// SPDX-License-Identifier: GPL-3.0-or-later
//! What the kiosk's own log says of taps: when the reader's door had the card, and when its records were on the disk.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use jiff::Timestamp;
use serde_json::Value;

/// One tap as it was logged.
#[derive(Clone, Copy, Debug)]
pub struct Logged {
    /// Since the reader had the whole number of the card, looking whether there was a second one.
    pub looking: Duration,
    /// From the door's word to the director until the director knows that the records are on the disk.
    pub keeping: Duration,
}

/// The taps between two moments, in order. A card that led to no record is left out.
pub fn taps(log: &Path, from: Timestamp, to: Timestamp) -> Result<Vec<Logged>> {
    let text = std::fs::read_to_string(log).with_context(|| log.display().to_string())?;
    let mut taps = Vec::new();
    let mut read: Option<(Timestamp, Duration)> = None;
    for line in text.lines() {
        let Ok(line) = serde_json::from_str::<Value>(line) else { continue };
        let Some(at) = line["timestamp"].as_str().and_then(|text| text.parse::<Timestamp>().ok()) else { continue };
        if at < from || at > to {
            continue;
        }
        let fields = &line["fields"];
        match fields["message"].as_str() {
            Some("card read") => {
                // Whole numbers of 128 bits are logged as text.
                let us = fields["us"].as_u64().or_else(|| fields["us"].as_str()?.parse().ok());
                read = Some((at, Duration::from_micros(us.unwrap_or(0))));
            }
            Some("records kept") => {
                if let Some((since, looking)) = read.take() {
                    let keeping = at.duration_since(since).unsigned_abs();
                    taps.push(Logged { looking, keeping });
                }
            }
            _ => {}
        }
    }
    Ok(taps)
}

/// A number of the last line with this message.
pub fn last_number(log: &Path, message: &str, field: &str) -> Result<u64> {
    let text = std::fs::read_to_string(log).with_context(|| log.display().to_string())?;
    let lines = text.lines().rev().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let found = lines.map(|line| line["fields"].clone()).find(|fields| fields["message"] == message);
    found.and_then(|fields| fields[field].as_u64()).with_context(|| format!("no {field} of {message:?} in the log"))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop where it fails")]
    use super::*;

    #[test]
    fn a_tap_is_a_card_and_its_records() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let line = |at: &str, fields: &str| {
            format!("{{\"timestamp\":\"2026-11-22T05:00:{at}Z\",\"level\":\"DEBUG\",\"fields\":{{{fields}}}}}\n")
        };
        let text = line("01.000000", "\"message\":\"card read\",\"us\":\"31000\"")
            + &line("01.001500", "\"message\":\"records kept\",\"records\":1")
            + &line("02.000000", "\"message\":\"records kept\",\"records\":1")
            + "no JSON\n"
            + &line("03.000000", "\"message\":\"frames of a lesson\",\"taken\":1800");
        std::fs::write(file.path(), text).unwrap();
        let (from, to) = ("2026-11-22T05:00:00Z".parse().unwrap(), "2026-11-22T05:01:00Z".parse().unwrap());
        let taps = taps(file.path(), from, to).unwrap();
        assert_eq!(taps.len(), 1);
        assert_eq!((taps[0].looking, taps[0].keeping), (Duration::from_millis(31), Duration::from_micros(1500)));
        assert_eq!(last_number(file.path(), "frames of a lesson", "taken").unwrap(), 1800);
    }
}
