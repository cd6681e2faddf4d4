// SPDX-License-Identifier: GPL-3.0-or-later
//! Waiting for a command on a plain thread, with a deadline, woken by whoever unparks it.

use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Instant;

use tokio::sync::mpsc::Receiver;

/// What a wait ended with.
pub(crate) enum Heard<T> {
    /// A command.
    Command(T),
    /// The deadline, or somebody woke the thread: look around and wait again.
    Nothing,
    /// Nobody can send any more.
    Closed,
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Waits for the next command until `deadline`, for ever without one.
///
/// Tokio's channels have a blocking receive, but none with a deadline; a runtime for each door would be the
/// alternative.
pub(crate) fn hear<T>(commands: &mut Receiver<T>, deadline: Option<Instant>) -> Heard<T> {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    for attempt in 0..2 {
        match commands.poll_recv(&mut context) {
            Poll::Ready(Some(command)) => return Heard::Command(command),
            Poll::Ready(None) => return Heard::Closed,
            Poll::Pending if attempt == 0 => match deadline {
                Some(at) => thread::park_timeout(at.saturating_duration_since(Instant::now())),
                None => thread::park(),
            },
            Poll::Pending => {}
        }
    }
    Heard::Nothing
}
