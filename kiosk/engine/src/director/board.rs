// SPDX-License-Identifier: GPL-3.0-or-later
//! What the board says of itself, and what of it is a fault. Each has a width between begin and end, or a delay.

use super::{
    Director,
    latch::{Hold, Latch},
    lesson::Lesson,
    place::Place,
};
use crate::{
    ports::{
        board::{BoardSigns, Memory},
        sound::Earcon,
    },
    view::{Playing, TroubleKind},
};

/// From here on no film plays, °C: a Raspberry Pi slows itself down at 80 to 85, and a film stutters then …
const HOT: i32 = 82;
/// … until the board is below this.
const COOL: i32 = 72;
/// A film is stopped when less is available, MiB, so that the kernel need not choose whom to end …
const SHORT_MIB: u64 = 64;
/// … and one may begin again when so much more is available as a film takes: some 100 MiB.
const EASY_MIB: u64 = 170;
/// Everything waits for memory for so much of ten seconds, per cent: it is short, though more is called available …
const STALLED_PERCENT: u8 = 20;
/// … but not when there is as much as this, MiB: then some other program came up against a bound of its own.
const PLENTY_MIB: u64 = 256;

/// One look may err; two do not.
const HEAT: Hold = Hold { begins: 2_000, ends: 0 };
/// The supply drops below its bound for moments, again and again: ten minutes without are its end.
const POWER: Hold = Hold { begins: 0, ends: 600_000 };
/// A panel that starts itself anew is away for a second or two.
const TOUCH: Hold = Hold { begins: 4_000, ends: 0 };
/// A display that is switched over, likewise.
const DISPLAY: Hold = Hold { begins: 10_000, ends: 0 };
/// The next look may be too late; and a film that was stopped has just given its own memory back.
const MEMORY: Hold = Hold { begins: 0, ends: 30_000 };

/// What the board said last, and what is wrong with it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Board {
    /// None of it is known before the first look.
    pub(super) signs: BoardSigns,
    heat: Latch,
    power: Latch,
    touch: Latch,
    /// A finger was felt where no panel is said to be: the board does not know this one, until it says otherwise.
    touched: bool,
    display: Latch,
    memory: Latch,
}

/// A fault that began or ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub part: &'static str,
    pub began: bool,
    pub detail: String,
}

impl Board {
    /// Takes what the board says now; what began or ended by it.
    pub(super) fn look(&mut self, signs: BoardSigns, now_ms: i64) -> Vec<Change> {
        self.signs = signs;
        self.touched &= signs.touch == Some(false);
        let untouchable = signs.touch == Some(false) && !self.touched;
        let hot = signs.celsius.is_some_and(|celsius| celsius >= if self.heat.is_on() { COOL } else { HOT });
        let weak = signs.under_voltage == Some(true);
        let short = signs.memory.is_some_and(|memory| is_short(memory, self.memory.is_on()));
        [
            ("heat", self.heat.look(hot, now_ms, HEAT)),
            ("power", self.power.look(weak, now_ms, POWER)),
            ("touch", self.touch.look(untouchable, now_ms, TOUCH)),
            ("display", self.display.look(signs.display == Some(false), now_ms, DISPLAY)),
            ("memory", self.memory.look(short, now_ms, MEMORY)),
        ]
        .into_iter()
        .filter_map(|(part, change)| change.map(|began| Change { part, began, detail: detail(part, signs) }))
        .collect()
    }

    /// A finger was felt: the panel is there, whatever the board says. Whether it was taken to be lost.
    pub(super) fn is_touched(&mut self) -> bool {
        let was_lost = std::mem::take(&mut self.touch).is_on();
        self.touched |= was_lost;
        was_lost
    }

    pub(super) fn is_hot(&self) -> bool {
        self.heat.is_on()
    }

    pub(super) fn lacks_power(&self) -> bool {
        self.power.is_on()
    }

    pub(super) fn lacks_touch(&self) -> bool {
        self.touch.is_on()
    }

    pub(super) fn lacks_display(&self) -> bool {
        self.display.is_on()
    }

    /// Why no film can be played.
    pub(super) fn keeps_films_away(&self) -> Option<TroubleKind> {
        if self.heat.is_on() {
            Some(TroubleKind::Heat)
        } else if self.memory.is_on() {
            Some(TroubleKind::Memory)
        } else {
            None
        }
    }
}

fn is_short(memory: Memory, already: bool) -> bool {
    let stalled = memory.stalled_percent.is_some_and(|percent| percent >= STALLED_PERCENT);
    memory.available_mib < if already { EASY_MIB } else { SHORT_MIB } || stalled && memory.available_mib < PLENTY_MIB
}

/// The number that goes with a fault, for the hub.
fn detail(part: &str, signs: BoardSigns) -> String {
    match (part, signs.celsius, signs.memory) {
        ("heat", Some(celsius), _) if signs.slowed == Some(true) => format!("{celsius} °C, slowed down"),
        ("heat", Some(celsius), _) => format!("{celsius} °C"),
        ("memory", _, Some(memory)) => format!("{} MiB are available", memory.available_mib),
        _ => String::new(),
    }
}

impl Director {
    pub(super) fn on_board(&mut self, signs: BoardSigns) {
        for change in self.faults.board.look(signs, self.clock.mono_ms()) {
            self.fault_record(change.part, change.began, &change.detail);
        }
        if self.faults.board.keeps_films_away().is_some() {
            self.stop_film();
        } else if self.way.here() == &Place::Player && self.lesson.is_none() {
            self.way.back(Place::Home);
        }
    }

    /// A finger is the proof that the panel works.
    pub(super) fn touch_is_felt(&mut self) {
        if self.faults.board.is_touched() {
            self.fault_record("touch", false, "it was touched");
        }
    }

    /// The film is the first to go: what was watched is recorded, and its page says why.
    fn stop_film(&mut self) {
        let goes_on = |lesson: &Lesson| !matches!(lesson.playing, Playing::Ended | Playing::Damaged);
        if self.lesson.as_ref().is_some_and(goes_on) {
            self.end_lesson();
            self.ring(Earcon::Refused);
        }
    }
}

#[cfg(test)]
#[path = "board_tests.rs"]
mod tests;
