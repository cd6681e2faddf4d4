// SPDX-License-Identifier: GPL-3.0-or-later
//! Whether a new release of the system is good: its first picture is drawn, its journal is open, and its reader works, unless
//! the reader did not work before the update either.
//!
//! What is remembered over an update lies in `release.json` in the data folder, which outlives both slots. Whoever asks here
//! tells the updater once; until then each start uses up one of the release's tries, and then the release before comes back.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::whole_file;

/// The file in the data folder.
const FILE: &str = "release.json";

/// What is kept of the last release that was good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    /// Its name.
    release: String,
    /// Whether the reader worked under it when it ran last.
    reader: bool,
}

/// A release on trial.
#[derive(Debug)]
pub struct Trial {
    file: PathBuf,
    release: String,
    before: Option<Kept>,
    drawn: bool,
    reader: Option<bool>,
    good: bool,
}

impl Trial {
    /// Begins at the start of a release, in the data folder. A file that is damaged is as good as none.
    #[must_use]
    pub fn begin(data: &Path, release: &str) -> Self {
        let file = data.join(FILE);
        let before = fs::read(&file).ok().and_then(|text| match serde_json::from_slice(&text) {
            Ok(kept) => Some(kept),
            Err(error) => {
                tracing::warn!(%error, file = %file.display(), "what was kept of the last release cannot be read");
                None
            }
        });
        Self { file, release: release.to_owned(), before, drawn: false, reader: None, good: false }
    }

    /// The first picture is drawn; the journal was opened before. True when the release has just turned out good.
    pub fn drawn(&mut self) -> bool {
        self.drawn = true;
        self.judge()
    }

    /// The reader works, or has not worked for as long as one waits for it. True when the release has just turned out good.
    pub fn reader(&mut self, works: bool) -> bool {
        let news = self.reader != Some(works);
        self.reader = Some(works);
        let turned = self.judge();
        if self.good && news && !turned {
            self.keep();
        }
        turned
    }

    fn judge(&mut self) -> bool {
        // One that was good already stays so: its cable may have been pulled since.
        let known = self.before.as_ref().is_none_or(|before| before.release == self.release || !before.reader);
        if self.good || !self.drawn || !(known || self.reader == Some(true)) {
            return false;
        }
        self.good = true;
        self.keep();
        true
    }

    fn keep(&mut self) {
        let reader = self.reader.unwrap_or(self.before.as_ref().is_some_and(|before| before.reader));
        let kept = Kept { release: self.release.clone(), reader };
        if self.before.as_ref() == Some(&kept) {
            return;
        }
        let text = serde_json::json!(kept).to_string();
        if let Err(error) = whole_file::write(&self.file, text.as_bytes()) {
            tracing::warn!(%error, file = %self.file.display(), "what the next update wants to know cannot be kept");
        }
        self.before = Some(kept);
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop where it fails")]
    use super::*;

    /// A box that ran a release to its end, its reader working or not.
    fn ran(release: &str, reader: bool) -> tempfile::TempDir {
        let data = tempfile::tempdir().unwrap();
        let mut trial = Trial::begin(data.path(), release);
        trial.drawn();
        trial.reader(reader);
        data
    }

    #[test]
    fn the_first_release_of_a_box_is_good_once_it_draws() {
        let data = tempfile::tempdir().unwrap();
        let mut trial = Trial::begin(data.path(), "1");
        assert!(trial.drawn());
        assert!(!trial.drawn(), "told once");
        assert!(!trial.reader(true), "told once");
    }

    #[test]
    fn a_new_release_has_to_make_the_reader_work_that_worked_before() {
        let data = ran("1", true);
        let mut trial = Trial::begin(data.path(), "2");
        assert!(!trial.drawn());
        assert!(!trial.reader(false));
        assert!(trial.reader(true));
    }

    #[test]
    fn nothing_is_good_that_draws_no_picture() {
        let data = ran("1", true);
        assert!(!Trial::begin(data.path(), "2").reader(true));
    }

    #[test]
    fn a_reader_that_was_absent_before_keeps_no_release_from_being_good() {
        let data = ran("1", false);
        assert!(Trial::begin(data.path(), "2").drawn());
    }

    #[test]
    fn the_same_release_stays_good_without_its_reader_and_the_next_one_may_do_without_it_too() {
        let data = ran("1", true);
        let mut again = Trial::begin(data.path(), "1");
        assert!(again.drawn());
        again.reader(false);
        assert!(Trial::begin(data.path(), "2").drawn());
    }

    #[test]
    fn a_release_on_trial_does_not_change_what_is_known_of_the_one_before() {
        let data = ran("1", true);
        for _ in 0..3 {
            let mut trial = Trial::begin(data.path(), "2");
            assert!(!trial.drawn());
            assert!(!trial.reader(false));
        }
        assert!(Trial::begin(data.path(), "1").drawn(), "the one before comes back and is good at once");
    }

    #[test]
    fn a_damaged_file_is_as_good_as_none() {
        let data = ran("1", true);
        fs::write(data.path().join(FILE), "{\"release\":").unwrap();
        assert!(Trial::begin(data.path(), "2").drawn());
    }
}
