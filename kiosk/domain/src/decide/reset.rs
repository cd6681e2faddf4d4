// SPDX-License-Identifier: GPL-3.0-or-later
//! A factory reset: one person of staff asks for it, and another one's card confirms it. Nobody can do it alone.

use crate::{
    decide::{
        event::{Effect, Event, Now, Outcome},
        here::{CardHere, Holder},
        state::{Pending, ResetAsked, State, Then},
    },
    record::{Kind, Machine},
};

/// Waits for somebody else from now on.
pub(super) fn asked(state: &mut State, unsent: u32, now: &Now) {
    if let Some(staff) = &mut state.staff {
        staff.reset = Some(ResetAsked { asked_ms: now.mono_ms, unsent });
    }
}

/// Waits no more.
pub(super) fn not(state: &mut State) {
    if let Some(staff) = &mut state.staff {
        staff.reset = None;
    }
}

/// What a card means while a second person is awaited; none: what it always means. A learner's card closes the staff page,
/// and with it the question: who asked does not stand here any more.
pub(super) fn confirm(state: &mut State, card: &CardHere, now: &Now) -> Option<Vec<Effect>> {
    let staff = state.staff.as_mut()?;
    let ResetAsked { unsent, .. } = staff.reset?;
    let Holder::Staff(second) = card.holder else { return None };
    staff.touched_ms = now.mono_ms;
    if second == staff.staff {
        return Some(vec![Effect::Tell(Outcome::SamePerson)]);
    }
    staff.reset = None;
    let by = (staff.staff, second);
    // From here on nothing is told to anybody that the next start would forget.
    state.resetting = true;
    let kind = Kind::Machine(Machine::FactoryReset { by, unsent });
    let pending = Pending { tokens: vec![card.token], tell: None, then: Then::Reset { by, unsent } };
    Some(vec![state.record(vec![(now.ids[0], kind)], pending)])
}

/// Nobody confirmed in time.
pub(super) fn tick(state: &mut State, now: &Now) -> Option<Effect> {
    let second_ms = state.timing.second_ms;
    let staff = state.staff.as_mut()?;
    staff.reset.take_if(|asked| now.mono_ms - asked.asked_ms >= second_ms).map(|_| Effect::ResetOff)
}

/// It could not be written: the box stays as it is, and takes cards again.
pub(super) fn failed(state: &mut State) -> Vec<Effect> {
    if !std::mem::take(&mut state.resetting) {
        return vec![Effect::Anomaly("a reset failed that nobody had decided on")];
    }
    vec![Effect::ResetOff, Effect::Tell(Outcome::NotKept)]
}

/// What still counts on a box that is about to forget: the disk's answers, the lesson that was on, the empty field.
pub(super) fn still_takes(event: &Event) -> bool {
    use Event::{Playing, RecordFailed, Recorded, Removed, ResetFailed, Watched};
    matches!(event, Recorded(_) | RecordFailed(_) | ResetFailed | Watched(_) | Playing(_) | Removed)
}
