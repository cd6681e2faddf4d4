// SPDX-License-Identifier: GPL-3.0-or-later
//! The journal on a thread of its own: a handle, a queue, and an actor that drains the queue into one transaction.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use thiserror::Error;

use crate::error::{AppendError, ReadError};
use crate::journal::{Decision, Journal};
use crate::reader::JournalReader;
use crate::record::{Draft, Head, Position, Stamp, Stored};
use crate::store::Place;

/// Decisions and requests that may wait, messages: several minutes of a hall that signs in behind a dead slow card.
const QUEUE: usize = 256;
/// Decisions that share one flush of the disk at most.
const DRAIN: usize = 64;
/// Size at which the log is folded into the database even when there is no pause, bytes.
const LOG_LIMIT_BYTES: u64 = 16 << 20;
/// Size from which a pause is used to fold the log, bytes: less is not worth the wear.
const LOG_IDLE_BYTES: u64 = 1 << 20;
/// A pause: nothing to record for so long.
const IDLE: Duration = Duration::from_secs(5);

/// What becomes of a decision; called on the journal's thread, so it only passes the news on.
pub type Reply = Box<dyn FnOnce(Result<Vec<Stored>, AppendError>) + Send>;
/// What becomes of another request.
type Done = Box<dyn FnOnce(Result<(), AppendError>) + Send>;

/// Asks the journal's thread. All handles gone, the thread folds its log and ends.
#[derive(Clone)]
pub struct JournalHandle {
    queue: SyncSender<Message>,
    place: Arc<Place>,
}

/// The queue is full or its thread has ended: nothing was recorded, and the caller must say so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the journal's queue is full")]
pub struct QueueFull;

/// The running thread.
#[derive(Debug)]
pub struct JournalThread {
    thread: JoinHandle<()>,
}

enum Message {
    Append { decision: Decision, reply: Reply },
    Acked { hub: String, position: Position, done: Done },
    Checkpoint { done: Done },
}

impl JournalThread {
    /// Starts the thread `journal`. `on_head` hears of each new last record, after the replies; it is called on that thread.
    ///
    /// # Errors
    /// When the system has no thread to give.
    pub fn start(journal: Journal, on_head: Box<dyn Fn(Head) + Send>) -> io::Result<(JournalHandle, Self)> {
        let (queue, inbox) = sync_channel(QUEUE);
        let handle = JournalHandle { queue, place: journal.place() };
        let mut actor = Actor { journal, inbox, on_head, next: None, folded: true };
        let thread = thread::Builder::new().name("journal".into()).spawn(move || {
            while actor.run_step(IDLE) {}
            actor.fold();
        })?;
        Ok((handle, Self { thread }))
    }

    /// Waits for the thread to end, which it does when all handles are gone.
    pub fn join(self) {
        // A panic there was told by the panic hook already.
        let _ = self.thread.join();
    }
}

impl JournalHandle {
    /// Records one decision; `reply` hears of it when it is on the disk, or is known not to be. Never waits.
    ///
    /// # Errors
    /// When the queue is full: nothing is recorded and `reply` is not called.
    pub fn append(&self, stamp: Stamp, drafts: Vec<Draft>, reply: Reply) -> Result<(), QueueFull> {
        self.send(Message::Append { decision: Decision { stamp, drafts }, reply })
    }

    /// Remembers how far `hub` has acknowledged.
    ///
    /// # Errors
    /// When the queue is full.
    pub fn acked(
        &self,
        hub: String,
        position: Position,
        done: impl FnOnce(Result<(), AppendError>) + Send + 'static,
    ) -> Result<(), QueueFull> {
        self.send(Message::Acked { hub, position, done: Box::new(done) })
    }

    /// Folds the log into the database file, as before the wall switch.
    ///
    /// # Errors
    /// When the queue is full.
    pub fn checkpoint(&self, done: impl FnOnce(Result<(), AppendError>) + Send + 'static) -> Result<(), QueueFull> {
        self.send(Message::Checkpoint { done: Box::new(done) })
    }

    /// A connection for reading beside the writer.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn reader(&self) -> Result<JournalReader, ReadError> {
        JournalReader::beside(&self.place)
    }

    fn send(&self, message: Message) -> Result<(), QueueFull> {
        self.queue.try_send(message).map_err(|_| QueueFull)
    }
}

impl std::fmt::Debug for JournalHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("JournalHandle").field("place", &self.place).finish_non_exhaustive()
    }
}

struct Actor {
    journal: Journal,
    inbox: Receiver<Message>,
    on_head: Box<dyn Fn(Head) + Send>,
    /// What ended the last drain: not a decision, so it waits its turn.
    next: Option<Message>,
    /// Nothing was recorded since the log was last looked at in a pause.
    folded: bool,
}

impl Actor {
    /// One transaction, one request or one pause. False when all handles are gone.
    fn run_step(&mut self, idle: Duration) -> bool {
        let first = match self.next.take().map_or_else(|| self.inbox.recv_timeout(idle), Ok) {
            Ok(message) => message,
            Err(RecvTimeoutError::Timeout) => {
                self.pause();
                return true;
            }
            Err(RecvTimeoutError::Disconnected) => return false,
        };
        match first {
            Message::Append { decision, reply } => self.drain(decision, reply),
            Message::Acked { hub, position, done } => done(self.journal.set_acked(&hub, &position)),
            Message::Checkpoint { done } => done(self.journal.checkpoint().map(|_| ())),
        }
        true
    }

    fn drain(&mut self, decision: Decision, reply: Reply) {
        let (mut decisions, mut replies) = (vec![decision], vec![reply]);
        while decisions.len() < DRAIN {
            match self.inbox.try_recv() {
                Ok(Message::Append { decision, reply }) => {
                    decisions.push(decision);
                    replies.push(reply);
                }
                Ok(other) => {
                    self.next = Some(other);
                    break;
                }
                Err(TryRecvError::Empty | TryRecvError::Disconnected) => break,
            }
        }
        let before = self.journal.head().cloned();
        for (outcome, reply) in self.journal.append_many(&decisions).into_iter().zip(replies) {
            reply(outcome);
        }
        if let Some(head) = self.journal.head().filter(|head| Some(*head) != before.as_ref()) {
            (self.on_head)(head.clone());
        }
        self.folded = false;
        self.fold_past(LOG_LIMIT_BYTES);
    }

    fn pause(&mut self) {
        if !self.folded {
            self.fold_past(LOG_IDLE_BYTES);
            self.folded = true;
        }
    }

    fn fold_past(&mut self, bytes: u64) {
        if self.journal.log_bytes().is_ok_and(|log| log >= bytes) {
            self.fold();
        }
    }

    /// The log is whole without it, so a refusal costs only room; an append will meet the same disk and tell somebody.
    fn fold(&mut self) {
        let _ = self.journal.checkpoint();
    }
}

#[cfg(test)]
mod tests;
