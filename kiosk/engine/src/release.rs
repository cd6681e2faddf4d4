// SPDX-License-Identifier: GPL-3.0-or-later
//! Which release the box should run, and whether there is anything to do for that.
//!
//! What was written into the other slot is remembered in `installed.json` in the data folder. A release that was written and
//! does not run after a start was given up by the boot script: it is not written again until the district offers another.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use xuedian_protocol::documents::ReleaseEntry;

use crate::whole_file;

/// The file in the data folder.
const FILE: &str = "installed.json";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Installed {
    version: String,
    sha256: String,
}

/// The release that runs, and the one that was written last.
#[derive(Debug)]
pub struct Releases {
    file: PathBuf,
    running: String,
    installed: Option<Installed>,
}

impl Releases {
    /// Begins at the start of a release, in the data folder. A file that is damaged is as good as none: at worst a release is
    /// written once more.
    #[must_use]
    pub fn begin(data: &Path, running: &str) -> Self {
        let file = data.join(FILE);
        let installed: Option<Installed> = fs::read(&file).ok().and_then(|text| serde_json::from_slice(&text).ok());
        if let Some(installed) = installed.as_ref().filter(|installed| installed.version != running) {
            tracing::warn!(installed.version, running, "the release that was installed does not run: it was given up");
        }
        Self { file, running: running.to_owned(), installed }
    }

    /// Whether an offered release is to be written.
    #[must_use]
    pub fn wants(&self, offered: &ReleaseEntry) -> bool {
        let known = self.installed.as_ref().is_some_and(|installed| installed.sha256 == offered.bundle.sha256);
        offered.version != self.running && !known
    }

    /// It is written, and starts at the next power-on.
    pub fn installed(&mut self, offered: &ReleaseEntry) {
        let installed = Installed { version: offered.version.clone(), sha256: offered.bundle.sha256.clone() };
        let text = serde_json::json!(installed).to_string();
        if let Err(error) = whole_file::write(&self.file, text.as_bytes()) {
            tracing::warn!(%error, file = %self.file.display(), "that a release was installed cannot be kept");
        }
        self.installed = Some(installed);
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop where it fails")]
    use xuedian_protocol::documents::FileRef;

    use super::*;

    fn release(version: &str, byte: u8) -> ReleaseEntry {
        let sha256 = format!("{byte:02x}").repeat(32);
        let bundle = FileRef { sha256, bytes: 1, media_type: "application/vnd.rauc.bundle".to_owned() };
        ReleaseEntry { version: version.to_owned(), bundle }
    }

    #[test]
    fn another_release_is_wanted_once_and_the_running_one_never() {
        let data = tempfile::tempdir().unwrap();
        let mut releases = Releases::begin(data.path(), "1");
        assert!(!releases.wants(&release("1", 1)));
        assert!(releases.wants(&release("2", 2)));
        releases.installed(&release("2", 2));
        assert!(!releases.wants(&release("2", 2)));
        assert!(!Releases::begin(data.path(), "2").wants(&release("2", 2)), "it runs");
    }

    #[test]
    fn one_that_was_given_up_is_wanted_again_only_as_another_bundle() {
        let data = tempfile::tempdir().unwrap();
        Releases::begin(data.path(), "1").installed(&release("2", 2));
        let after = Releases::begin(data.path(), "1");
        assert!(!after.wants(&release("2", 2)));
        assert!(after.wants(&release("2", 3)), "mended under the same name");
        assert!(after.wants(&release("3", 4)));
    }

    #[test]
    fn going_back_to_an_older_release_is_an_offer_like_any_other() {
        let data = tempfile::tempdir().unwrap();
        Releases::begin(data.path(), "1").installed(&release("2", 2));
        assert!(Releases::begin(data.path(), "2").wants(&release("1", 1)));
    }

    #[test]
    fn a_damaged_file_keeps_nothing_from_being_installed() {
        let data = tempfile::tempdir().unwrap();
        fs::write(data.path().join(FILE), "{").unwrap();
        assert!(Releases::begin(data.path(), "1").wants(&release("2", 2)));
    }
}
