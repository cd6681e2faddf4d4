// SPDX-License-Identifier: GPL-3.0-or-later
//! Watching a display until something is on it.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::picture::{Area, Display};

/// How often it is looked at.
const LOOK: Duration = Duration::from_millis(1);

/// When a part of the picture changed within a span of time.
#[derive(Clone, Copy, Debug)]
pub struct Changes {
    /// The last change: from then on the picture stood as it was to be.
    pub last: Instant,
    /// How many looks found another picture than the look before.
    pub count: u32,
}

/// Watches a part of the picture until `until`; none when nothing changed.
pub fn changes(display: &Display, area: Area, until: Instant) -> Result<Option<Changes>> {
    let (mut before, mut now) = (Vec::new(), Vec::new());
    display.read(area, &mut before)?;
    let mut found: Option<Changes> = None;
    while Instant::now() < until {
        std::thread::sleep(LOOK);
        display.read(area, &mut now)?;
        if now != before {
            let changes = found.get_or_insert(Changes { last: Instant::now(), count: 0 });
            *changes = Changes { last: Instant::now(), count: changes.count + 1 };
            std::mem::swap(&mut before, &mut now);
        }
    }
    Ok(found)
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
