// SPDX-License-Identifier: GPL-3.0-or-later
//! The signals door: a light of three colours and a buzzer on four pins of the board.
//!
//! What the light shows is a pure function of the command and of the time since (`pattern`); one named thread
//! drives the pins. Off a Pi there are no pins: that is an event, and nothing else is missing.

mod pattern;
mod pins;

use std::io;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use xuedian_engine::ports::lane::DoorSide;
use xuedian_engine::ports::signals::{Buzz, Light, SignalAbsence, SignalCommand, SignalEvent};
use xuedian_engine::settings::SignalSettings;

pub use pattern::{Colour, buzzing, shining};
pub use pins::{FauxPins, Output, Pins, RpiPins};

use crate::waiting::{Heard, hear};

/// Opens the door on the board's pins: starts the thread that answers `side` until the director lets go of it.
///
/// # Errors
/// When no thread can be started.
pub fn open(side: DoorSide<SignalCommand, SignalEvent>, numbers: Option<SignalSettings>) -> io::Result<JoinHandle<()>> {
    open_on(side, move || match numbers {
        None => Err(SignalAbsence::ByChoice),
        Some(numbers) => RpiPins::open(numbers),
    })
}

/// Opens the door on any pins; they are opened on the door's own thread.
///
/// # Errors
/// When no thread can be started.
pub fn open_on<P: Pins>(
    side: DoorSide<SignalCommand, SignalEvent>,
    pins: impl FnOnce() -> Result<P, SignalAbsence> + Send + 'static,
) -> io::Result<JoinHandle<()>> {
    let run = move || match pins() {
        Ok(pins) => Driver::new(side, pins).run(),
        Err(why) => ignore_all(side, why),
    };
    thread::Builder::new().name("signals".into()).spawn(run)
}

/// Commands are taken and nothing is driven, so that the director need not know.
fn ignore_all(mut side: DoorSide<SignalCommand, SignalEvent>, why: SignalAbsence) {
    let _ = side.events.blocking_send(SignalEvent::Absent(why));
    while side.commands.blocking_recv().is_some() {}
}

struct Driver<P> {
    side: DoorSide<SignalCommand, SignalEvent>,
    pins: P,
    light: (Light, Instant),
    buzz: Option<(Buzz, Instant)>,
}

impl<P: Pins> Driver<P> {
    fn new(side: DoorSide<SignalCommand, SignalEvent>, pins: P) -> Self {
        Self { side, pins, light: (Light::Dark, Instant::now()), buzz: None }
    }

    fn run(mut self) {
        let _ = self.side.events.blocking_send(SignalEvent::Present);
        loop {
            let next = self.drive(Instant::now());
            match hear(&mut self.side.commands, next) {
                Heard::Command(SignalCommand::Light(light)) => self.light = (light, Instant::now()),
                Heard::Command(SignalCommand::Buzz(buzz)) => self.buzz = Some((buzz, Instant::now())),
                Heard::Nothing => {}
                Heard::Closed => break,
            }
        }
        self.show(Colour::NONE);
        self.pins.set(Output::Buzzer, false);
    }

    /// Sets the pins to what belongs to `now`; says when something changes next.
    fn drive(&mut self, now: Instant) -> Option<Instant> {
        let (colour, light_next) = shining(self.light.0, since(self.light.1, now));
        self.show(colour);
        let (sounding, buzz_next) = self.buzz.map_or((false, None), |(buzz, from)| {
            let (on, next) = buzzing(buzz, since(from, now));
            (on, next.map(|at| from + at))
        });
        self.pins.set(Output::Buzzer, sounding);
        if buzz_next.is_none() {
            self.buzz = None;
        }
        let light_next = light_next.map(|at| self.light.1 + at);
        [light_next, buzz_next].into_iter().flatten().min()
    }

    fn show(&mut self, colour: Colour) {
        self.pins.set(Output::Red, colour.red);
        self.pins.set(Output::Green, colour.green);
        self.pins.set(Output::Blue, colour.blue);
    }
}

fn since(from: Instant, now: Instant) -> Duration {
    now.saturating_duration_since(from)
}
