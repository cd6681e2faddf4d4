// SPDX-License-Identifier: GPL-3.0-or-later
//! What the light and the buzzer do at which moment: pure functions of the command and the time since.

use std::time::Duration;

use xuedian_engine::ports::signals::{Buzz, Light};

/// Which of the three lamps are lit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Colour {
    /// Red lamp.
    pub red: bool,
    /// Green lamp.
    pub green: bool,
    /// Blue lamp.
    pub blue: bool,
}

impl Colour {
    /// Dark.
    pub const NONE: Self = Self::of(false, false, false);
    const BLUE: Self = Self::of(false, false, true);
    const WHITE: Self = Self::of(true, true, true);
    const GREEN: Self = Self::of(false, true, false);
    const AMBER: Self = Self::of(true, true, false);

    const fn of(red: bool, green: bool, blue: bool) -> Self {
        Self { red, green, blue }
    }
}

/// A step: what, and until when, milliseconds since the command.
type Step<T> = (T, u64);

/// The colour at this time since the command, and when it changes next.
///
/// Never more than three changes to light a second: people with photosensitive epilepsy stand here too.
#[must_use]
pub fn shining(light: Light, since: Duration) -> (Colour, Option<Duration>) {
    let steps: &[Step<Colour>] = match light {
        Light::Dark => return (Colour::NONE, None),
        Light::PutCardHere => return (Colour::BLUE, None),
        Light::Reading => return (Colour::WHITE, None),
        Light::Trouble => return blinking(since),
        Light::Accepted => &[(Colour::GREEN, 2_000)],
        Light::Already => &[(Colour::BLUE, 250), (Colour::NONE, 500), (Colour::BLUE, 750), (Colour::NONE, 1_000)],
        Light::Refused => &[(Colour::AMBER, 2_000), (Colour::NONE, 2_300)],
    };
    at(steps, since).unwrap_or((Colour::BLUE, None))
}

/// Whether the buzzer sounds at this time since the command, and when that changes next; no next: it is over.
#[must_use]
pub fn buzzing(buzz: Buzz, since: Duration) -> (bool, Option<Duration>) {
    let steps: &[Step<bool>] = match buzz {
        Buzz::Accepted => &[(true, 80)],
        Buzz::Already => &[(true, 60), (false, 160), (true, 220)],
        Buzz::Refused => &[(true, 400)],
    };
    at(steps, since).unwrap_or((false, None))
}

/// Amber, a second on and a second off.
fn blinking(since: Duration) -> (Colour, Option<Duration>) {
    let second = since.as_secs();
    let colour = if second.is_multiple_of(2) { Colour::AMBER } else { Colour::NONE };
    (colour, Some(Duration::from_secs(second + 1)))
}

fn at<T: Copy>(steps: &[Step<T>], since: Duration) -> Option<(T, Option<Duration>)> {
    let step = steps.iter().find(|(_, until)| since < Duration::from_millis(*until))?;
    Some((step.0, Some(Duration::from_millis(step.1))))
}
