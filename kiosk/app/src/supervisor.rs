// SPDX-License-Identifier: GPL-3.0-or-later
//! What the service manager is told: that the kiosk is up, how it fares, and that it lives. Without a service manager
//! (a desk, a test) nothing is told and nothing is different.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{RecvTimeoutError, Sender, channel},
    },
    thread,
    time::{Duration, Instant},
};

use sd_notify::NotifyState;
use xuedian_screen::Remote;

/// How often a start that takes long says so.
const STILL_STARTING: Duration = Duration::from_secs(5);
/// How much time each of these sentences asks for.
const MORE_TIME: Duration = Duration::from_secs(20);
/// A start that is not over by then is none.
const LONGEST_START: Duration = Duration::from_secs(10 * 60);
/// Proofs of life in the time that the service manager waits for one.
const PROOFS: u32 = 4;

/// Says that the kiosk is up: its first picture is drawn, and its journal is open.
pub fn ready() {
    tell(&[NotifyState::Ready]);
}

/// Says in words how it fares, for whoever asks the service manager.
pub fn status(words: &str) {
    tell(&[NotifyState::Status(words)]);
}

/// Says that it ends because it was told to.
pub fn stopping() {
    tell(&[NotifyState::Stopping]);
}

fn tell(state: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(state) {
        tracing::warn!(%error, ?state, "the service manager could not be told");
    }
}

/// Asks for more time while the start takes long: a journal of years on a slow card, a roster laid out anew. Until dropped.
pub struct LongStart(Option<Sender<()>>);

impl LongStart {
    /// Begins to ask.
    pub fn begin() -> Self {
        if std::env::var_os("NOTIFY_SOCKET").is_none() {
            return Self(None);
        }
        let (over, waiting) = channel::<()>();
        let begun = Instant::now();
        let ask = move || {
            while waiting.recv_timeout(STILL_STARTING) == Err(RecvTimeoutError::Timeout)
                && begun.elapsed() < LONGEST_START
            {
                let more = u32::try_from(MORE_TIME.as_micros()).unwrap_or(u32::MAX);
                tell(&[NotifyState::ExtendTimeoutUsec(more)]);
            }
        };
        match thread::Builder::new().name("long start".into()).spawn(ask) {
            Ok(_) => Self(Some(over)),
            Err(error) => {
                tracing::warn!(%error, "no more time can be asked for");
                Self(None)
            }
        }
    }

    /// The start is over.
    pub fn end(mut self) {
        self.0 = None;
    }
}

/// Comes round as often as a part does its round.
#[derive(Clone, Debug, Default)]
pub struct Beat(Arc<AtomicU64>);

impl Beat {
    /// One round more.
    pub fn beat(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Feeds the watchdog for as long as the screen takes its turns and `engine` beats. Nothing to do where nobody watches.
///
/// # Errors
/// When the system has no thread to give.
pub fn live(screen: Remote, engine: Beat) -> io::Result<()> {
    let Some(limit) = sd_notify::watchdog_enabled() else {
        return Ok(());
    };
    let watch = move || {
        let drawn = Beat::default();
        let mut seen = (engine.count(), drawn.count());
        loop {
            let turn = drawn.clone();
            if screen.in_turn(move || turn.beat()).is_err() {
                // The screen was closed: the kiosk is about to end.
                return;
            }
            thread::sleep(limit / PROOFS);
            let now = (engine.count(), drawn.count());
            if now.0 != seen.0 && now.1 != seen.1 {
                tell(&[NotifyState::Watchdog]);
                seen = now;
            } else {
                tracing::warn!(engine = now.0 != seen.0, screen = now.1 != seen.1, "a part does not come round");
            }
        }
    };
    thread::Builder::new().name("watchdog".into()).spawn(watch).map(drop)
}
