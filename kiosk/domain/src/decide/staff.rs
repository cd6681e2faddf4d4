// SPDX-License-Identifier: GPL-3.0-or-later
//! What staff do. Nothing here is erased: an undo is a record with a reason.

use crate::{
    decide::{
        event::{Effect, LinkNext, Now, Outcome, SessionAct, StaffAct},
        here::CardHere,
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
        StaffAct::SignIn { learner, session, sits_in } => {
            vec![(id, sign_in(*learner, *session, Hand::Staff(by), *sits_in))]
        }
        StaffAct::SignOut { learner, session, earning } => {
            let out = Presence::CheckOut { learner: *learner, session: *session, how: Hand::Staff(by), early: false };
            let mut drafts = vec![(id, Kind::Presence(out))];
            drafts.extend(tap::award(*learner, AwardSource::Session(*session), earning.as_ref(), second));
            drafts
        }
        StaffAct::Link(_) | StaffAct::LinkNot => Vec::new(),
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

/// The unknown card in the field becomes somebody's, and that person is signed in.
pub(super) fn link(state: &mut State, card: &CardHere, link: LinkNext, now: &Now) -> Vec<Effect> {
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
