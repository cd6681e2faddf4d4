// SPDX-License-Identifier: GPL-3.0-or-later
//! Sends records: the oldest batch, one at a time, until the hub has all; after a failure they wait.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{Notify, mpsc, watch},
    time::{Instant, sleep_until},
};
use xuedian_journal::{Head, Position, Stored};
use xuedian_protocol::wire::{self, BatchLine, RecordsAnswer};

use super::{
    backoff::{Backoff, draw},
    batch_size::BatchSize,
    contact::RecordsDoor,
    failure::ContactError,
    outbox::Outbox,
    state::{ProblemAt, StateTeller},
};
use crate::clock::Clock;

/// What the hub holds of this box, heard beside the sending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Held {
    /// Where the cursor stood when the question left: if it has moved since, the answer is old.
    pub(crate) cursor: Option<Position>,
    /// The last record of each of our epochs that the hub holds, newest first.
    pub(crate) held: Vec<wire::Position>,
}

/// What one step came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// A batch was acknowledged.
    Sent {
        /// How many records.
        records: usize,
    },
    /// Nothing waits.
    Idle,
    /// It failed; try again after this.
    Wait(Duration),
}

/// What wakes the sender, and whom it wakes.
#[derive(Debug)]
pub(crate) struct SenderLines {
    /// The journal's last record.
    pub(crate) head: watch::Receiver<Option<Head>>,
    /// What the hub holds.
    pub(crate) held: mpsc::Receiver<Held>,
    /// Somebody wants it sent now.
    pub(crate) now: Arc<Notify>,
    /// A batch was acknowledged: there will be a new standing.
    pub(crate) sent: Arc<Notify>,
}

/// The sending side of sync.
#[derive(Debug)]
pub(crate) struct Sender<D> {
    pub(crate) door: D,
    pub(crate) outbox: Outbox,
    pub(crate) state: StateTeller,
    pub(crate) clock: Clock,
    pub(crate) size: BatchSize,
    pub(crate) backoff: Backoff,
}

impl<D: RecordsDoor> Sender<D> {
    pub(crate) fn new(door: D, outbox: Outbox, state: StateTeller, clock: Clock) -> Self {
        Self { door, outbox, state, clock, size: BatchSize::default(), backoff: Backoff::default() }
    }

    /// Sends until the journal is gone, beginning after `delay`.
    pub(crate) async fn run(mut self, delay: Duration, mut lines: SenderLines) {
        let mut until = Some(Instant::now() + delay);
        loop {
            self.count().await;
            if !self.rest(until.take(), &mut lines).await {
                return;
            }
            match self.run_step().await {
                // At once again: more may wait.
                Step::Sent { .. } => {
                    lines.sent.notify_one();
                    until = Some(Instant::now());
                }
                Step::Idle => {}
                Step::Wait(wait) => until = Some(Instant::now() + wait),
            }
        }
    }

    /// Rests until the moment, or, without one, until there is something to send. False: the journal is gone.
    async fn rest(&mut self, until: Option<Instant>, lines: &mut SenderLines) -> bool {
        loop {
            let moment = async {
                match until {
                    Some(until) => sleep_until(until).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                () = lines.now.notified() => {
                    self.backoff.reset();
                    return true;
                }
                Some(held) = lines.held.recv() => {
                    if self.hear(held).await && until.is_none() {
                        return true;
                    }
                }
                () = moment => return true,
                changed = lines.head.changed() => {
                    if changed.is_err() {
                        return false;
                    }
                    self.count().await;
                    if until.is_none() {
                        return true;
                    }
                }
            }
        }
    }

    /// One batch, if there is one.
    pub(crate) async fn run_step(&mut self) -> Step {
        let batch = match self.outbox.oldest(self.size).await {
            Ok(batch) if batch.is_empty() => return Step::Idle,
            Ok(batch) => batch,
            Err(error) => return self.failed(&error),
        };
        match self.send(&batch).await {
            Ok(()) => {
                self.backoff.reset();
                if self.outbox.waiting().await.is_ok_and(|waiting| waiting > 0) {
                    self.size.grow();
                }
                Step::Sent { records: batch.len() }
            }
            Err(ContactError::Gap(problem)) => self.go_back(problem.held, &batch).await,
            Err(error) => {
                if error.is_too_much() && batch.len() > 1 {
                    self.size.records = self.size.records.min(batch.len());
                    self.size.halve();
                }
                self.failed(&error)
            }
        }
    }

    async fn send(&mut self, batch: &[Stored]) -> Result<(), ContactError> {
        let lines = batch.iter().map(|stored| BatchLine { hash: &stored.hash, line: &stored.line });
        let packed = wire::pack(lines).map_err(|error| ContactError::Here(error.to_string()))?;
        let answer = self.door.send(packed).await?;
        self.outbox.move_to(Some(accepted(batch, &answer)?)).await?;
        self.state.answered(self.clock.now());
        self.state.fine(ProblemAt::Records);
        for refused in &answer.refused {
            tracing::error!(seq = refused.seq, id = refused.id, why = refused.why, "the hub set a record aside");
        }
        Ok(())
    }

    fn failed(&mut self, error: &ContactError) -> Step {
        self.state.failed(ProblemAt::Records, error);
        Step::Wait(self.backoff.failed(draw(), error.retry_after()))
    }

    /// The hub lacks what is before this batch: it was restored from a backup. Once more from what both have.
    async fn go_back(&mut self, held: Vec<wire::Position>, batch: &[Stored]) -> Step {
        let back = match self.outbox.first_known(held).await {
            Ok(back) => back,
            Err(error) => return self.failed(&error),
        };
        let to = back.as_ref().map_or(0, |at| at.seq);
        let first = batch.first().map_or(0, |stored| stored.seq);
        if to + 1 >= first {
            // That is where we stood: going back changes nothing, so this is the hub's trouble and we wait.
            return self.failed(&ContactError::Garbage(format!("it holds record {to} and refuses what follows")));
        }
        tracing::warn!(from = first, to, "the hub lacks records that it had; they are sent again");
        match self.outbox.move_to(back).await {
            Ok(()) => Step::Wait(self.backoff.failed(draw(), None)),
            Err(error) => self.failed(&error),
        }
    }

    /// Heard beside the sending what the hub holds. True when the cursor went back.
    pub(crate) async fn hear(&mut self, heard: Held) -> bool {
        let outcome = async {
            let Some(cursor) = self.outbox.cursor().await?.filter(|at| at.seq > 0) else { return Ok(false) };
            let covered = heard.held.iter().any(|at| at.epoch == cursor.epoch && at.seq >= cursor.seq);
            if covered || heard.cursor.as_ref() != Some(&cursor) {
                return Ok(false);
            }
            let back = self.outbox.first_known(heard.held).await?;
            tracing::warn!(
                from = cursor.seq,
                to = back.as_ref().map_or(0, |at| at.seq),
                "the hub lacks records that it had; they are sent again"
            );
            self.outbox.move_to(back).await?;
            Ok(true)
        };
        match outcome.await {
            Ok(went_back) => went_back,
            Err(error) => {
                self.state.failed(ProblemAt::Records, &error);
                false
            }
        }
    }

    async fn count(&self) {
        match self.outbox.waiting().await {
            Ok(unsent) => self.state.change(|state| state.unsent = unsent),
            Err(error) => self.state.failed(ProblemAt::Records, &error),
        }
    }
}

/// Where the cursor goes: past the batch, since a hub that answers keeps every line of it, and names what it set aside. An
/// answer that speaks of other records is no answer to this batch.
fn accepted(batch: &[Stored], answer: &RecordsAnswer) -> Result<Position, ContactError> {
    let (Some(first), Some(last)) = (batch.first(), batch.last()) else {
        return Err(ContactError::Here("an empty batch".to_owned()));
    };
    match &answer.accepted_through {
        Some(at) if (first.seq..=last.seq).contains(&at.seq) => Ok(last.position()),
        None if answer.refused.len() == batch.len() => Ok(last.position()),
        Some(at) => {
            let what = format!("it acknowledges record {}, and {} to {} were sent", at.seq, first.seq, last.seq);
            Err(ContactError::Garbage(what))
        }
        None => Err(ContactError::Garbage("it acknowledges nothing".to_owned())),
    }
}
