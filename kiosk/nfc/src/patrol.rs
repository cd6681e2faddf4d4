// SPDX-License-Identifier: GPL-3.0-or-later
//! The reader's thread: look, rest, look; and when the reader is lost, find it again.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use nfc1::Context;
use xuedian_domain::card::CardToken;
use xuedian_engine::ports::reader::{ReadTimes, ReaderEvent, ReaderLoss};

use crate::connection::Connection;
use crate::device::{Doubt, OpenReader, Trouble};
use crate::door::Shared;
use crate::outbox::{Outbox, Posted};
use crate::presence::Presence;

/// Rest between two looks at an empty field: half of it is in every tap.
const REST_EMPTY: Duration = Duration::from_millis(20);
/// Rest between two looks while a card lies there, which is gone after three without it: a hand may tremble.
const REST_LYING: Duration = Duration::from_millis(50);
/// Looks for type A to one for type B, while nothing lies in the field.
const LOOKS_TO_ONE_FOR_B: u32 = 3;
/// Spoilt answers in a row after which the reader is opened anew.
const MOST_SPOILT: u32 = 2;
/// Time-outs in a row after which the reader is opened anew.
const MOST_TIMEOUTS: u32 = 2;
/// First rest before a lost reader is tried again; doubled up to [`LONGEST_BACK_OFF`].
const FIRST_BACK_OFF: Duration = Duration::from_millis(100);
/// With the 1.4 s that opening a reader takes which just came back to its senses, healing stays under 3 s.
const LONGEST_BACK_OFF: Duration = Duration::from_millis(500);
/// A card that lay there before a loss no longer than this is not told again.
const SAME_PRESENCE: Duration = Duration::from_secs(1);

pub(super) struct Patrol {
    context: Context,
    connection: Connection,
    shared: Arc<Shared>,
    outbox: Outbox,
    /// Nothing ever comes: it closes when the thread shall end.
    stopped: Receiver<()>,
    state: State,
    presence: Presence,
    looks: u32,
    doubt: Doubt,
    /// The loss that was told and is not over.
    told: Option<ReaderLoss>,
    ever_open: bool,
}

enum State {
    Open { reader: OpenReader, spoilt: u32, timeouts: u32 },
    Lost { since: Instant, back_off: Duration },
}

/// Whether the thread goes on.
#[derive(PartialEq, Eq)]
enum Next {
    Rest(Duration),
    End,
}

impl Patrol {
    pub fn new(
        context: Context,
        connection: Connection,
        shared: Arc<Shared>,
        outbox: Outbox,
        stopped: Receiver<()>,
    ) -> Self {
        let state = State::Lost { since: Instant::now(), back_off: FIRST_BACK_OFF };
        let presence = Presence::default();
        Self {
            context,
            connection,
            shared,
            outbox,
            stopped,
            state,
            presence,
            looks: 0,
            doubt: Doubt::default(),
            told: None,
            ever_open: false,
        }
    }

    /// Runs until the handle or the director is gone.
    pub fn run(mut self) {
        loop {
            self.shared.beat();
            match self.step() {
                Next::End => return,
                Next::Rest(time) => {
                    if self.stopped.recv_timeout(time) == Err(RecvTimeoutError::Disconnected) {
                        return;
                    }
                }
            }
        }
    }

    fn step(&mut self) -> Next {
        if self.outbox.pay() == Posted::Closed {
            return Next::End;
        }
        match self.state {
            State::Lost { since, back_off } => self.find(since, back_off),
            State::Open { .. } => self.look(),
        }
    }

    /// Tries to open the reader.
    fn find(&mut self, since: Instant, back_off: Duration) -> Next {
        match OpenReader::open(&mut self.context, &self.connection) {
            Ok(reader) => {
                if since.elapsed() > SAME_PRESENCE {
                    self.presence.forget();
                }
                self.shared.opened.fetch_add(1, Ordering::Relaxed);
                self.state = State::Open { reader, spoilt: 0, timeouts: 0 };
                let news = match self.told.take() {
                    Some(loss) => {
                        tracing::info!(%loss, "the reader is back");
                        Some(ReaderEvent::Recovered)
                    }
                    None if self.ever_open => None,
                    None => Some(ReaderEvent::Ready),
                };
                self.ever_open = true;
                self.post(news, Duration::ZERO)
            }
            Err(loss) => {
                let longer = (back_off * 2).min(LONGEST_BACK_OFF);
                self.state = State::Lost { since, back_off: longer };
                // A port that is not there costs nothing to look for.
                let rest = if loss == ReaderLoss::Absent { FIRST_BACK_OFF } else { back_off };
                self.tell_lost(loss, rest)
            }
        }
    }

    /// One look at the field, and what follows from it.
    fn look(&mut self) -> Next {
        let shared = Arc::clone(&self.shared);
        let tokens = move |uid: &[u8]| -> Vec<CardToken> { shared.keys().iter().map(|key| key.token(uid)).collect() };
        match self.look_at_field(&tokens) {
            Ok(news) => {
                if let State::Open { spoilt, timeouts, .. } = &mut self.state {
                    (*spoilt, *timeouts) = (0, 0);
                }
                let news = news.or_else(|| self.presence.settle(&tokens));
                let rest = if self.presence.is_empty() { REST_EMPTY } else { REST_LYING };
                self.post(news, rest)
            }
            Err(trouble) => self.stumble(trouble),
        }
    }

    fn look_at_field(&mut self, tokens: &dyn Fn(&[u8]) -> Vec<CardToken>) -> Result<Option<ReaderEvent>, Trouble> {
        let State::Open { reader, .. } = &mut self.state else {
            return Ok(None);
        };
        self.looks = self.looks.wrapping_add(1);
        let asked = Instant::now();
        let Some(answer) = reader.select_a()? else {
            self.presence.missed_a();
            let due = self.presence.is_empty() && self.looks.is_multiple_of(LOOKS_TO_ONE_FOR_B);
            if !due && !self.presence.has_type_b() {
                return Ok(None);
            }
            let asked = Instant::now();
            return Ok(match reader.select_b()? {
                None => {
                    self.presence.missed_b();
                    None
                }
                Some(answer) if self.presence.sees_again(&answer) => None,
                Some(answer) => {
                    Some(self.presence.arrived(&[answer], ReadTimes { asked, answered: Instant::now() }, tokens))
                }
            });
        };
        if self.presence.sees_again(&answer) {
            return Ok(None);
        }
        let times = ReadTimes { asked, answered: Instant::now() };
        let mut all = reader.others(&answer, &mut self.doubt)?;
        all.insert(0, answer);
        Ok(Some(self.presence.arrived(&all, times, tokens)))
    }

    /// A call failed: try again at once, or open the reader anew.
    fn stumble(&mut self, trouble: Trouble) -> Next {
        let State::Open { spoilt, timeouts, .. } = &mut self.state else {
            return Next::Rest(REST_EMPTY);
        };
        match trouble {
            Trouble::Spoilt => *spoilt += 1,
            Trouble::Timeout => *timeouts += 1,
        }
        if *spoilt < MOST_SPOILT && *timeouts < MOST_TIMEOUTS {
            return Next::Rest(Duration::ZERO);
        }
        let hangs = *timeouts >= MOST_TIMEOUTS;
        // Closing comes first: it frees the port, and asks a reader that may not answer.
        self.state = State::Lost { since: Instant::now(), back_off: FIRST_BACK_OFF };
        if hangs {
            return self.tell_lost(ReaderLoss::Silent, Duration::ZERO);
        }
        Next::Rest(Duration::ZERO)
    }

    fn tell_lost(&mut self, loss: ReaderLoss, rest: Duration) -> Next {
        if self.told == Some(loss) {
            return Next::Rest(rest);
        }
        tracing::warn!(%loss, "the reader takes no cards");
        self.told = Some(loss);
        self.post(Some(ReaderEvent::Lost(loss)), rest)
    }

    fn post(&mut self, news: Option<ReaderEvent>, rest: Duration) -> Next {
        if let Some(ReaderEvent::Card(read)) = &news {
            let ReadTimes { answered, .. } = read.times;
            tracing::debug!(us = answered.elapsed().as_micros(), took_us = read.times.took().as_micros(), "card read");
        }
        match news.map_or(Posted::Sent, |news| self.outbox.post(news)) {
            Posted::Sent => Next::Rest(rest),
            Posted::Full => {
                // What still lies there is found anew, and told when there is room.
                self.presence.forget();
                Next::Rest(rest)
            }
            Posted::Closed => Next::End,
        }
    }
}
