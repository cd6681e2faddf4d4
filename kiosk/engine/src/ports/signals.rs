// SPDX-License-Identifier: GPL-3.0-or-later
//! The signals door: the light at the reader and the buzzer.

/// What the light and the buzzer are to say. The latest command holds; there is no queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignalCommand {
    /// What the light shows from now on.
    Light(Light),
    /// One short sign of the buzzer, for halls where the loudspeaker is not heard.
    Buzz(Buzz),
}

/// What the light shows. Colour is never the only sign: each differs in its pattern too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Light {
    /// Nothing.
    Dark,
    /// Blue, steady: put the card here.
    PutCardHere,
    /// White, steady: reading, nothing decided.
    Reading,
    /// Green, steady for two seconds, then [`Light::PutCardHere`].
    Accepted,
    /// Blue, twice, then [`Light::PutCardHere`].
    Already,
    /// Amber, one long, then [`Light::PutCardHere`].
    Refused,
    /// Amber, slow blinking until something else is shown.
    Trouble,
}

/// The buzzer's signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Buzz {
    /// One short.
    Accepted,
    /// Two short.
    Already,
    /// One long.
    Refused,
}

/// What the door reports, once at its start and when it changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignalEvent {
    /// Light and buzzer are there.
    Present,
    /// There are none; nothing else is missing.
    Absent(SignalAbsence),
}

/// Why there is no light.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SignalAbsence {
    /// The settings name none.
    ByChoice,
    /// This machine has no pins to drive.
    NoPins,
    /// The pins are taken or may not be used.
    Refused,
}
