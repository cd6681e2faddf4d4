// SPDX-License-Identifier: GPL-3.0-or-later
//! The earliest time it can be: when this program was built, or when the hub last signed an answer.

use std::{
    io,
    path::{Path, PathBuf},
};

use crate::whole_file;

/// 2026-11-22 in UTC, milliseconds: no box runs this before. A build that sets `SOURCE_DATE_EPOCH` says it more exactly.
const WRITTEN_MS: i64 = 1_795_305_600_000;
/// The file is rewritten when the floor has risen by so much, milliseconds: a card wears out by writing.
const RISE_MS: i64 = 600_000;

/// The floor, and the file that keeps the hub's part of it.
#[derive(Debug)]
pub(super) struct Floor {
    path: PathBuf,
    ms: i64,
    kept_ms: i64,
}

impl Floor {
    /// A file that is not there or damaged only lowers the floor to the build time.
    pub(super) fn open(path: PathBuf) -> Self {
        let text = whole_file::read(&path).ok().flatten().unwrap_or_default();
        let kept_ms = std::str::from_utf8(&text).ok().and_then(|text| text.trim().parse().ok()).unwrap_or(0);
        Self { path, ms: built_ms().max(kept_ms), kept_ms }
    }

    pub(super) fn ms(&self) -> i64 {
        self.ms
    }

    /// The hub signed this time. Never lowers the floor. Gives the file that is to be written, when it is worth it.
    pub(super) fn raise(&mut self, signed_ms: i64) -> Option<PathBuf> {
        self.ms = self.ms.max(signed_ms);
        (signed_ms.saturating_sub(self.kept_ms) >= RISE_MS).then(|| self.path.clone())
    }

    /// Whether the file says so much or more.
    pub(super) fn is_kept(&self, signed_ms: i64) -> bool {
        self.kept_ms >= signed_ms
    }

    /// The file is written.
    pub(super) fn kept(&mut self, signed_ms: i64) {
        self.kept_ms = self.kept_ms.max(signed_ms);
    }
}

/// Writes the file. Apart from [`Floor`], so that no tap waits for it.
pub(super) fn keep(path: &Path, signed_ms: i64) -> io::Result<()> {
    whole_file::write(path, format!("{signed_ms}\n").as_bytes())
}

fn built_ms() -> i64 {
    option_env!("SOURCE_DATE_EPOCH")
        .and_then(|text| text.parse::<i64>().ok())
        .map_or(WRITTEN_MS, |s| s.saturating_mul(1000))
}
