// SPDX-License-Identifier: GPL-3.0-or-later
//! What staff do. Nothing here is erased: an undo is a record with a reason.

use crate::{
    decide::{
        event::{Effect, LinkNext, NotLinked, Now, Outcome, Refusal, SessionAct, StaffAct},
        here::{CardHere, Holder},
        reset,
        state::{Pending, State, Then},
        tap,
    },
    id::{LearnerId, RecordId, SessionId, StaffId},
    record::{Account, AwardSource, Card, Change, Duty, Hand, Kind, Presence, Session},
};

pub(super) fn act(state: &mut State, act: StaffAct, now: &Now) -> Vec<Effect> {
    let Some(staff) = state.staff.as_mut() else {
        return vec![Effect::Anomaly("staff acted without the staff page")];
    };
    if let StaffAct::RollCall(shown) = act {
        staff.roll_call = shown;
        return Vec::new();
    }
    staff.touched_ms = now.mono_ms;
    let by = staff.staff;
    match &act {
        StaffAct::Link(link) => {
            staff.link = Some(link.clone());
            return Vec::new();
        }
        StaffAct::LinkNot => {
            staff.link = None;
            return Vec::new();
        }
        StaffAct::Reset { unsent } => {
            reset::asked(state, *unsent, now);
            return Vec::new();
        }
        StaffAct::ResetNot => {
            reset::not(state);
            return Vec::new();
        }
        _ => {}
    }
    let then = if act == StaffAct::Off { Then::StaffOff } else { Then::Nothing };
    let drafts = drafts(&act, by, now);
    let tell = (act != StaffAct::Off).then_some(Outcome::Done(act));
    vec![state.record(drafts, Pending { tokens: Vec::new(), tell, then })]
}

fn drafts(act: &StaffAct, by: StaffId, now: &Now) -> Vec<(RecordId, Kind)> {
    let [id, second, ..] = now.ids;
    match act {
        StaffAct::Off => vec![(id, Kind::Duty(Duty::Off { staff: by }))],
        StaffAct::Undo { of, reason } => {
            let undo = Account::Reversal { of: *of, reason: reason.clone(), by: Some(by) };
            vec![(id, Kind::Account(undo))]
        }
        StaffAct::Session { session, act } => vec![(id, Kind::Session(session_record(*session, act, by)))],
        StaffAct::SignIn { learner, session, sits_in, by_card } => {
            let how = if *by_card { Hand::Card } else { Hand::Staff(by) };
            vec![(id, sign_in(*learner, *session, how, *sits_in))]
        }
        StaffAct::SignOut { learner, session, earning } => {
            let out = Presence::CheckOut { learner: *learner, session: *session, how: Hand::Staff(by), early: false };
            let mut drafts = vec![(id, Kind::Presence(out))];
            drafts.extend(tap::award(*learner, AwardSource::Session(*session), earning.as_ref(), second));
            drafts
        }
        StaffAct::Link(_) | StaffAct::LinkNot | StaffAct::RollCall(_) | StaffAct::Reset { .. } | StaffAct::ResetNot => {
            Vec::new()
        }
    }
}

fn session_record(session: SessionId, act: &SessionAct, by: StaffId) -> Session {
    let by = Some(by);
    let changed = |change| Session::Changed { session, change, by };
    match act {
        SessionAct::Open => Session::Opened { session, made_here: None, by },
        SessionAct::Delay(minutes) => changed(Change::Delayed { minutes: *minutes }),
        SessionAct::Move(room) => changed(Change::Moved { room: *room }),
        SessionAct::Cancel(reason) => changed(Change::Cancelled { reason: reason.clone() }),
        SessionAct::EndEarly => changed(Change::EndedEarly),
        SessionAct::Headcount(heads) => Session::Headcount { session, heads: *heads, by },
        SessionAct::CloseForAll => Session::Closed { session, for_all: true, by },
    }
}

fn sign_in(learner: LearnerId, session: SessionId, how: Hand, sits_in: bool) -> Kind {
    Kind::Presence(Presence::CheckIn { learner, session, how, sits_in })
}

/// Closes the staff page, at once: a slow disk must not keep the staff keys on the screen.
pub(super) fn over(state: &mut State, now: &Now) -> Vec<Effect> {
    let Some(staff) = state.staff.take() else { return Vec::new() };
    let kind = Kind::Duty(Duty::Off { staff: staff.staff });
    let pending = Pending { tokens: Vec::new(), tell: None, then: Then::Nothing };
    // The last of the ids: whoever's card closes the page needs the first ones.
    vec![Effect::StaffOver, state.record(vec![(now.ids[3], kind)], pending)]
}

/// What a card means while staff are about to hand one out or to bind one; none when nobody is, or the card is staff's or
/// lost and means what it always means.
pub(super) fn bind(state: &mut State, card: &CardHere, now: &Now) -> Option<Vec<Effect>> {
    let staff = state.staff.as_mut()?;
    match &card.holder {
        Holder::Unknown => {
            let next = staff.link.take()?;
            Some(link(state, card, next, now))
        }
        Holder::Learners(people) => {
            let next = staff.link.take()?;
            let told = match next.learner.filter(|learner| people.iter().any(|p| p.learner == *learner)) {
                // It is bound to this very person already: nothing is left to record.
                Some(learner) => Outcome::Linked { learner, printed_no: None },
                None => Outcome::NotLinked(NotLinked::Taken),
            };
            Some(vec![Effect::Tell(told)])
        }
        Holder::Staff(_) | Holder::Lost => None,
    }
}

/// A card that cannot be read as one cannot be bound either, and staff are told why.
pub(super) fn cannot_bind(state: &mut State, refusal: Refusal) -> Option<NotLinked> {
    let why = match refusal {
        Refusal::RandomUid => NotLinked::RandomUid,
        Refusal::IdentityCard => NotLinked::IdentityCard,
        _ => return None,
    };
    state.staff.as_mut()?.link.take().map(|_| why)
}

/// The unknown card in the field becomes somebody's, and that person is signed in.
fn link(state: &mut State, card: &CardHere, link: LinkNext, now: &Now) -> Vec<Effect> {
    let [id, second, ..] = now.ids;
    let by = state.staff.as_ref().map(|s| s.staff);
    // A new person is named by this record until the hub knows more.
    let learner = link.learner.unwrap_or(LearnerId(id.0));
    let linked = Card::Linked {
        token: card.token,
        class: card.class,
        learner: link.learner,
        printed_no: link.printed_no.clone(),
        by,
    };
    let mut drafts = vec![(id, Kind::Card(linked))];
    if let Some(session) = link.session {
        drafts.push((second, sign_in(learner, session, Hand::Card, false)));
    }
    let tell = Some(Outcome::Linked { learner, printed_no: link.printed_no });
    vec![state.record(drafts, Pending { tokens: vec![card.token], tell, then: Then::Nothing })]
}
