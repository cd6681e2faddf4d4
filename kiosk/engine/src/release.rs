// SPDX-License-Identifier: GPL-3.0-or-later
//! Which release the box should run, and whether there is anything to do for that.
//!
//! What was written into the other slot is remembered in `installed.json` in the data folder. A release that was written and
//! does not run after a start was given up by the boot script: it is not written again until the district offers another, or
//! somebody brings it on a stick.

use std::{
    cmp::Ordering,
    fs,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use xuedian_domain::id::BootId;
use xuedian_protocol::documents::ReleaseEntry;

use crate::whole_file;

/// The file in the data folder.
const FILE: &str = "installed.json";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Installed {
    version: String,
    /// The bundle that the district offered and that was written last; empty when there was none. One from a stick leaves it as
    /// it is, so that an offer that was met already does not take its place again.
    sha256: String,
    /// The start of the machine in which it was written. Older releases neither write nor miss it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    boot: Option<String>,
    /// That it was given up was reported.
    #[serde(default)]
    told: bool,
}

/// What became of the release that was written last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Fate {
    /// It runs, or none was written.
    #[default]
    Runs,
    /// It starts at the next power-on.
    Waits(String),
    /// It was started and did not turn out good.
    GivenUp {
        /// Its name.
        version: String,
        /// An earlier start has reported it.
        told: bool,
    },
}

/// The release that runs, and the one that was written last.
#[derive(Debug)]
pub struct Releases {
    file: PathBuf,
    running: String,
    boot: String,
    installed: Option<Installed>,
}

impl Releases {
    /// Begins at the start of a release, in the data folder, with what became of the one that was written last. A file that is
    /// damaged is as good as none: at worst a release is written once more.
    #[must_use]
    pub fn begin(data: &Path, running: &str, boot: BootId) -> (Self, Fate) {
        let file = data.join(FILE);
        let installed: Option<Installed> = fs::read(&file).ok().and_then(|text| serde_json::from_slice(&text).ok());
        let releases = Self { file, running: running.to_owned(), boot: boot.to_string(), installed };
        let fate = releases.fate();
        if let Fate::GivenUp { version, .. } = &fate {
            tracing::warn!(version, running, "the release that was installed does not run: it was given up");
        }
        (releases, fate)
    }

    fn fate(&self) -> Fate {
        match &self.installed {
            Some(installed) if installed.version != self.running => {
                let version = installed.version.clone();
                // The kiosk alone started anew: nothing was tried yet.
                let waits = installed.boot.as_ref() == Some(&self.boot);
                if waits { Fate::Waits(version) } else { Fate::GivenUp { version, told: installed.told } }
            }
            _ => Fate::Runs,
        }
    }

    /// Whether an offered release is to be written.
    #[must_use]
    pub fn wants(&self, offered: &ReleaseEntry) -> bool {
        let known = self.installed.as_ref().is_some_and(|installed| installed.sha256 == offered.bundle.sha256);
        offered.version != self.running && !known
    }

    /// A release is written, and starts at the next power-on; `offered` when it is the district's, and not from a stick.
    pub fn installed(&mut self, version: &str, offered: Option<&ReleaseEntry>) {
        let before = self.installed.as_ref().map(|installed| installed.sha256.clone());
        let sha256 = offered.map_or(before.unwrap_or_default(), |offered| offered.bundle.sha256.clone());
        self.keep(Installed { version: version.to_owned(), sha256, boot: Some(self.boot.clone()), told: false });
    }

    /// Another release is being written. One that waits in that slot is gone as soon as its first byte is, and was not given up:
    /// were the power to go now, nothing is known of it.
    pub fn writing(&mut self) {
        if let Fate::Waits(_) = self.fate() {
            self.forget();
        }
    }

    /// A release could not be written. One that waited in that slot may be gone: it is written anew when it is still offered.
    pub fn failed(&mut self) {
        if let Fate::Waits(_) = self.fate() {
            self.forget();
            self.installed = None;
        }
    }

    /// That a release was given up is on its way to the hub, which hears it once.
    pub fn told(&mut self) {
        if let (Fate::GivenUp { told: false, .. }, Some(installed)) = (self.fate(), self.installed.clone()) {
            self.keep(Installed { told: true, ..installed });
        }
    }

    fn forget(&self) {
        if let Err(error) = whole_file::remove(&self.file) {
            tracing::warn!(%error, file = %self.file.display(), "that a release was installed cannot be forgotten");
        }
    }

    fn keep(&mut self, installed: Installed) {
        let text = serde_json::json!(installed).to_string();
        if let Err(error) = whole_file::write(&self.file, text.as_bytes()) {
            tracing::warn!(%error, file = %self.file.display(), "that a release was installed cannot be kept");
        }
        self.installed = Some(installed);
    }
}

/// Which of two names of releases is the later one: digits that stand together count as a number, everything else as it is
/// written, and of `2026.12` and `2026.12-b` the longer one is later.
#[must_use]
pub fn order(one: &str, other: &str) -> Ordering {
    parts(one).cmp(parts(other))
}

/// A number as the count of its digits and its digits; anything else before it.
fn parts(name: &str) -> impl Iterator<Item = (usize, &[u8])> {
    name.as_bytes().chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit()).map(|run| match run {
        [b'0'..=b'9', ..] => {
            let zeros = run.iter().take_while(|digit| **digit == b'0').count();
            let number = run.get(zeros..).unwrap_or_default();
            (number.len() + 1, number)
        }
        _ => (0, run),
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop where it fails")]
    use xuedian_protocol::documents::FileRef;

    use super::*;

    const ONE: BootId = BootId([1; 16]);
    const TWO: BootId = BootId([2; 16]);

    fn write(releases: &mut Releases, offered: &ReleaseEntry) {
        releases.installed(&offered.version, Some(offered));
    }

    fn release(version: &str, byte: u8) -> ReleaseEntry {
        let sha256 = format!("{byte:02x}").repeat(32);
        let bundle = FileRef { sha256, bytes: 1, media_type: "application/vnd.rauc.bundle".to_owned() };
        ReleaseEntry { version: version.to_owned(), bundle }
    }

    #[test]
    fn another_release_is_wanted_once_and_the_running_one_never() {
        let data = tempfile::tempdir().unwrap();
        let (mut releases, _) = Releases::begin(data.path(), "1", ONE);
        assert!(!releases.wants(&release("1", 1)));
        assert!(releases.wants(&release("2", 2)));
        write(&mut releases, &release("2", 2));
        assert!(!releases.wants(&release("2", 2)));
        let (after, fate) = Releases::begin(data.path(), "2", TWO);
        assert!(!after.wants(&release("2", 2)), "it runs");
        assert_eq!(fate, Fate::Runs);
    }

    #[test]
    fn one_that_was_given_up_is_wanted_again_only_as_another_bundle() {
        let data = tempfile::tempdir().unwrap();
        write(&mut Releases::begin(data.path(), "1", ONE).0, &release("2", 2));
        let (mut after, fate) = Releases::begin(data.path(), "1", TWO);
        assert_eq!(fate, Fate::GivenUp { version: "2".to_owned(), told: false });
        after.told();
        let (_, again) = Releases::begin(data.path(), "1", BootId([3; 16]));
        assert_eq!(again, Fate::GivenUp { version: "2".to_owned(), told: true });
        assert!(!after.wants(&release("2", 2)));
        assert!(after.wants(&release("2", 3)), "mended under the same name");
        assert!(after.wants(&release("3", 4)));
    }

    #[test]
    fn going_back_to_an_older_release_is_an_offer_like_any_other() {
        let data = tempfile::tempdir().unwrap();
        write(&mut Releases::begin(data.path(), "1", ONE).0, &release("2", 2));
        assert!(Releases::begin(data.path(), "2", TWO).0.wants(&release("1", 1)));
    }

    #[test]
    fn a_damaged_file_keeps_nothing_from_being_installed() {
        let data = tempfile::tempdir().unwrap();
        fs::write(data.path().join(FILE), "{").unwrap();
        assert!(Releases::begin(data.path(), "1", ONE).0.wants(&release("2", 2)));
    }

    #[test]
    fn until_the_next_power_on_a_release_waits_and_is_not_given_up() {
        let data = tempfile::tempdir().unwrap();
        write(&mut Releases::begin(data.path(), "1", ONE).0, &release("2", 2));
        let (mut again, fate) = Releases::begin(data.path(), "1", ONE);
        assert_eq!(fate, Fate::Waits("2".to_owned()));
        again.writing();
        let (_, fate) = Releases::begin(data.path(), "1", TWO);
        assert_eq!(fate, Fate::Runs, "the power went while it was being overwritten");
        let (after, fate) = Releases::begin(data.path(), "2", TWO);
        assert_eq!(fate, Fate::Runs, "the other installation was refused before it had begun to write");
        assert!(!after.wants(&release("2", 2)));
        again.failed();
        assert!(again.wants(&release("2", 2)), "another installation has spoilt it");
    }

    #[test]
    fn a_release_from_a_stick_is_not_taken_back_for_an_offer_that_was_met() {
        let data = tempfile::tempdir().unwrap();
        let (mut releases, _) = Releases::begin(data.path(), "1", ONE);
        write(&mut releases, &release("2", 2));
        releases.writing();
        releases.installed("3", None);
        assert!(!releases.wants(&release("2", 2)), "at once");
        let (after, _) = Releases::begin(data.path(), "3", TWO);
        assert!(!after.wants(&release("2", 2)));
        assert!(after.wants(&release("4", 4)));
    }

    #[test]
    fn what_an_older_release_has_written_is_read_and_it_can_read_ours() {
        #[derive(Deserialize)]
        struct Before {
            version: String,
            sha256: String,
        }
        let data = tempfile::tempdir().unwrap();
        let sha256 = "02".repeat(32);
        fs::write(data.path().join(FILE), format!(r#"{{"version":"2","sha256":"{sha256}"}}"#)).unwrap();
        let (mut releases, fate) = Releases::begin(data.path(), "1", ONE);
        assert_eq!(fate, Fate::GivenUp { version: "2".to_owned(), told: false });
        releases.installed("3", None);
        let before: Before = serde_json::from_slice(&fs::read(data.path().join(FILE)).unwrap()).unwrap();
        assert_eq!((before.version.as_str(), before.sha256), ("3", sha256));
    }

    #[test]
    fn later_releases_are_known_by_their_names() {
        let names = ["2026.2", "2026.11", "2026.11-b", "2026.12", "2027", "2027.0.1"];
        for (earlier, later) in names.iter().zip(&names[1..]) {
            assert_eq!(order(earlier, later), Ordering::Less, "{earlier} {later}");
            assert_eq!(order(later, earlier), Ordering::Greater, "{later} {earlier}");
        }
        assert_eq!(order("2026.011", "2026.11"), Ordering::Equal);
    }
}
