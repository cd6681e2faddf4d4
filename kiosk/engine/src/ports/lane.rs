// SPDX-License-Identifier: GPL-3.0-or-later
//! The pair of bounded channels between the director and a door.

use tokio::sync::mpsc;

/// The director's end of a door.
///
/// The director sends with `try_send` and never waits: a full command channel means that the door's thread is
/// stuck, which is a fault of the machine, not a reason to be late for the next tap.
#[derive(Debug)]
pub struct Lane<C, E> {
    /// Commands to the door.
    pub commands: mpsc::Sender<C>,
    /// What the door reports.
    pub events: mpsc::Receiver<E>,
}

/// The door's end.
///
/// A door waits when the director is behind with its events (they are few and each of them matters), except where
/// an event says of itself that it may be skipped.
#[derive(Debug)]
pub struct DoorSide<C, E> {
    /// Commands from the director. When it is closed, the door ends.
    pub commands: mpsc::Receiver<C>,
    /// Events to the director.
    pub events: mpsc::Sender<E>,
}

/// Commands that may wait for a door.
const COMMANDS: usize = 16;
/// Events that may wait for the director.
const EVENTS: usize = 64;

/// Makes both ends.
#[must_use]
pub fn lane<C, E>() -> (Lane<C, E>, DoorSide<C, E>) {
    let (command_tx, command_rx) = mpsc::channel(COMMANDS);
    let (event_tx, event_rx) = mpsc::channel(EVENTS);
    (Lane { commands: command_tx, events: event_rx }, DoorSide { commands: command_rx, events: event_tx })
}
