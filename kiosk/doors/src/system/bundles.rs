// SPDX-License-Identifier: GPL-3.0-or-later
//! What a stick brings: bundles in its top folder and in its folder `xuedian`, each shown to the updater. Of those that this box
//! may be given the latest counts, by its name (`xuedian_engine::release::order`).

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::timeout;
use xuedian_engine::ports::system::{BundleFault, Stick};
use xuedian_engine::release::order;
use zbus::Connection;

use super::services::is_late;
use super::updater;

/// Files of a folder that are looked at; a stick of holiday pictures may have thousands.
const FILES: usize = 4096;
/// Bundles that are shown to the updater; each takes seconds.
const BUNDLES: usize = 8;
/// Until a stick is given up whose folders do not come: one that is dying can keep the kernel waiting for minutes.
const READING: Duration = Duration::from_secs(60);

/// Looks through a stick that is mounted at `folder`, for a box of the kind `board`. None when the updater is busy.
pub(super) async fn look(connection: &Connection, folder: PathBuf, board: &str) -> Option<Stick> {
    let unreadable = Some(Stick::Refused(BundleFault::Unreadable));
    let bundles = match timeout(READING, spawn_blocking(move || find(&folder))).await {
        Ok(Ok(Ok(bundles))) => bundles,
        Ok(Ok(Err(error))) => {
            tracing::warn!(%error, "a stick cannot be read");
            return unreadable;
        }
        Ok(Err(_)) => return None,
        Err(_) => {
            tracing::warn!("a stick does not answer");
            return unreadable;
        }
    };
    let mut best = Stick::Empty;
    for bundle in bundles {
        best = better(best, of_bundle(connection, bundle, board).await?);
    }
    Some(best)
}

async fn of_bundle(connection: &Connection, bundle: PathBuf, board: &str) -> Option<Stick> {
    Some(match updater::inspect(connection, &bundle).await {
        Ok(said) if said.compatible == board && !said.version.is_empty() => {
            Stick::Release { bundle, version: said.version }
        }
        Ok(_) => Stick::Refused(BundleFault::OtherBoard),
        Err(error) if updater::is_busy(&error) => return None,
        Err(error) if is_late(&error) => {
            tracing::warn!(%error, bundle = %bundle.display(), "a stick does not answer");
            Stick::Refused(BundleFault::Unreadable)
        }
        Err(error) => {
            tracing::warn!(%error, bundle = %bundle.display(), "the updater refuses a bundle");
            Stick::Refused(updater::fault(&error).unwrap_or(BundleFault::Damaged))
        }
    })
}

/// Which of two findings is told; the first when they are worth the same.
pub(super) fn better(one: Stick, other: Stick) -> Stick {
    let rank = |stick: &Stick| match stick {
        Stick::Out => 0,
        Stick::Empty => 1,
        // What can be said of a bundle is worth more than that something else is no stick.
        Stick::Refused(BundleFault::Unreadable) => 2,
        Stick::Refused(_) => 3,
        Stick::Release { .. } => 4,
    };
    let later = match (&one, &other) {
        (Stick::Release { version, .. }, Stick::Release { version: than, .. }) => order(version, than).is_lt(),
        _ => rank(&one) < rank(&other),
    };
    if later { other } else { one }
}

/// The bundles of a stick. No link is followed, so that nothing outside of it is read.
fn find(stick: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for (folder, must) in [(stick.to_owned(), true), (stick.join("xuedian"), false)] {
        if !must && !fs::symlink_metadata(&folder).is_ok_and(|about| about.is_dir()) {
            continue;
        }
        for entry in fs::read_dir(&folder)?.take(FILES) {
            let entry = entry?;
            let name = entry.file_name();
            // What a Mac puts beside each file begins with a dot.
            let named = Path::new(&name).extension().is_some_and(|end| end.eq_ignore_ascii_case("raucb"))
                && !name.as_encoded_bytes().starts_with(b".");
            if named && entry.file_type()?.is_file() {
                found.push(entry.path());
            }
        }
    }
    // The latest first, by their names: of more than are looked at, those that are left out are the oldest.
    found.sort_by(|one, other| order(&name(other), &name(one)));
    found.truncate(BUNDLES);
    Ok(found)
}

fn name(bundle: &Path) -> String {
    bundle.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop where it fails")]
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn bundles_are_files_of_the_stick_itself() {
        let (stick, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let outside = elsewhere.path().join("outside.raucb");
        fs::write(&outside, "").unwrap();
        symlink(&outside, stick.path().join("link.raucb")).unwrap();
        symlink(elsewhere.path(), stick.path().join("xuedian")).unwrap();
        fs::create_dir(stick.path().join("folder.raucb")).unwrap();
        for name in ["b.raucb", "A.RAUCB", "._b.raucb", "b.raucb.txt", "holiday.jpg"] {
            fs::write(stick.path().join(name), "").unwrap();
        }
        assert_eq!(find(stick.path()).unwrap(), ["b.raucb", "A.RAUCB"].map(|name| stick.path().join(name)));
        assert!(find(&stick.path().join("gone")).is_err());
    }

    #[test]
    fn of_too_many_bundles_the_latest_are_looked_at() {
        let stick = tempfile::tempdir().unwrap();
        for month in 1..=12 {
            fs::write(stick.path().join(format!("xuedian-2026.{month}.raucb")), "").unwrap();
        }
        let found: Vec<String> = find(stick.path()).unwrap().iter().map(|bundle| name(bundle)).collect();
        assert_eq!((found.len(), found[0].as_str()), (BUNDLES, "xuedian-2026.12.raucb"));
        assert!(!found.iter().any(|name| name.contains("2026.4.")), "{found:?}");
    }

    #[test]
    fn the_latest_release_is_told_and_a_refusal_only_without_one() {
        let release = |version: &str| Stick::Release { bundle: version.into(), version: version.into() };
        let refused = Stick::Refused(BundleFault::OtherBoard);
        assert_eq!(better(release("2026.9"), release("2026.12")), release("2026.12"));
        assert_eq!(better(release("2026.12"), release("2026.9")), release("2026.12"));
        assert_eq!(better(refused.clone(), release("1")), release("1"));
        assert_eq!(better(refused.clone(), Stick::Empty), refused);
        assert_eq!(better(Stick::Refused(BundleFault::Unreadable), refused.clone()), refused);
    }
}
