// SPDX-License-Identifier: GPL-3.0-or-later
//! What every implementation of the signals door keeps, on faux pins and on the board's.

use std::time::Duration;

use xuedian_doors::signals::{Colour, FauxPins, Output, Pins, RpiPins, buzzing, open, open_on, shining};
use xuedian_engine::ports::lane::lane;
use xuedian_engine::ports::signals::{Buzz, Light, SignalAbsence, SignalCommand, SignalEvent};
use xuedian_engine::settings::SignalSettings;

const LIGHTS: [Light; 7] =
    [Light::Dark, Light::PutCardHere, Light::Reading, Light::Accepted, Light::Already, Light::Refused, Light::Trouble];
const NUMBERS: SignalSettings = SignalSettings { red: 17, green: 27, blue: 22, buzzer: 23 };

/// The contract: one word at the start, every command taken, the thread ends when the director lets go.
fn keeps_the_contract<P: Pins>(pins: impl FnOnce() -> Result<P, SignalAbsence> + Send + 'static) -> SignalEvent {
    let (mut director, door) = lane();
    let thread = open_on(door, pins).expect("a thread");
    let first = director.events.blocking_recv().expect("one word at the start");
    for light in LIGHTS {
        director.commands.blocking_send(SignalCommand::Light(light)).expect("taken");
    }
    for buzz in [Buzz::Accepted, Buzz::Already, Buzz::Refused] {
        director.commands.blocking_send(SignalCommand::Buzz(buzz)).expect("taken");
    }
    drop(director.commands);
    thread.join().expect("ends quietly");
    assert!(director.events.blocking_recv().is_none(), "no word but the first");
    first
}

#[test]
fn faux_pins_keep_the_contract_and_end_dark() {
    let pins = FauxPins::new();
    let changes = pins.clone();
    assert_eq!(keeps_the_contract(move || Ok(pins)), SignalEvent::Present);
    for output in [Output::Red, Output::Green, Output::Blue, Output::Buzzer] {
        let last = changes.changes().iter().rev().find(|(which, _)| *which == output).copied();
        assert!(last.is_none_or(|(_, on)| !on), "{output:?} stays on");
    }
}

#[test]
fn the_boards_pins_keep_the_contract() {
    let first = keeps_the_contract(|| RpiPins::open(NUMBERS));
    let on_a_pi = std::path::Path::new("/dev/gpiomem").exists();
    if !on_a_pi {
        assert_eq!(first, SignalEvent::Absent(SignalAbsence::NoPins));
    }
}

#[test]
fn without_pins_in_the_settings_there_is_no_light_by_choice() {
    let (mut director, door) = lane();
    let thread = open(door, None).expect("a thread");
    assert_eq!(director.events.blocking_recv(), Some(SignalEvent::Absent(SignalAbsence::ByChoice)));
    drop(director.commands);
    thread.join().expect("ends quietly");
}

/// Every change within six seconds, as (milliseconds, value).
fn changes<T: PartialEq + Copy>(what: impl Fn(Duration) -> (T, Option<Duration>)) -> Vec<(u64, T)> {
    let mut seen = Vec::new();
    let mut at = Duration::ZERO;
    while at < Duration::from_secs(6) {
        let (value, next) = what(at);
        if seen.last().is_none_or(|(_, last)| *last != value) {
            seen.push((u64::try_from(at.as_millis()).expect("small"), value));
        }
        match next {
            Some(next) => {
                assert!(next > at, "time goes on");
                at = next;
            }
            None => break,
        }
    }
    seen
}

#[test]
fn no_two_lights_look_alike_and_none_flashes() {
    let mut all: Vec<Vec<(u64, Colour)>> = Vec::new();
    for light in LIGHTS {
        let seen = changes(|since| shining(light, since));
        let lit: Vec<u64> = seen.iter().filter(|(_, c)| *c != Colour::NONE).map(|(at, _)| *at).collect();
        for (place, from) in lit.iter().enumerate() {
            let within = lit[place..].iter().filter(|at| *at - from < 1_000).count();
            assert!(within <= 3, "{light:?} flashes {within} times in a second");
        }
        assert!(!all.contains(&seen), "{light:?} looks like another");
        all.push(seen);
    }
}

#[test]
fn results_end_in_the_light_that_asks_for_a_card() {
    let blue = shining(Light::PutCardHere, Duration::ZERO);
    for light in [Light::Accepted, Light::Already, Light::Refused] {
        assert_eq!(shining(light, Duration::from_secs(10)), blue, "{light:?}");
    }
}

#[test]
fn the_buzzer_falls_silent() {
    for buzz in [Buzz::Accepted, Buzz::Already, Buzz::Refused] {
        assert!(buzzing(buzz, Duration::ZERO).0);
        assert_eq!(buzzing(buzz, Duration::from_secs(1)), (false, None));
    }
}
