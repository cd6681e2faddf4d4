// SPDX-License-Identifier: GPL-3.0-or-later
//! The emulated reader as a thing on the desk: plug it, put cards on it, break it.

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::event::{EventfdFlags, eventfd};

use crate::card::{Card, Chip, Uid};
use crate::desk::{Desk, Seen, Spoil};
use crate::wire::{Shared, Wire};

/// Time the chip needs to find and select a card when nothing else is said.
pub const DEFAULT_LATENCY: Duration = Duration::from_millis(30);
/// Looks in vain after which a program holds a card for gone; libnfc users wait two or three.
const LOOKS_UNTIL_GONE: u64 = 4;
/// Longest time to wait for these looks: a reader that is hung or closed never makes them.
const GONE_TIMEOUT: Duration = Duration::from_millis(1500);
/// Longest time to wait for the reader to be plugged in or out.
const PLUG_TIMEOUT: Duration = Duration::from_secs(2);

/// A running emulator. Clones share one reader; it is unplugged when the last one is dropped.
#[derive(Clone)]
pub struct Reader {
    inner: Arc<Inner>,
}

struct Inner {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

/// How a card is tapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tap {
    /// How long the card stays at least, in milliseconds of the desk's clock.
    pub hold: Duration,
    /// How long it stays at most while the reader does not read it.
    pub patience: Duration,
    /// Answers as a card at the edge of the field: see [`crate::field::Present::torn`].
    pub torn: bool,
    /// After the card was taken away, wait until the reader has looked in vain a few times, so that the next tap of the
    /// same card is a new one.
    pub settle: bool,
}

impl Default for Tap {
    fn default() -> Self {
        Self { hold: Duration::from_millis(150), patience: Duration::from_secs(3), torn: false, settle: true }
    }
}

/// What became of a tap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tapped {
    /// Every card of the tap was told to the reader's user at least once.
    pub read: bool,
    /// From the card's arrival until the reader had told it; for several cards, the last of them.
    pub after: Option<Duration>,
}

/// Why something on the desk could not be done.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// Starting: the bell, the thread or the first plugging failed.
    #[error("cannot start the reader: {0}")]
    Start(#[source] io::Error),
    /// The card lies on the reader already.
    #[error("{0} is on the reader already")]
    AlreadyThere(Uid),
    /// The card does not lie on the reader.
    #[error("{0} is not on the reader")]
    NotThere(Uid),
    /// Plugging failed.
    #[error("cannot plug the reader in: {0}")]
    Plug(String),
}

impl Reader {
    /// Starts a reader, plugged in at `link`.
    ///
    /// # Errors
    /// [`DeskError::Start`], [`DeskError::Plug`].
    pub fn start(link: impl Into<PathBuf>, latency: Duration) -> Result<Self, DeskError> {
        let bell =
            eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK).map_err(|e| DeskError::Start(e.into()))?;
        let shared = Arc::new(Shared { desk: Mutex::new(Desk::new(latency)), changed: Condvar::new(), bell });
        let wire = Wire::new(Arc::clone(&shared), link.into());
        let thread =
            std::thread::Builder::new().name("reader".to_owned()).spawn(|| wire.run()).map_err(DeskError::Start)?;
        let reader = Self { inner: Arc::new(Inner { shared, thread: Some(thread) }) };
        reader.plug()?;
        Ok(reader)
    }

    /// Plugs the reader in; nothing happens when it is.
    ///
    /// # Errors
    /// [`DeskError::Plug`].
    pub fn plug(&self) -> Result<(), DeskError> {
        self.change(|desk| {
            desk.wanted = true;
            desk.plug_error = None;
        });
        let desk = self.wait_until(PLUG_TIMEOUT, |desk| desk.plugged || desk.plug_error.is_some());
        match &desk.plug_error {
            None if desk.plugged => Ok(()),
            None => Err(DeskError::Plug("the reader's thread does not answer".to_owned())),
            Some(why) => Err(DeskError::Plug(why.clone())),
        }
    }

    /// Pulls the plug: whoever has the line open is hung up on, and the link is gone. Cards stay where they are.
    pub fn unplug(&self) {
        self.change(|desk| desk.wanted = false);
        drop(self.wait_until(PLUG_TIMEOUT, |desk| !desk.plugged));
    }

    /// The reader stops to hear and to answer, until [`Reader::recover`] or the plug.
    pub fn hang(&self) {
        self.change(|desk| desk.hung = true);
    }

    /// Ends a hang, and all faults that are still to come.
    pub fn recover(&self) {
        self.change(|desk| {
            desk.hung = false;
            desk.silent = 0;
            desk.spoilt.clear();
        });
    }

    /// Spoils the next answers.
    pub fn spoil(&self, how: Spoil, answers: usize) {
        self.change(|desk| desk.spoilt.extend(std::iter::repeat_n(how, answers)));
    }

    /// Ignores the next commands.
    pub fn silence(&self, commands: u32) {
        self.change(|desk| desk.silent = commands);
    }

    /// Makes it a chip that answers these commands with the error frame, from now on.
    pub fn lack(&self, codes: &[u8]) {
        self.change(|desk| desk.lacks = codes.to_vec());
    }

    /// Makes it a chip that gives these commands no reply at all, from now on.
    pub fn be_mute_to(&self, codes: &[u8]) {
        self.change(|desk| desk.mute_to = codes.to_vec());
    }

    /// Changes the time that finding a card takes.
    pub fn set_latency(&self, latency: Duration) {
        self.change(|desk| desk.latency = latency);
    }

    /// Puts cards on the reader, all at the same instant.
    ///
    /// # Errors
    /// [`DeskError::AlreadyThere`]; then none of them was put.
    pub fn put(&self, cards: &[Card], torn: bool) -> Result<(), DeskError> {
        let mut desk = self.inner.shared.lock();
        if let Some(card) = cards.iter().find(|card| desk.field.find(&card.uid).is_some()) {
            return Err(DeskError::AlreadyThere(card.uid.clone()));
        }
        for card in cards {
            desk.field.put(card.clone(), torn);
        }
        Ok(())
    }

    /// Takes one card away.
    ///
    /// # Errors
    /// [`DeskError::NotThere`].
    pub fn remove(&self, uid: &Uid) -> Result<(), DeskError> {
        if self.inner.shared.lock().field.remove(uid) { Ok(()) } else { Err(DeskError::NotThere(uid.clone())) }
    }

    /// Takes all cards away.
    pub fn clear(&self) {
        self.inner.shared.lock().field.clear();
    }

    /// Takes all cards away and puts another, at the same instant.
    pub fn swap(&self, card: Card) {
        let mut desk = self.inner.shared.lock();
        desk.field.clear();
        desk.field.put(card, false);
    }

    /// Puts cards, waits until each was read, and takes them away.
    ///
    /// # Errors
    /// [`DeskError::AlreadyThere`].
    pub fn tap(&self, cards: &[Card], tap: Tap) -> Result<Tapped, DeskError> {
        let put_at = Instant::now();
        self.put(cards, tap.torn)?;
        let all_read =
            |desk: &mut Desk| cards.iter().all(|c| desk.field.find(&c.uid).is_none_or(|present| present.reads > 0));
        drop(self.wait_until(tap.patience, all_read));
        let after = put_at.elapsed();
        // The rest of the hold is the person's time, not an event to wait for.
        std::thread::sleep(tap.hold.saturating_sub(after));
        let (read, seen) = {
            let mut desk = self.inner.shared.lock();
            let read = cards.iter().all(|c| desk.field.find(&c.uid).is_some_and(|present| present.reads > 0));
            for card in cards {
                desk.field.remove(&card.uid);
            }
            (read, desk.seen)
        };
        if tap.settle {
            self.wait_gone(cards, seen);
        }
        Ok(Tapped { read, after: read.then_some(after) })
    }

    /// Waits until the reader has told its user of a card so many times since it was put; `false` when the time was over
    /// first.
    #[must_use]
    pub fn wait_reads(&self, uid: &Uid, reads: u64, patience: Duration) -> bool {
        let enough = |desk: &Desk| desk.field.find(uid).is_some_and(|p| p.reads >= reads);
        enough(&self.wait_until(patience, |desk| enough(desk)))
    }

    /// Looks at the desk.
    pub fn look<T>(&self, at: impl FnOnce(&Desk) -> T) -> T {
        at(&self.inner.shared.lock())
    }

    /// Waits until the reader has looked in vain a few times for the kinds of card that were taken away.
    fn wait_gone(&self, cards: &[Card], since: Seen) {
        let b = cards.iter().any(|c| c.chip == Chip::TypeB);
        let a = cards.iter().any(|c| c.chip != Chip::TypeB);
        let gone = |desk: &mut Desk| {
            (!a || desk.seen.empty_a >= since.empty_a + LOOKS_UNTIL_GONE)
                && (!b || desk.seen.empty_b >= since.empty_b + LOOKS_UNTIL_GONE)
                || !desk.field.cards().is_empty()
        };
        drop(self.wait_until(GONE_TIMEOUT, gone));
    }

    fn change(&self, how: impl FnOnce(&mut Desk)) {
        how(&mut self.inner.shared.lock());
        self.inner.shared.ring();
    }

    fn wait_until(&self, patience: Duration, ready: impl FnMut(&mut Desk) -> bool) -> MutexGuard<'_, Desk> {
        let mut ready = ready;
        let shared = &self.inner.shared;
        let waited = shared.changed.wait_timeout_while(shared.lock(), patience, |desk| !ready(desk));
        waited.unwrap_or_else(std::sync::PoisonError::into_inner).0
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.shared.lock().stop = true;
        self.shared.ring();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the reader's thread had panicked");
        }
    }
}
