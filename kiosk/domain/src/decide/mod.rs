// SPDX-License-Identifier: GPL-3.0-or-later
//! What a tap means: `decide(state, event, now) -> effects`, pure and total.
//!
//! Any event in any state gives a state. A surprise is [`Effect::Anomaly`], never a panic. Nothing is told to a person
//! before its record is on the disk: what is to be told waits in [`State`] until [`Event::Recorded`].

mod answer;
pub mod event;
pub mod here;
mod reset;
mod staff;
mod state;
mod tap;
mod visit;

#[cfg(test)]
mod tests;

pub use event::{
    Answer, Commit, Effect, Event, LinkNext, NotLinked, Now, Outcome, Question, Refusal, SessionAct, Sitting, StaffAct,
    VisitKey,
};
pub use here::{Attendance, CardHere, Earning, Forgot, Going, Holder, LearnerHere, Roll, SessionHere, Window};
pub use state::{Open, OpenVisit, ResetAsked, StaffMode, State, Timing};

/// Decides, and changes the state accordingly.
#[must_use]
pub fn decide(state: &mut State, event: Event, now: &Now) -> Vec<Effect> {
    if state.resetting && !reset::still_takes(&event) {
        return Vec::new();
    }
    match event {
        Event::Cards(cards) => tap::cards(state, &cards, now),
        Event::Refused(refusal) => tap::refused(state, refusal),
        Event::Removed => {
            state.taken.clear();
            Vec::new()
        }
        Event::Recorded(commit) => state.recorded(commit, now),
        Event::RecordFailed(commit) => state.record_failed(commit),
        Event::Answered(answer) => answer::answered(state, answer, now),
        Event::Touched => {
            state.touched(now);
            Vec::new()
        }
        Event::Visit(key) => visit::key(state, key, now),
        Event::Watched(sitting) => visit::watched(state, sitting, now),
        Event::Playing(playing) => {
            state.playing = playing;
            state.touched(now);
            Vec::new()
        }
        Event::Staff(act) => staff::act(state, act, now),
        Event::ResetFailed => reset::failed(state),
        Event::Tick => visit::tick(state, now),
    }
}
