// SPDX-License-Identifier: GPL-3.0-or-later
//! Files by their hash: films, pictures, captions, and the parts of documents.
//!
//! A file has its name only when every byte of it was checked and is on the disk, so whoever finds a path here may use it.
//! What is half there lies apart and is gone on with. Writing goes in pieces of 1 MB, each flushed before the next, at a
//! bounded pace: journal and media share one slow card, and a tap must not wait behind a film. (Measured: through the
//! page cache at full speed a commit waits 13 to 35 s; synced each 1 MB and paced at 3 MB/s, 50 to 80 ms.)

mod cache;
mod fetching;
mod hash;
mod incoming;
mod index;

pub use cache::{MediaCache, NoRoom};
pub(crate) use fetching::MediaTask;
pub use hash::{ContentHash, NotAHash};
pub use incoming::{Incoming, IncomingError, PACE_BYTES_PER_S, PIECE_BYTES};
