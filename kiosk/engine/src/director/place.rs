// SPDX-License-Identifier: GPL-3.0-or-later
//! Where the screen is, and the way back.

use super::reset::Asked;

/// A page, without its contents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Nobody is here.
    Idle,
    /// What a tap did; which one, and until when, milliseconds since boot.
    Result {
        key: u64,
        until_ms: i64,
    },
    Home,
    /// Topics, or the courses of one.
    Courses(Option<String>),
    /// A course by its number; the last one that no course has.
    Keypad(Option<u32>),
    /// One course, by `institution/course`.
    Course(String),
    Player,
    MyCredits,
    WhatsOn,
    Staff,
    Trouble,
    SelfTest,
    /// Factory reset.
    Reset(Asked),
    Pairing,
    /// Help; whether staff were called.
    Help(bool),
}

impl Place {
    /// Pages that hold on to no person: nobody asks "are you still there?" there.
    fn is_resting(&self) -> bool {
        matches!(self, Self::Idle | Self::Result { .. } | Self::Staff)
    }

    /// Pages that are of no use to whoever cannot touch. A result is read, a film is watched, staff look on as the list grows, and
    /// nobody may confirm a reset that another page hides.
    pub(super) fn asks_for_touches(&self) -> bool {
        !matches!(self, Self::Result { .. } | Self::Player | Self::Staff | Self::SelfTest | Self::Reset(_))
    }
}

/// The pages on the way here, the present one last. Never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Way(Vec<Place>);

/// More pages than this nobody walks back through.
const LONGEST_WAY: usize = 16;

impl Default for Way {
    fn default() -> Self {
        Self(vec![Place::Idle])
    }
}

impl Way {
    pub(super) fn here(&self) -> &Place {
        self.0.last().unwrap_or(&Place::Idle)
    }

    pub(super) fn here_mut(&mut self) -> Option<&mut Place> {
        self.0.last_mut()
    }

    /// Goes on to a page; a result is passed through, not returned to.
    pub(super) fn go(&mut self, place: Place) {
        self.0.retain(|p| !matches!(p, Place::Result { .. }));
        if self.here() != &place {
            self.0.push(place);
        }
        if self.0.len() > LONGEST_WAY {
            self.0.remove(0);
        }
    }

    /// Forgets the way: from here there is nothing to go back to but the beginning.
    pub(super) fn begin(&mut self, place: Place) {
        self.0.clear();
        self.0.push(place);
    }

    pub(super) fn back(&mut self, beginning: Place) {
        self.0.pop();
        if self.0.is_empty() {
            self.0.push(beginning);
        }
    }

    pub(super) fn is_resting(&self) -> bool {
        self.here().is_resting()
    }

    /// Staff are gone: nothing leads back to their page, nor stays of what was opened from it. A result stays on top.
    pub(super) fn leave_staff(&mut self, beginning: Place) {
        if !self.0.contains(&Place::Staff) {
            return;
        }
        let result = self.0.pop().filter(|here| matches!(here, Place::Result { .. }));
        self.begin(beginning);
        self.0.extend(result);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn back_goes_the_way_that_was_come_and_passes_results_by() {
        let mut way = Way::default();
        way.go(Place::Home);
        way.go(Place::Result { key: 1, until_ms: 0 });
        way.go(Place::MyCredits);
        way.back(Place::Home);
        assert_eq!(way.here(), &Place::Home);
        way.back(Place::Home);
        way.back(Place::Home);
        way.back(Place::Home);
        assert_eq!(way.here(), &Place::Home);
    }

    #[test]
    fn the_way_has_an_end() {
        let mut way = Way::default();
        for n in 0..100 {
            way.go(Place::Keypad(Some(n)));
        }
        assert_eq!(way.0.len(), LONGEST_WAY);
        assert_eq!(way.here(), &Place::Keypad(Some(99)));
    }
}
