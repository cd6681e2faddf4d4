// SPDX-License-Identifier: GPL-3.0-or-later
//! The pins themselves: the board's through rppal, and faux ones, because no kernel emulates the chip's memory.

use std::sync::{Arc, Mutex, PoisonError};

use rppal::gpio::{Error, Gpio, OutputPin};
use xuedian_engine::ports::signals::SignalAbsence;
use xuedian_engine::settings::SignalSettings;

/// What hangs on a pin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// Red of the light.
    Red,
    /// Green of the light.
    Green,
    /// Blue of the light.
    Blue,
    /// The buzzer.
    Buzzer,
}

/// Four outputs that can be set. To set what is set already changes nothing.
pub trait Pins: 'static {
    /// Sets one output.
    fn set(&mut self, output: Output, on: bool);
}

/// Pins of a Raspberry Pi. They fall back to inputs when this is dropped.
pub struct RpiPins([OutputPin; 4]);

impl RpiPins {
    /// Takes the pins, all dark.
    ///
    /// # Errors
    /// Off a Pi, or when a pin is taken or may not be used.
    pub fn open(numbers: SignalSettings) -> Result<Self, SignalAbsence> {
        let gpio = Gpio::new().map_err(|error| absence(&error))?;
        let take = |number| match gpio.get(number) {
            Ok(pin) => Ok(pin.into_output_low()),
            Err(error) => Err(absence(&error)),
        };
        Ok(Self([take(numbers.red)?, take(numbers.green)?, take(numbers.blue)?, take(numbers.buzzer)?]))
    }
}

impl Pins for RpiPins {
    fn set(&mut self, output: Output, on: bool) {
        self.0[output as usize].write(on.into());
    }
}

fn absence(error: &Error) -> SignalAbsence {
    tracing::info!(%error, "no light, no buzzer");
    match error {
        Error::UnknownModel => SignalAbsence::NoPins,
        Error::Io(cause) if cause.kind() == std::io::ErrorKind::NotFound => SignalAbsence::NoPins,
        _ => SignalAbsence::Refused,
    }
}

/// Pins that remember what was changed, in order.
#[derive(Clone, Default)]
pub struct FauxPins {
    state: [bool; 4],
    changes: Arc<Mutex<Vec<(Output, bool)>>>,
}

impl FauxPins {
    /// All dark.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// All changes so far, in order.
    #[must_use]
    pub fn changes(&self) -> Vec<(Output, bool)> {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Pins for FauxPins {
    fn set(&mut self, output: Output, on: bool) {
        if self.state[output as usize] != on {
            self.state[output as usize] = on;
            self.changes.lock().unwrap_or_else(PoisonError::into_inner).push((output, on));
        }
    }
}
