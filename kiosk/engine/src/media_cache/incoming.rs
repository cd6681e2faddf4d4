// SPDX-License-Identifier: GPL-3.0-or-later
//! A file that is arriving.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

use sha2::{Digest, Sha256};
use thiserror::Error;
use tokio::{task::spawn_blocking, time::Instant};

use super::{
    cache::{MediaCache, NoRoom},
    hash::ContentHash,
};

/// Bytes written between two flushes.
pub const PIECE_BYTES: usize = 1 << 20;
/// Bytes a second at most, so that the journal gets its turn.
pub const PACE_BYTES_PER_S: u64 = 3_000_000;

/// Why a file did not arrive.
#[derive(Debug, Error)]
pub enum IncomingError {
    /// No room for it.
    #[error(transparent)]
    NoRoom(#[from] NoRoom),
    /// The disk refused.
    #[error("the disk refused: {0}")]
    Disk(#[from] io::Error),
    /// More bytes came than it has. What is here is thrown away.
    #[error("more bytes came than the {size} that it has")]
    TooLong {
        /// Bytes it should have.
        size: u64,
    },
    /// Not all bytes have come. What is here is kept, to go on later.
    #[error("{have} of {size} bytes have come")]
    Short {
        /// Bytes that are here.
        have: u64,
        /// Bytes it should have.
        size: u64,
    },
    /// All bytes are here and make another hash: damaged, or not what was asked for. They are thrown away.
    #[error("what came is not what was asked for")]
    WrongHash,
}

/// A file that is arriving. Dropped, what is on the disk stays and is gone on with next time.
pub struct Incoming {
    cache: MediaCache,
    hash: ContentHash,
    size: u64,
    path: PathBuf,
    /// None only while a piece is being written, or after an error of the disk.
    draft: Option<Draft>,
    buffer: Vec<u8>,
    /// Not before this moment may the next piece be written.
    next_piece: Instant,
}

/// The file on the disk and the hash of what it holds.
struct Draft {
    file: File,
    digest: Sha256,
    bytes: u64,
}

impl std::fmt::Debug for Incoming {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Incoming({:?}, {} of {})", self.hash, self.have(), self.size)
    }
}

impl Incoming {
    pub(super) async fn begin(
        cache: MediaCache,
        hash: ContentHash,
        size: u64,
        path: PathBuf,
    ) -> Result<Self, IncomingError> {
        let draft = blocking({
            let path = path.clone();
            move || Draft::open(&path, size)
        })
        .await?;
        Ok(Self { cache, hash, size, path, draft: Some(draft), buffer: Vec::new(), next_piece: Instant::now() })
    }

    /// Bytes that are here already: the next ones are to be asked for from there.
    #[must_use]
    pub fn have(&self) -> u64 {
        self.draft.as_ref().map_or(0, |draft| draft.bytes) + self.buffer.len() as u64
    }

    /// Takes the next bytes. Returns when whole pieces are on the disk and the pace allows more.
    ///
    /// # Errors
    /// When there are too many, or the disk refuses.
    pub async fn write(&mut self, mut bytes: &[u8]) -> Result<(), IncomingError> {
        if self.have() + bytes.len() as u64 > self.size {
            self.throw_away();
            return Err(IncomingError::TooLong { size: self.size });
        }
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(PIECE_BYTES - self.buffer.len()));
            self.buffer.extend_from_slice(now);
            bytes = later;
            if self.buffer.len() == PIECE_BYTES {
                self.flush().await?;
            }
        }
        Ok(())
    }

    /// Throws away what is here: the file comes from its beginning after all.
    ///
    /// # Errors
    /// When the disk refuses.
    pub async fn start_again(&mut self) -> Result<(), IncomingError> {
        self.throw_away();
        let (path, size) = (self.path.clone(), self.size);
        self.draft = Some(blocking(move || Draft::open(&path, size)).await?);
        Ok(())
    }

    /// Puts what has come onto the disk, to be gone on with after a power cut too.
    ///
    /// # Errors
    /// When the disk refuses.
    pub async fn flush(&mut self) -> Result<(), IncomingError> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        tokio::time::sleep_until(self.next_piece).await;
        let piece = std::mem::take(&mut self.buffer);
        let pause = Duration::from_micros(piece.len() as u64 * 1_000_000 / PACE_BYTES_PER_S);
        self.next_piece = Instant::now() + pause;
        let mut draft = self.draft.take().ok_or_else(|| io::Error::other("an earlier piece was refused"))?;
        let (draft, mut piece) = blocking(move || draft.append(&piece).map(|()| (draft, piece))).await?;
        self.draft = Some(draft);
        piece.clear();
        self.buffer = piece;
        Ok(())
    }

    /// Checks the whole file and gives it its name.
    ///
    /// # Errors
    /// When bytes are missing, the hash is another, or the disk refuses.
    pub async fn finish(mut self) -> Result<PathBuf, IncomingError> {
        self.flush().await?;
        let (have, size) = (self.have(), self.size);
        if have < size {
            return Err(IncomingError::Short { have, size });
        }
        let draft = self.draft.take().ok_or_else(|| io::Error::other("an earlier piece was refused"))?;
        if draft.digest.finalize().as_slice() != self.hash.0 {
            self.throw_away();
            return Err(IncomingError::WrongHash);
        }
        let (cache, hash, path) = (self.cache, self.hash, self.path);
        Ok(blocking(move || cache.publish(&path, hash, size)).await?)
    }

    fn throw_away(&mut self) {
        self.draft = None;
        self.buffer.clear();
        if let Err(error) = std::fs::remove_file(&self.path) {
            tracing::warn!(hash = %self.hash, %error, "the beginning of a file cannot be removed");
        }
    }
}

impl Draft {
    /// Reads what is there already, for its hash. A beginning that is longer than the file can be starts again.
    fn open(path: &Path, size: u64) -> io::Result<Self> {
        let mut file = OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(path)?;
        if file.metadata()?.len() > size {
            file.set_len(0)?;
        }
        let (mut digest, mut bytes, mut block) = (Sha256::new(), 0, vec![0; 64 * 1024]);
        loop {
            let read = file.read(&mut block)?;
            if read == 0 {
                return Ok(Self { file, digest, bytes });
            }
            digest.update(&block[..read]);
            bytes += read as u64;
        }
    }

    fn append(&mut self, piece: &[u8]) -> io::Result<()> {
        self.file.write_all(piece)?;
        self.file.sync_data()?;
        self.digest.update(piece);
        self.bytes += piece.len() as u64;
        Ok(())
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    spawn_blocking(work).await.map_err(io::Error::other)?
}
