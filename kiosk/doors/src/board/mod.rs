// SPDX-License-Identifier: GPL-3.0-or-later
//! The board door: temperature, supply, touch panel, display and memory, from the files in which the kernel tells them.
//!
//! A named thread reads about ten small files every two seconds. All lie below a root that is handed in: `/` on the
//! machine, a folder with the same files in a test. What a machine has not is not told, and nothing else is missing.

mod files;
mod signs;

use std::io;
use std::path::PathBuf;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::sync::mpsc;
use xuedian_engine::ports::board::BoardSigns;

/// How often: a film that takes the last of the memory leaves the kernel a few seconds.
const EVERY: Duration = Duration::from_secs(2);

/// Where the board is looked at, and what is to be expected of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Board {
    /// The folder that has `sys` and `proc`.
    pub root: PathBuf,
    /// There is no window system: without a touch panel and a display this box is of no use. On a desk neither is missed.
    pub bare: bool,
}

/// Looks again and again, and remembers what was there: a part that was seen is missed when it goes.
#[derive(Debug)]
pub struct Watch {
    board: Board,
    touch_seen: bool,
    display_seen: bool,
}

impl Watch {
    /// Nothing was seen yet.
    #[must_use]
    pub fn new(board: Board) -> Self {
        Self { touch_seen: board.bare, display_seen: board.bare, board }
    }

    /// Looks once.
    pub fn look(&mut self) -> BoardSigns {
        let mut signs = signs::read(&self.board.root);
        for (sign, seen) in [(&mut signs.touch, &mut self.touch_seen), (&mut signs.display, &mut self.display_seen)] {
            *seen |= *sign == Some(true);
            *sign = sign.filter(|_| *seen);
        }
        signs
    }
}

/// Opens the door: starts the thread `board`, which ends when the director lets go of it.
///
/// # Errors
/// When no thread can be started.
pub fn open(signs: mpsc::Sender<BoardSigns>, board: Board) -> io::Result<JoinHandle<()>> {
    let mut watch = Watch::new(board);
    let run = move || {
        while signs.blocking_send(watch.look()).is_ok() {
            thread::sleep(EVERY);
        }
    };
    thread::Builder::new().name("board".into()).spawn(run)
}
