// SPDX-License-Identifier: GPL-3.0-or-later
//! Starting and stopping the reader's thread, and what others may ask of it while it runs.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::Sender;
use xuedian_engine::ports::reader::ReaderEvent;
use xuedian_protocol::card_key::CardKey;

use crate::ReaderDoorError;
use crate::connection::{Connection, check_silence, check_version};
use crate::outbox::Outbox;
use crate::patrol::Patrol;

/// What the door needs to know.
#[derive(Clone, Debug)]
pub struct ReaderConfig {
    /// libnfc connection string, for example `pn532_uart:/dev/ttyUSB0`.
    pub connection: String,
    /// The valid card keys, the current one first.
    pub keys: Vec<CardKey>,
}

/// Opens the door.
pub struct ReaderDoor;

/// The running door. Dropping it tells the thread to end, and does not wait; [`ReaderHandle::stop`] waits.
pub struct ReaderHandle {
    shared: Arc<Shared>,
    /// Dropped to end the thread: nothing is ever sent.
    stop: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// What the thread and its handle share.
pub(super) struct Shared {
    keys: Mutex<Vec<CardKey>>,
    started: Instant,
    /// When the thread was last seen alive, in milliseconds since `started`.
    beat_ms: AtomicU64,
    /// How often a card could not be told because the director did not keep up.
    pub dropped: Arc<AtomicU64>,
    /// How often the reader was opened.
    pub opened: AtomicU64,
}

impl ReaderDoor {
    /// Checks libnfc, starts the thread and returns. The reader need not be there: what becomes of it is told to `to`.
    ///
    /// When `to` is full the newest card is not told (see [`ReaderHandle::dropped`]); when it is closed the thread ends.
    ///
    /// # Errors
    /// libnfc is too old, talks too much or does not start; the connection string is wrong; no thread can be had.
    pub fn start(config: ReaderConfig, to: Sender<ReaderEvent>) -> Result<ReaderHandle, ReaderDoorError> {
        check_version(nfc1::version())?;
        check_silence(std::env::var("LIBNFC_LOG_LEVEL").ok().as_deref())?;
        let connection = Connection::parse(&config.connection)?;
        let context = nfc1::Context::new().map_err(ReaderDoorError::Libnfc)?;
        let shared = Arc::new(Shared {
            keys: Mutex::new(config.keys),
            started: Instant::now(),
            beat_ms: AtomicU64::new(0),
            dropped: Arc::new(AtomicU64::new(0)),
            opened: AtomicU64::new(0),
        });
        let outbox = Outbox::new(to, Arc::clone(&shared.dropped));
        let (stop, stopped) = mpsc::channel();
        let patrol = Patrol::new(context, connection, Arc::clone(&shared), outbox, stopped);
        let thread = std::thread::Builder::new()
            .name("reader".to_owned())
            .spawn(move || patrol.run())
            .map_err(ReaderDoorError::Thread)?;
        Ok(ReaderHandle { shared, stop: Some(stop), thread: Some(thread) })
    }
}

impl ReaderHandle {
    /// Takes other card keys from the next card on, the current one first.
    pub fn set_keys(&self, keys: Vec<CardKey>) {
        *self.shared.keys() = keys;
    }

    /// How long ago the thread was last seen alive. Opening a reader that hangs takes 1.4 s, everything else less than
    /// 0.5 s: a thread that was not seen for 5 s hangs.
    #[must_use]
    pub fn silent_for(&self) -> Duration {
        let beat = Duration::from_millis(self.shared.beat_ms.load(Ordering::Relaxed));
        self.shared.started.elapsed().saturating_sub(beat)
    }

    /// How often a card could not be told because the director did not keep up; a card that stays is tried again.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.shared.dropped.load(Ordering::Relaxed)
    }

    /// How often the reader was opened since the start; more than once means that it was lost in between.
    #[must_use]
    pub fn opened(&self) -> u64 {
        self.shared.opened.load(Ordering::Relaxed)
    }

    /// Ends the thread and waits until the port is free: at most as long as one call of libnfc takes (1.4 s).
    pub fn stop(mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the reader's thread had panicked");
        }
    }
}

impl Shared {
    pub fn beat(&self) {
        let ms = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.beat_ms.store(ms, Ordering::Relaxed);
    }

    pub fn keys(&self) -> MutexGuard<'_, Vec<CardKey>> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
