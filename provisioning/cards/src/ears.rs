// SPDX-License-Identifier: GPL-3.0-or-later
//! One stream of all that a trial can hear: the reader, and the people at the keyboard.

use std::io::BufRead;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use anyhow::{Context, Result};
use tokio::sync::mpsc;
use xuedian_engine::ports::reader::ReaderEvent;

/// Events that may wait. A reader that is not listened to waits with its news.
const WAITING: usize = 16;

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

/// Listens to a reader and to lines, until nobody listens any more.
///
/// # Errors
/// When no thread can be had.
pub fn listen(reader: mpsc::Receiver<ReaderEvent>, lines: impl BufRead + Send + 'static) -> Result<Receiver<Heard>> {
    let (to, heard) = sync_channel(WAITING);
    let typed = to.clone();
    spawn("lines", move || hear_lines(lines, &typed))?;
    spawn("news", move || hear_reader(reader, &to))?;
    Ok(heard)
}

fn hear_lines(lines: impl BufRead, to: &SyncSender<Heard>) {
    for line in lines.lines() {
        let Ok(line) = line else { break };
        if to.send(Heard::Line(line)).is_err() {
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
