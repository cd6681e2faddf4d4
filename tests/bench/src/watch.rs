// SPDX-License-Identifier: GPL-3.0-or-later
//! Watching a display until something is on it.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::picture::{Area, Display};

/// How often it is looked at.
const LOOK: Duration = Duration::from_millis(1);

/// Watches a part of the picture until `until`, and tells when it changed last: from then on it stood as it was to be.
pub fn last_change(display: &Display, area: Area, until: Instant) -> Result<Option<Instant>> {
    let (mut before, mut now) = (Vec::new(), Vec::new());
    display.read(area, &mut before)?;
    let mut last = None;
    while Instant::now() < until {
        std::thread::sleep(LOOK);
        display.read(area, &mut now)?;
        if now != before {
            last = Some(Instant::now());
            std::mem::swap(&mut before, &mut now);
        }
    }
    Ok(last)
}

/// Waits until the picture is as `wanted` says, and tells when that was.
pub fn until(display: &Display, area: Area, patience: Duration, wanted: impl Fn(&[u8]) -> bool) -> Result<Instant> {
    let end = Instant::now() + patience;
    let mut now = Vec::new();
    loop {
        display.read(area, &mut now)?;
        if wanted(&now) {
            return Ok(Instant::now());
        }
        if Instant::now() > end {
            bail!("nothing of the kind was on the display in {patience:?}");
        }
        std::thread::sleep(LOOK);
    }
}
