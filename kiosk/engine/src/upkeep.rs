// SPDX-License-Identifier: GPL-3.0-or-later
//! What is looked after beside the running kiosk, slowly: the shelf of the book, the chain of the journal, room on the disk.

use std::{
    io,
    ops::ControlFlow,
    path::PathBuf,
    sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use tokio::sync::mpsc::Sender;
use xuedian_journal::{JournalReader, VerifyError};

use crate::{
    book::{Hold, shelve},
    director::Wake,
};

/// How much of the disk is taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Room {
    /// Bytes that may still be written.
    pub free_bytes: u64,
    /// Bytes of the whole file system.
    pub total_bytes: u64,
    /// The room kept for attendance was given up, or could not be had.
    pub reserve_gone: bool,
}

/// Films are cleaned when so much of the disk is taken, per cent …
const FILLING_PERCENT: u64 = 80;
/// … unless it is a disk of at least so many bytes, which a kiosk on somebody's desk shares with other things …
const LARGE_BYTES: u64 = 64 << 30;
/// … and so many bytes are free all the same. It holds for both marks.
const ROOMY_BYTES: u64 = 4 << 30;
/// From here on only attendance is written, per cent.
const FULL_PERCENT: u64 = 95;
/// What the room for attendance has added to the free bytes when it was given up at that mark.
const RESERVE_BYTES: u64 = xuedian_journal::RESERVE_BYTES;

impl Room {
    /// How much is taken, per cent.
    #[must_use]
    pub fn taken_percent(self) -> u64 {
        let taken = u128::from(self.total_bytes.saturating_sub(self.free_bytes));
        u64::try_from(taken * 100 / u128::from(self.total_bytes.max(1))).unwrap_or(100)
    }

    /// Only attendance is written.
    #[must_use]
    pub fn is_full(self) -> bool {
        let reserve = if self.reserve_gone { RESERVE_BYTES } else { 0 };
        let without = Self { free_bytes: self.free_bytes.saturating_sub(reserve), ..self };
        without.taken_percent() >= FULL_PERCENT && self.beyond_roomy() < 0
    }

    /// Bytes that films may take more; negative: bytes that they have to give up.
    #[must_use]
    pub fn for_films(self) -> i64 {
        let whole = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
        let mark = whole(self.total_bytes / 100 * FILLING_PERCENT);
        let taken = whole(self.total_bytes.saturating_sub(self.free_bytes));
        (mark - taken).max(self.beyond_roomy())
    }

    /// Bytes that are free on a large disk beyond what is enough there; negative when there are fewer, or the disk is small.
    fn beyond_roomy(self) -> i64 {
        let whole = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
        if self.total_bytes < LARGE_BYTES { i64::MIN } else { whole(self.free_bytes) - whole(ROOMY_BYTES) }
    }
}

/// What the upkeep works on, and whom it tells.
#[derive(Debug)]
pub struct UpkeepParts {
    /// The folder of views.
    pub views: PathBuf,
    /// A connection of its own.
    pub journal: JournalReader,
    /// The director.
    pub wakes: Sender<Wake>,
    /// How slowly.
    pub pace: Pace,
}

/// How slowly: taps and films go before.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// From the start to the first look.
    pub first: Duration,
    /// Between two looks at the shelf.
    pub shelf: Duration,
    /// Between two readings of the whole chain.
    pub chain: Duration,
    /// Rest between two pieces of work.
    pub rest: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            first: Duration::from_secs(5),
            shelf: Duration::from_secs(10 * 60),
            chain: Duration::from_secs(6 * 3600),
            rest: Duration::from_millis(200),
        }
    }
}

/// The running upkeep; it ends when this is dropped.
#[derive(Debug)]
pub struct Upkeep {
    stop: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Upkeep {
    /// Starts the thread `upkeep`.
    ///
    /// # Errors
    /// When the system has no thread to give.
    pub fn start(parts: UpkeepParts) -> io::Result<Self> {
        let (stop, stopped) = sync_channel(0);
        let thread = thread::Builder::new().name("upkeep".into()).spawn(move || run(&parts, &stopped))?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Upkeep {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // A panic there was told by the panic hook already.
            let _ = thread.join();
        }
    }
}

fn run(parts: &UpkeepParts, stopped: &Receiver<()>) {
    let mut chain_due = Instant::now() + parts.pace.first;
    let mut wait = parts.pace.first;
    while rest(stopped, wait).is_continue() {
        if put_on_shelf(parts, stopped).is_break() {
            return;
        }
        if chain_due <= Instant::now() {
            if read_chain(parts, stopped).is_break() {
                return;
            }
            chain_due = Instant::now() + parts.pace.chain;
        }
        wait = parts.pace.shelf;
    }
}

/// Nothing is ever sent: the other end closes when the kiosk ends.
fn rest(stopped: &Receiver<()>, time: Duration) -> ControlFlow<()> {
    match stopped.recv_timeout(time) {
        Err(RecvTimeoutError::Timeout) => ControlFlow::Continue(()),
        _ => ControlFlow::Break(()),
    }
}

fn tell(parts: &UpkeepParts, wake: Wake) -> ControlFlow<()> {
    match parts.wakes.blocking_send(wake) {
        Ok(()) => ControlFlow::Continue(()),
        Err(_) => ControlFlow::Break(()),
    }
}

fn put_on_shelf(parts: &UpkeepParts, stopped: &Receiver<()>) -> ControlFlow<()> {
    let mut over = ControlFlow::Continue(());
    let put = shelve(&parts.views, &parts.journal, Hold::default(), |_| {
        over = rest(stopped, parts.pace.rest);
        over
    });
    over?;
    match put {
        Ok(_) => tell(parts, Wake::Shelved),
        Err(error) => {
            tracing::error!(%error, "older records stay in memory, and are missing after a start");
            ControlFlow::Continue(())
        }
    }
}

fn read_chain(parts: &UpkeepParts, stopped: &Receiver<()>) -> ControlFlow<()> {
    match parts.journal.verify_all(|_, _| rest(stopped, parts.pace.rest)) {
        Ok(summary) => tell(parts, Wake::Chain(Ok(summary.records))),
        Err(VerifyError::Stopped { .. }) => ControlFlow::Break(()),
        Err(error) => {
            tracing::error!(%error, "the journal's chain does not hold");
            tell(parts, Wake::Chain(Err(error.to_string())))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIB: u64 = 1 << 30;

    fn check(free: u64, total: u64, taken_percent: u64, for_films: i64) {
        let room = Room { free_bytes: free * GIB, total_bytes: total * GIB, reserve_gone: false };
        assert_eq!(room.taken_percent(), taken_percent);
        assert_eq!(room.for_films() / i64::try_from(GIB).unwrap_or(1), for_films, "{free} of {total} GiB free");
    }

    #[test]
    fn films_give_way_at_four_fifths_but_not_on_a_large_disk() {
        check(20, 30, 33, 13);
        check(6, 30, 80, 0);
        check(3, 30, 90, -3);
        check(50, 1_000, 95, 46);
        check(15, 252, 94, 11);
        assert!(Room { free_bytes: 3, total_bytes: 100, reserve_gone: false }.is_full());
    }

    #[test]
    fn a_disk_without_its_reserve_is_full_though_giving_it_up_made_room() {
        let room = Room { free_bytes: 60 << 20, total_bytes: 100 << 20, reserve_gone: true };
        assert!(room.is_full());
        assert!(!Room { reserve_gone: false, ..room }.is_full());
        // A reserve was never made here, and nothing presses.
        assert!(!Room { free_bytes: 2 * GIB, total_bytes: 32 * GIB, reserve_gone: true }.is_full());
        // Nobody's attendance is in danger on a large disk.
        assert!(!Room { free_bytes: 50 * GIB, total_bytes: 1_000 * GIB, reserve_gone: true }.is_full());
    }
}
