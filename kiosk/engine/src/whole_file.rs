// SPDX-License-Identifier: GPL-3.0-or-later
//! Files that are there whole or not at all, whenever the power goes.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::Path,
};

/// Owner may read and write, nobody else anything.
const PRIVATE: u32 = 0o600;
/// Owner may enter, nobody else.
const PRIVATE_FOLDER: u32 = 0o700;

/// Makes a folder and those above it, for the owner only.
pub(crate) fn make_folder(folder: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(PRIVATE_FOLDER).create(folder)
}

/// Puts `bytes` at `path`: on the disk before this returns, and never half.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().ok_or_else(|| io::Error::other("a file needs a folder"))?;
    let name = path.file_name().ok_or_else(|| io::Error::other("a file needs a name"))?;
    let mut draft_name = std::ffi::OsString::from(".");
    draft_name.push(name);
    draft_name.push(".new");
    let draft = folder.join(draft_name);
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(PRIVATE).open(&draft)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    publish(&draft, path)
}

/// Gives a finished and synced file its name, and sees the name onto the disk.
pub(crate) fn publish(draft: &Path, path: &Path) -> io::Result<()> {
    fs::rename(draft, path)?;
    let folder = path.parent().ok_or_else(|| io::Error::other("a file needs a folder"))?;
    File::open(folder)?.sync_all()
}

/// Takes a file away, which may be gone already: on the disk, too, before this returns.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let folder = path.parent().ok_or_else(|| io::Error::other("a file needs a folder"))?;
    File::open(folder)?.sync_all()
}

/// The whole file, or none when it is not there.
pub(crate) fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_second_writing_replaces_the_first_and_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("floor");
        assert_eq!(read(&path).unwrap(), None);
        write(&path, b"first, and longer").unwrap();
        write(&path, b"second").unwrap();
        assert_eq!(read(&path).unwrap().unwrap(), b"second");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
