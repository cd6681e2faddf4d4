// SPDX-License-Identifier: GPL-3.0-or-later
//! What waits to be sent: the journal after the place that the hub has acknowledged.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::{sync::oneshot, task::spawn_blocking};
use xuedian_journal::{JournalHandle, JournalReader, Position, ReadError, Stored};
use xuedian_protocol::wire;

use super::{batch_size::BatchSize, failure::ContactError};

/// Under this name the journal keeps how far the district has come.
pub(crate) const HUB: &str = "district";

/// The journal as sync sees it: read beside the writer, and a cursor that the writer keeps.
#[derive(Clone, Debug)]
pub struct Outbox {
    reader: Arc<Mutex<JournalReader>>,
    writer: JournalHandle,
}

impl Outbox {
    /// Reads over a connection of its own.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn open(writer: JournalHandle) -> Result<Self, ReadError> {
        Ok(Self { reader: Arc::new(Mutex::new(writer.reader()?)), writer })
    }

    /// The last record that the hub has acknowledged; none before the first.
    pub(crate) async fn cursor(&self) -> Result<Option<Position>, ContactError> {
        self.read(|reader| reader.acked(HUB)).await
    }

    /// The oldest records that wait, as many as `size` allows and at least one.
    pub(crate) async fn oldest(&self, size: BatchSize) -> Result<Vec<Stored>, ContactError> {
        self.read(move |reader| {
            let cursor = reader.acked(HUB)?;
            let (epoch, seq) = cursor.as_ref().map_or((None, 0), |at| (Some(at.epoch.as_str()), at.seq));
            reader.read_after(epoch, seq, size.records, size.line_bytes())
        })
        .await
    }

    /// How many wait.
    pub(crate) async fn waiting(&self) -> Result<u64, ContactError> {
        self.read(|reader| {
            let acknowledged = reader.acked(HUB)?.map_or(0, |at| at.seq);
            Ok(reader.count()?.saturating_sub(acknowledged))
        })
        .await
    }

    /// The first of `held` that this journal knows too: all up to there is at the hub. None when it holds nothing of ours.
    pub(crate) async fn first_known(&self, held: Vec<wire::Position>) -> Result<Option<Position>, ContactError> {
        self.read(move |reader| {
            let mut found: Option<Position> = None;
            for at in held.iter().filter(|at| at.seq > 0) {
                let known = match reader.read_after(Some(&at.epoch), at.seq, 1, 1) {
                    Ok(_) => true,
                    Err(ReadError::NotHere { .. }) => false,
                    Err(error) => return Err(error),
                };
                if known && found.as_ref().is_none_or(|best| best.seq < at.seq) {
                    found = Some(Position { epoch: at.epoch.clone(), seq: at.seq });
                }
            }
            Ok(found)
        })
        .await
    }

    /// Moves the cursor, forward or back; none goes back to the beginning.
    pub(crate) async fn move_to(&self, position: Option<Position>) -> Result<(), ContactError> {
        let position = position.unwrap_or(Position { epoch: String::new(), seq: 0 });
        let (done, outcome) = oneshot::channel();
        self.writer
            .acked(HUB.to_owned(), position, move |result| {
                // Nobody listens any more: sync has ended.
                let _ = done.send(result);
            })
            .map_err(|error| ContactError::Here(error.to_string()))?;
        outcome.await.map_err(here)?.map_err(here)
    }

    async fn read<T, F>(&self, read: F) -> Result<T, ContactError>
    where
        T: Send + 'static,
        F: FnOnce(&JournalReader) -> Result<T, ReadError> + Send + 'static,
    {
        let reader = Arc::clone(&self.reader);
        let work = move || read(&reader.lock().unwrap_or_else(PoisonError::into_inner));
        spawn_blocking(work).await.map_err(here)?.map_err(here)
    }
}

fn here(error: impl std::fmt::Display) -> ContactError {
    ContactError::Here(error.to_string())
}
