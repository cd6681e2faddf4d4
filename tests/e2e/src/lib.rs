// SPDX-License-Identifier: GPL-3.0-or-later
//! What every story begins with: a demo district, its hub and a kiosk or two, as real processes.
//!
//! The stories are in `tests/`, one file each, named for what a visitor does. They see and touch by the words on the screen, tap
//! through the emulated reader, and judge by the exported journal and by what the hub says.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use xuedian_kit::district::District;
use xuedian_kit::hub::Hub;
use xuedian_kit::kiosk::Kiosk;
use xuedian_kit::process::eventually;
use xuedian_kit::torture::agreed;

/// How long anything may take on a busy machine before a story fails. What is promised to be fast is measured elsewhere.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Titles of the demo's courses; any three of them stand on the idle screen.
pub const COURSES: &[&str] = &["学习终端", "客服退款", "手指操", "楷书笔画", "铸造术", "泡菜", "公交站牌", "心肺复苏"];

/// A learning point.
#[derive(Debug)]
pub struct Point {
    /// Its kiosks, the first of them at p01.
    pub kiosks: Vec<Kiosk>,
    /// Its hub.
    pub hub: Hub,
    /// Its folder, which goes last.
    pub district: District,
}

impl Point {
    /// Starts everything, and waits until the kiosks know the district.
    ///
    /// # Errors
    /// When a part does not start.
    pub fn start(kiosks: usize) -> Result<Self> {
        let district = District::temporary(kiosks)?;
        let hub = Hub::start(&district)?;
        let kiosks =
            (1..=kiosks).map(|number| Kiosk::start(&district, number, hub.port)).collect::<Result<Vec<_>>>()?;
        for kiosk in &kiosks {
            // The idle screen shows a course once the catalogue has come; by the time everything is sent, so has the rest.
            kiosk.screen.see_any(COURSES, PATIENCE * 2)?;
            agreed(kiosk, &hub, PATIENCE * 2)?;
        }
        Ok(Self { kiosks, hub, district })
    }

    /// The first kiosk.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn kiosk(&self) -> &Kiosk {
        &self.kiosks[0]
    }

    /// Waits until a kiosk has so many records of a kind.
    ///
    /// # Errors
    /// When there are more, or not so many in time.
    pub fn records(&self, kind: &str, count: usize) -> Result<Vec<serde_json::Value>> {
        eventually(&format!("{count} records {kind}"), PATIENCE, || {
            let records = self.kiosk().records(kind)?;
            anyhow::ensure!(records.len() == count, "there are {}", records.len());
            Ok(records)
        })
    }
}

/// A kiosk that could not use its data folder ends once it can, to be started anew, and takes cards then.
///
/// # Errors
/// When it goes on, ends for another reason, or takes none.
pub fn ends_to_work_again(kiosk: &mut Kiosk) -> Result<()> {
    let ended = eventually("the end of a kiosk that would work now", PATIENCE, || {
        kiosk.program().ended()?.context("it still runs")
    })?;
    ensure!(ended.code() == Some(75), "start me again: {ended}");
    kiosk.restart()?;
    kiosk.reader.tap("L003")?;
    kiosk.screen.see("签到成功", PATIENCE).map(drop)
}
