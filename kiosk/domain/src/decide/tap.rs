// SPDX-License-Identifier: GPL-3.0-or-later
//! The tap table: what a card means at this kiosk, now.

use crate::{
    card::CardToken,
    decide::{
        event::{Effect, Now, Outcome, Question, Refusal},
        here::{Attendance, CardHere, Going, Holder, LearnerHere, Roll, SessionHere},
        reset, staff,
        state::{OpenVisit, Pending, State, Then},
        visit,
    },
    id::{RecordId, SessionId, StaffId},
    record::{Account, AwardSource, Card, Duty, Hand, Kind, Presence},
    session::PresencePolicy,
};

/// One card, or two at once: of two, the one that is known, or either when both are one person's.
///
/// A card that stays when the other is taken away is taken then, unless it was the one that had been taken.
pub(super) fn cards(state: &mut State, cards: &[CardHere], now: &Now) -> Vec<Effect> {
    // What was taken before and is not among them is gone.
    state.taken.retain(|token| cards.iter().any(|here| here.token == *token));
    match cards {
        [] => vec![Effect::Anomaly("a tap without a card")],
        [only] if only.lying && state.taken.contains(&only.token) => Vec::new(),
        [only] => take(state, only, &[only], now),
        // Which of them is to be handed out, or confirms? Nobody can say.
        _ if state.staff.as_ref().is_some_and(|s| s.link.is_some() || s.reset.is_some()) => {
            one_of_several_to_bind(state, cards, now)
        }
        several => {
            let known: Vec<_> = several.iter().filter(|c| c.holder != Holder::Unknown).collect();
            match known.as_slice() {
                [one] => take(state, one, &known, now),
                [one, rest @ ..] if rest.iter().all(|other| same_person(one, other)) => take(state, one, &known, now),
                _ => refuse(Refusal::TwoCards),
            }
        }
    }
}

/// Beside a card that was taken and is left lying, as a staff card is, the newcomer is meant.
fn one_of_several_to_bind(state: &mut State, cards: &[CardHere], now: &Now) -> Vec<Effect> {
    let fresh: Vec<_> = cards.iter().filter(|c| !(c.lying && state.taken.contains(&c.token))).collect();
    match fresh.as_slice() {
        [one] => take(state, one, &[one], now),
        _ => refuse(Refusal::TwoCards),
    }
}

/// Takes one card; `all` are those that are answered with it.
fn take(state: &mut State, one: &CardHere, all: &[&CardHere], now: &Now) -> Vec<Effect> {
    for taken in all {
        if !state.taken.contains(&taken.token) {
            state.taken.push(taken.token);
        }
    }
    card(state, one, now)
}

/// A card that the reader could not make a token of, or not of one alone.
pub(super) fn refused(state: &mut State, refusal: Refusal) -> Vec<Effect> {
    match staff::cannot_bind(state, refusal) {
        Some(why) => vec![Effect::Tell(Outcome::NotLinked(why))],
        None => refuse(refusal),
    }
}

fn same_person(one: &CardHere, other: &CardHere) -> bool {
    match (&one.holder, &other.holder) {
        (Holder::Learners(a), Holder::Learners(b)) => a.len() == 1 && b.len() == 1 && a[0].learner == b[0].learner,
        (Holder::Staff(a), Holder::Staff(b)) => a == b,
        _ => false,
    }
}

fn card(state: &mut State, card: &CardHere, now: &Now) -> Vec<Effect> {
    if state.is_in_flight(&card.token) {
        return vec![Effect::Reading];
    }
    state.question = None;
    if let Some(effects) = staff::bind(state, card, now) {
        return effects;
    }
    if let Some(effects) = reset::confirm(state, card, now) {
        return effects;
    }
    match &card.holder {
        Holder::Staff(staff) => staff_card(state, *staff, card.token, now),
        Holder::Lost => refuse(Refusal::Lost),
        Holder::Unknown => unknown(state, card, now),
        Holder::Learners(people) if people.is_empty() => unknown(state, card, now),
        Holder::Learners(people) => {
            let mut effects = leave_staff_page(state, now);
            effects.extend(match people.as_slice() {
                [one] => learner(state, one, Some(card.token), now),
                several => state.ask(
                    Question::WhichPerson { learners: several.iter().map(|p| p.learner).collect() },
                    several.to_vec(),
                    now,
                ),
            });
            effects
        }
    }
}

/// A learner's card closes the staff page at once (somebody else stands here now), unless staff are at the roll call of a
/// session: there it is the cards that they wait for.
fn leave_staff_page(state: &mut State, now: &Now) -> Vec<Effect> {
    match &mut state.staff {
        Some(staff) if staff.roll_call => {
            staff.touched_ms = now.mono_ms;
            Vec::new()
        }
        _ => staff::over(state, now),
    }
}

fn staff_card(state: &mut State, staff: StaffId, token: CardToken, now: &Now) -> Vec<Effect> {
    let (kind, then, tell) = match &state.staff {
        Some(here) if here.staff == staff => (Duty::Off { staff }, Then::StaffOff, None),
        _ => (Duty::On { staff }, Then::StaffOn(staff), Some(Outcome::StaffOn { staff })),
    };
    vec![state.record(vec![(now.ids[0], Kind::Duty(kind))], Pending { tokens: vec![token], tell, then })]
}

fn unknown(state: &mut State, card: &CardHere, now: &Now) -> Vec<Effect> {
    if !state.strangers.one_more(now.mono_ms) {
        return refuse(Refusal::Unknown);
    }
    let kind = Kind::Card(Card::Unknown { token: card.token, class: card.class, session: card.only_session });
    let tell = Some(Outcome::Refused(Refusal::Unknown));
    vec![state.record(vec![(now.ids[0], kind)], Pending { tokens: vec![card.token], tell, then: Then::Nothing })]
}

/// A learner whose card is in the field, or who was chosen among people whose cards answer alike.
pub(super) fn learner(state: &mut State, who: &LearnerHere, token: Option<CardToken>, now: &Now) -> Vec<Effect> {
    if who.resting {
        return refuse(Refusal::Resting);
    }
    let inside = who.sessions.iter().rev().find(|s| matches!(s.attendance, Attendance::In { .. }));
    if let Some(session) = inside {
        return signed_in_already(state, who, session, token, now);
    }
    let open: Vec<_> = who.sessions.iter().filter(|s| takes_cards(s, now)).collect();
    let mine: Vec<_> = open.iter().copied().filter(|s| s.roll == Roll::Listed).collect();
    match (mine.as_slice(), open.as_slice()) {
        ([one], _) | ([], [one]) => enter(state, who, one, token, now),
        ([], []) => nothing_runs(state, who, token, now),
        ([], several) | (several, _) => state.ask(
            Question::WhichSession { learner: who.learner, sessions: several.iter().map(|s| s.session).collect() },
            vec![who.clone()],
            now,
        ),
    }
}

impl SessionHere {
    fn needs_checkout(&self) -> bool {
        matches!(self.policy, PresencePolicy::Class | PresencePolicy::DropIn | PresencePolicy::Service)
    }
}

fn takes_cards(session: &SessionHere, now: &Now) -> bool {
    let over = match session.attendance {
        Attendance::Out { .. } => session.window.checkout_until,
        _ => session.window.ends,
    };
    session.window.opens <= now.at && now.at <= over
}

fn signed_in_already(
    state: &mut State,
    who: &LearnerHere,
    session: &SessionHere,
    token: Option<CardToken>,
    now: &Now,
) -> Vec<Effect> {
    let recent = state
        .signed_in_at
        .get(&(who.learner, session.session))
        .is_some_and(|at| now.mono_ms - at < state.timing.double_tap_ms);
    let no_checkout = !session.needs_checkout();
    if recent || no_checkout {
        return vec![Effect::Tell(Outcome::Already { learner: who.learner, session: session.session, no_checkout })];
    }
    if session.going != Going::Cancelled && session.window.checkout_from.is_some_and(|from| now.at < from) {
        let question = Question::LeaveEarly {
            learner: who.learner,
            session: session.session,
            earning: session.earned_now.clone(),
        };
        return state.ask(question, vec![who.clone()], now);
    }
    check_out(state, who, session, Hand::Card, false, token, now)
}

/// Signs out, and says what it earned in the same breath.
pub(super) fn check_out(
    state: &mut State,
    who: &LearnerHere,
    session: &SessionHere,
    how: Hand,
    early: bool,
    token: Option<CardToken>,
    now: &Now,
) -> Vec<Effect> {
    let (learner, session_id) = (who.learner, session.session);
    let mut drafts =
        vec![(now.ids[0], Kind::Presence(Presence::CheckOut { learner, session: session_id, how, early }))];
    drafts.extend(award(learner, AwardSource::Session(session_id), session.earned_now.as_ref(), now.ids[1]));
    let tell = Some(Outcome::SignedOut { learner, session: session_id, earning: session.earned_now.clone() });
    vec![state.record(drafts, Pending { tokens: token.into_iter().collect(), tell, then: Then::Nothing })]
}

/// The record of what a person was told that something earned; nothing earned makes none.
pub(super) fn award(
    learner: crate::id::LearnerId,
    source: AwardSource,
    earning: Option<&super::Earning>,
    id: RecordId,
) -> Option<(RecordId, Kind)> {
    let earning = earning.filter(|e| e.amount > 0)?;
    let award = Account::Award {
        learner,
        source,
        rule: (earning.rule.clone(), earning.version),
        amount: earning.amount,
        minutes: earning.minutes,
    };
    Some((id, Kind::Account(award)))
}

fn enter(
    state: &mut State,
    who: &LearnerHere,
    session: &SessionHere,
    token: Option<CardToken>,
    now: &Now,
) -> Vec<Effect> {
    let id = session.session;
    if session.going == Going::Cancelled {
        return refuse(Refusal::Cancelled(id));
    }
    if let Attendance::Out { at } = session.attendance {
        let question = Question::Back { learner: who.learner, session: id, out_at: at };
        return state.ask(question, vec![who.clone()], now);
    }
    if session.window.accepts_until.is_some_and(|until| until < now.at) {
        return refuse(Refusal::TooLate(id));
    }
    if session.full {
        return refuse(Refusal::Full(id));
    }
    if session.roll == Roll::NotListed {
        return state.ask(Question::SitIn { learner: who.learner, session: id }, vec![who.clone()], now);
    }
    check_in(state, who, session, Hand::Card, token, now)
}

/// Signs in.
pub(super) fn check_in(
    state: &mut State,
    who: &LearnerHere,
    session: &SessionHere,
    how: Hand,
    token: Option<CardToken>,
    now: &Now,
) -> Vec<Effect> {
    let (learner, id): (_, SessionId) = (who.learner, session.session);
    let kind =
        Kind::Presence(Presence::CheckIn { learner, session: id, how, sits_in: session.roll == Roll::NotListed });
    let tell = Some(Outcome::SignedIn {
        learner,
        session: id,
        place: session.place + 1,
        forecast: session.forecast.clone(),
        moved: session.going == Going::Moved,
        forgot: who.forgot,
    });
    let then = Then::SignedIn(learner, id, now.mono_ms);
    vec![state.record(vec![(now.ids[0], kind)], Pending { tokens: token.into_iter().collect(), tell, then })]
}

fn nothing_runs(state: &mut State, who: &LearnerHere, token: Option<CardToken>, now: &Now) -> Vec<Effect> {
    match &state.visit {
        Some(visit) if visit.learner == Some(who.learner) => {
            visit::close(state, crate::record::VisitEnd::Tap, token, now)
        }
        Some(OpenVisit { learner: Some(_), touched_ms, .. })
            if state.playing || now.mono_ms - touched_ms < state.timing.question_ms =>
        {
            vec![Effect::Tell(Outcome::InUse { learner: who.learner })]
        }
        _ if state.playing => vec![Effect::Tell(Outcome::InUse { learner: who.learner })],
        _ => {
            // Their own pages come now, even over a roll call.
            let mut effects = staff::over(state, now);
            effects.extend(visit::open(state, Some(who.learner), token, now));
            effects
        }
    }
}

fn refuse(refusal: Refusal) -> Vec<Effect> {
    vec![Effect::Tell(Outcome::Refused(refusal))]
}
