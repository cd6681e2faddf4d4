// SPDX-License-Identifier: GPL-3.0-or-later
//! Files named by their content: media and documents. Written once, never changed.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};
use thiserror::Error;
use xuedian_protocol::{documents::FileRef, signing::sha256_hex, text::hex};

/// A folder of files.
#[derive(Debug, Clone)]
pub struct Files {
    folder: PathBuf,
}

/// A file could not be kept or read.
#[derive(Debug, Error)]
#[error("{doing} {path}: {source}")]
pub struct FileError {
    doing: &'static str,
    path: PathBuf,
    source: io::Error,
}

fn failed(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> FileError {
    move |source| FileError { doing, path: path.to_owned(), source }
}

impl Files {
    /// In this folder, which is made when it is not there.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn open(folder: &Path) -> Result<Self, FileError> {
        fs::create_dir_all(folder).map_err(failed("making", folder))?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// Where a file is, or would be. None when the text is no SHA-256.
    #[must_use]
    pub fn path(&self, sha256: &str) -> Option<PathBuf> {
        let digits = sha256.len() == 64 && sha256.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        digits.then(|| self.folder.join(&sha256[..2]).join(&sha256[2..]))
    }

    /// Keeps bytes; on the disk before it returns.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn put(&self, bytes: &[u8], media_type: &str) -> Result<FileRef, FileError> {
        let sha256 = sha256_hex(bytes);
        self.place(&sha256, |to| to.write_all(bytes))?;
        Ok(FileRef { sha256, bytes: bytes.len() as u64, media_type: media_type.to_owned() })
    }

    /// Keeps a copy of a file, media say.
    ///
    /// # Errors
    /// When it cannot be read, or the disk refuses.
    pub fn add(&self, path: &Path, media_type: &str) -> Result<FileRef, FileError> {
        let reading = || failed("reading", path);
        let mut hash = Sha256::new();
        let mut bytes = 0;
        let mut from = File::open(path).map_err(reading())?;
        let mut piece = vec![0; 1 << 20];
        loop {
            let n = from.read(&mut piece).map_err(reading())?;
            if n == 0 {
                break;
            }
            hash.update(&piece[..n]);
            bytes += n as u64;
        }
        let sha256 = hex(&hash.finalize());
        self.place(&sha256, |to| io::copy(&mut File::open(path)?, to).map(|_| ()))?;
        Ok(FileRef { sha256, bytes, media_type: media_type.to_owned() })
    }

    /// The bytes of a small file.
    ///
    /// # Errors
    /// When it is not here.
    pub fn read(&self, file: &FileRef) -> Result<Vec<u8>, FileError> {
        let path = self.path(&file.sha256).unwrap_or_else(|| self.folder.join("no such file"));
        fs::read(&path).map_err(failed("reading", &path))
    }

    /// Removes a file that nothing names any more. One that is not there is none to remove.
    pub fn remove(&self, sha256: &str) {
        if let Some(path) = self.path(sha256) {
            let _gone = fs::remove_file(path);
        }
    }

    fn place(&self, sha256: &str, write: impl FnOnce(&mut File) -> io::Result<()>) -> Result<(), FileError> {
        let path = self.path(sha256).unwrap_or_else(|| self.folder.join(sha256));
        if path.exists() {
            return Ok(());
        }
        let folder = path.parent().unwrap_or(&self.folder);
        fs::create_dir_all(folder).map_err(failed("making", folder))?;
        // A name of its own for each writer: two may bring the same file at once, and either is right.
        let draft = folder.join(format!("{}.{}", &sha256[2..], uuid::Uuid::now_v7().simple()));
        let written = File::create(&draft).and_then(|mut file| write(&mut file).and_then(|()| file.sync_all()));
        written.and_then(|()| fs::rename(&draft, &path)).and_then(|()| File::open(folder)?.sync_all()).map_err(|why| {
            let _gone = fs::remove_file(&draft);
            failed("writing", &path)(why)
        })
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop where it fails")]
    use super::*;

    #[test]
    fn a_file_is_its_content() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::open(&folder.path().join("files")).unwrap();
        let one = files.put(b"words", "text/plain").unwrap();
        assert_eq!(one.sha256, sha256_hex(b"words"));
        assert_eq!(files.put(b"words", "text/plain").unwrap(), one);
        let path = folder.path().join("a.txt");
        fs::write(&path, b"words").unwrap();
        assert_eq!(files.add(&path, "text/plain").unwrap(), one);
        assert_eq!(files.read(&one).unwrap(), b"words");
        files.remove(&one.sha256);
        assert!(files.read(&one).is_err());
        assert_eq!(files.path("../../etc/passwd"), None);
    }
}
