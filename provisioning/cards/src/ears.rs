// SPDX-License-Identifier: GPL-3.0-or-later
//! One stream of all that a trial can hear: the reader, and the people at the keyboard.

use std::collections::VecDeque;
use std::io::BufRead;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tokio::sync::mpsc;
use xuedian_engine::ports::reader::{ReaderEvent, ReaderLoss};

/// Events that may wait. A reader that is not listened to waits with its news.
const WAITING: usize = 16;
/// A reader that is back tells of a card that still lies there within this time.
const TOLD_AGAIN: Duration = Duration::from_millis(800);

/// Something that was heard.
#[derive(Debug)]
pub enum Heard {
    /// A line was typed.
    Line(String),
    /// Nothing more will be typed.
    EndOfInput,
    /// The reader has news.
    Reader(ReaderEvent),
}

/// Who listens. Everything passes here, also what nobody asks for just now, so that it is always known what lies on the reader.
pub struct Ears {
    heard: Receiver<Heard>,
    lies: bool,
    lost: Option<ReaderLoss>,
    /// Lines that came while nobody waited for one.
    early: VecDeque<Heard>,
    /// Nothing more will be typed.
    ended: bool,
}

impl Ears {
    /// Listens to a reader that is open, and to lines.
    ///
    /// # Errors
    /// When no thread can be had.
    pub fn listen(reader: mpsc::Receiver<ReaderEvent>, lines: impl BufRead + Send + 'static) -> Result<Self> {
        let (to, heard) = sync_channel(WAITING);
        let typed = to.clone();
        spawn("lines", move || hear_lines(lines, &typed))?;
        spawn("news", move || hear_reader(reader, &to))?;
        Ok(Self { heard, lies: false, lost: None, early: VecDeque::new(), ended: false })
    }

    /// Waits for the next thing.
    pub fn hear(&mut self) -> Heard {
        if let Some(early) = self.early.pop_front() {
            return early;
        }
        if self.ended {
            return Heard::EndOfInput;
        }
        let heard = self.heard.recv().unwrap_or(Heard::EndOfInput);
        self.notice(&heard);
        heard
    }

    /// Whether a card still lies there, as far as is known.
    pub fn something_lies(&self) -> bool {
        self.lies
    }

    /// People say that nothing lies there, whatever was heard.
    pub fn nothing_lies(&mut self) {
        self.lies = false;
    }

    /// Why no card can be taken just now, if so.
    pub fn lost(&self) -> Option<ReaderLoss> {
        self.lost
    }

    /// After the reader was lost and is back: what lay there may be gone without a word, and is told anew if it is not.
    pub fn look_again(&mut self) {
        self.lies = false;
        let until = Instant::now() + TOLD_AGAIN;
        while !self.lies
            && let Ok(heard) = self.heard.recv_timeout(until.saturating_duration_since(Instant::now()))
        {
            self.notice(&heard);
            self.early.extend(Some(heard).filter(|heard| !matches!(heard, Heard::Reader(_))));
        }
    }

    fn notice(&mut self, heard: &Heard) {
        match heard {
            Heard::Reader(ReaderEvent::Card(_) | ReaderEvent::Refused(_)) => self.lies = true,
            Heard::Reader(ReaderEvent::Removed) => self.lies = false,
            Heard::Reader(ReaderEvent::Lost(loss)) => self.lost = Some(*loss),
            Heard::Reader(ReaderEvent::Recovered | ReaderEvent::Ready) => self.lost = None,
            Heard::EndOfInput => self.ended = true,
            Heard::Line(_) => {}
        }
    }
}

/// A terminal may send anything: another encoding, the keys with arrows. What is no text is left out.
fn hear_lines(mut lines: impl BufRead, to: &SyncSender<Heard>) {
    let mut bytes = Vec::new();
    while matches!(lines.read_until(b'\n', &mut bytes), Ok(1..)) {
        let text = String::from_utf8_lossy(&bytes).chars().filter(|c| !c.is_control()).collect();
        bytes.clear();
        if to.send(Heard::Line(text)).is_err() {
            return;
        }
    }
    // Nobody may be listening any more.
    let _ = to.send(Heard::EndOfInput);
}

fn hear_reader(mut reader: mpsc::Receiver<ReaderEvent>, to: &SyncSender<Heard>) {
    while let Some(event) = reader.blocking_recv() {
        if to.send(Heard::Reader(event)).is_err() {
            return;
        }
    }
}

fn spawn(name: &str, run: impl FnOnce() + Send + 'static) -> Result<()> {
    thread::Builder::new().name(name.to_owned()).spawn(run).context("no thread can be had")?;
    Ok(())
}
