// SPDX-License-Identifier: GPL-3.0-or-later
//! The bounded way to the director, and what happens when it is full.
//!
//! When the director does not keep up, the newest card is not told: nobody was answered, so nothing is lost, and a card
//! that still lies there is told as soon as there is room. Changes of the reader itself are owed until they are told; the
//! latest one replaces an older one that was never told.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::mpsc::Sender;
use tokio::sync::mpsc::error::TrySendError;
use xuedian_engine::ports::reader::ReaderEvent;

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Posted {
    /// It is on its way, or owed.
    Sent,
    /// There is no room: a card was not told.
    Full,
    /// Nobody listens any more.
    Closed,
}

pub(super) struct Outbox {
    to: Sender<ReaderEvent>,
    owed: Option<ReaderEvent>,
    owed_removed: bool,
    /// How often a card could not be told.
    dropped: Arc<AtomicU64>,
}

impl Outbox {
    pub fn new(to: Sender<ReaderEvent>, dropped: Arc<AtomicU64>) -> Self {
        Self { to, owed: None, owed_removed: false, dropped }
    }

    /// Sends an event, after what is still owed.
    pub fn post(&mut self, event: ReaderEvent) -> Posted {
        match event {
            ReaderEvent::Card(_) | ReaderEvent::Refused(_) => {
                let posted = self.flush();
                let posted = if posted == Posted::Sent { self.send(event).0 } else { posted };
                if posted == Posted::Full {
                    self.dropped.fetch_add(1, Ordering::Relaxed);
                }
                posted
            }
            ReaderEvent::Removed => {
                self.owed_removed = true;
                self.pay()
            }
            ReaderEvent::Ready | ReaderEvent::Lost(_) | ReaderEvent::Recovered => {
                self.owed = Some(event);
                self.pay()
            }
        }
    }

    /// Sends what is owed; to be owed still is no failure.
    pub fn pay(&mut self) -> Posted {
        match self.flush() {
            Posted::Full => Posted::Sent,
            other => other,
        }
    }

    fn flush(&mut self) -> Posted {
        if self.to.is_closed() {
            return Posted::Closed;
        }
        if self.owed_removed {
            let (posted, _) = self.send(ReaderEvent::Removed);
            if posted != Posted::Sent {
                return posted;
            }
            self.owed_removed = false;
        }
        if let Some(event) = self.owed.take() {
            let (posted, back) = self.send(event);
            self.owed = back;
            return posted;
        }
        Posted::Sent
    }

    fn send(&self, event: ReaderEvent) -> (Posted, Option<ReaderEvent>) {
        match self.to.try_send(event) {
            Ok(()) => (Posted::Sent, None),
            Err(TrySendError::Full(event)) => (Posted::Full, Some(event)),
            Err(TrySendError::Closed(event)) => (Posted::Closed, Some(event)),
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc::{Receiver, channel};
    use xuedian_engine::ports::reader::{ReaderLoss, ReaderRefusal};

    use super::*;

    fn outbox(room: usize) -> (Outbox, Receiver<ReaderEvent>, Arc<AtomicU64>) {
        let (to, from) = channel(room);
        let dropped = Arc::new(AtomicU64::new(0));
        (Outbox::new(to, Arc::clone(&dropped)), from, dropped)
    }

    const REFUSED: ReaderEvent = ReaderEvent::Refused(ReaderRefusal::TypeB);

    #[test]
    fn a_card_without_room_is_counted_and_the_reader_is_told_later() {
        let (mut outbox, mut from, dropped) = outbox(1);
        assert_eq!(outbox.post(REFUSED), Posted::Sent);
        assert_eq!(outbox.post(REFUSED), Posted::Full);
        assert_eq!(dropped.load(Ordering::Relaxed), 1);
        assert_eq!(outbox.post(ReaderEvent::Lost(ReaderLoss::Absent)), Posted::Sent);
        assert_eq!(outbox.post(ReaderEvent::Recovered), Posted::Sent);
        assert_eq!(from.try_recv(), Ok(REFUSED));
        assert_eq!(outbox.pay(), Posted::Sent);
        assert_eq!(from.try_recv(), Ok(ReaderEvent::Recovered), "the latest change, once");
        assert!(from.try_recv().is_err());
    }

    #[test]
    fn a_closed_way_is_noticed() {
        let (mut outbox, from, _) = outbox(1);
        drop(from);
        assert_eq!(outbox.pay(), Posted::Closed);
        assert_eq!(outbox.post(REFUSED), Posted::Closed);
    }
}
