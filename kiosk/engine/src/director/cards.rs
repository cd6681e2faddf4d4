// SPDX-License-Identifier: GPL-3.0-or-later
//! What the reader says, looked up: whose card, and what runs here for that person.

use xuedian_domain::{
    card::{CardClass, CardToken},
    decide::{CardHere, Event, Going, Holder, LearnerHere, Refusal, Roll, SessionHere, Window},
    id::LearnerId,
    rules::Checkout,
    session::SessionPlan,
};

use super::{
    Director,
    people::{CardOwner, KnownLearner, Owner},
    show::agenda,
};
use crate::{
    book::Story,
    ports::reader::{Arrival, CardRead, ReaderEvent, ReaderRefusal},
};

impl Director {
    pub(super) fn on_reader(&mut self, event: ReaderEvent) {
        match event {
            ReaderEvent::Ready | ReaderEvent::Recovered => self.reader_is_back(),
            ReaderEvent::Lost(loss) => self.reader_is_lost(loss),
            ReaderEvent::Removed => self.decide(Event::Removed),
            ReaderEvent::Card(read) => {
                self.last_card = Some(self.clock.now());
                self.on_cards(&[read]);
            }
            ReaderEvent::Refused(refusal) => self.on_refused(refusal),
        }
    }

    fn on_refused(&mut self, refusal: ReaderRefusal) {
        let refusal = match refusal {
            ReaderRefusal::TwoCards { cards, .. } if !cards.is_empty() => {
                self.last_card = Some(self.clock.now());
                return self.on_cards(&cards);
            }
            ReaderRefusal::TwoCards { .. } => Refusal::TwoCards,
            ReaderRefusal::RandomUid => Refusal::RandomUid,
            ReaderRefusal::TypeB => Refusal::IdentityCard,
            ReaderRefusal::Unreadable => Refusal::Unreadable,
        };
        self.decide(Event::Refused(refusal));
    }

    fn on_cards(&mut self, cards: &[CardRead]) {
        let cards = cards.iter().map(|read| self.card_here(read)).collect();
        self.decide(Event::Cards(cards));
    }

    fn card_here(&self, read: &CardRead) -> CardHere {
        let token = read.tokens.first().copied().unwrap_or(CardToken { key: 0, mac: [0; 16] });
        let holder = self.holder(&read.tokens, read.class);
        let lying = read.arrival == Arrival::Lying;
        CardHere { token, class: read.class, holder, lying, only_session: self.only_running_here() }
    }

    fn holder(&self, tokens: &[CardToken], class: CardClass) -> Holder {
        let owners: Vec<CardOwner> = tokens.iter().flat_map(|token| self.people.by_token(token)).collect();
        let owners = of_class(owners, class);
        let active: Vec<_> = owners.iter().filter(|o| !o.lost).collect();
        if let Some(Owner::Staff(staff)) = active.iter().map(|o| &o.owner).find(|o| matches!(o, Owner::Staff(_))) {
            return Holder::Staff(staff.staff);
        }
        let mut learners: Vec<LearnerHere> = Vec::new();
        for owner in &active {
            if let Owner::Learner(known) = &owner.owner
                && learners.iter().all(|l| l.learner != known.learner)
            {
                learners.push(self.learner_here(known));
            }
        }
        if learners.is_empty()
            && let Some(link) = tokens.iter().find_map(|token| self.book.linked(token))
        {
            learners.push(self.learner_here(&self.known(link.learner)));
        }
        match (learners.is_empty(), owners.is_empty()) {
            (false, _) => Holder::Learners(learners),
            (true, false) => Holder::Lost,
            (true, true) => Holder::Unknown,
        }
    }

    /// A person and all that runs here for them.
    pub(super) fn learner_here(&self, known: &KnownLearner) -> LearnerHere {
        let now = self.clock.now();
        let mut sessions: Vec<SessionHere> = Vec::new();
        for plan in self.book.plans() {
            let story = self.book.story(plan.id);
            let here = self.point.serves(plan.room.id) || story.moved_to.is_some_and(|room| self.point.serves(room));
            let window = self.window(plan, &story);
            if here && !story.is_over() && window.opens <= now && now <= window.checkout_until {
                sessions.push(self.session_here(plan, &story, window, known.learner));
            }
        }
        let forgot = self.forgotten(known.learner, &sessions);
        LearnerHere { learner: known.learner, resting: known.resting, sessions, forgot }
    }

    fn session_here(&self, plan: &SessionPlan, story: &Story, window: Window, learner: LearnerId) -> SessionHere {
        let attendance = self.attendance(learner, plan.id);
        let place = self.book.present(plan.id);
        SessionHere {
            session: plan.id,
            policy: plan.policy,
            going: match story {
                Story { cancelled: Some(_), .. } => Going::Cancelled,
                Story { moved_to: Some(_), .. } => Going::Moved,
                _ => Going::AsPlanned,
            },
            roll: match plan.due.as_slice() {
                [] => Roll::NoList,
                due if due.contains(&learner) => Roll::Listed,
                _ => Roll::NotListed,
            },
            full: plan.seats > 0 && place >= plan.seats,
            place,
            forecast: self.forecast(plan, learner),
            earned_now: self.earned_now(plan, learner),
            window,
            attendance,
        }
    }

    /// The hours of a session by its presence policy and all that staff have said.
    pub(super) fn window(&self, plan: &SessionPlan, story: &Story) -> Window {
        let policy = self.policy(plan);
        let start = plan.start.plus_minutes(i64::from(story.delay));
        let ends = agenda::end(plan, story);
        let minutes = |m: u32| i64::from(m);
        Window {
            // A delay moves the end of the window and not its beginning: whoever is early loses nothing.
            opens: plan.start.plus_minutes(-minutes(policy.opens_before_start)),
            ends,
            accepts_until: policy.accept_until_after_start.map(|m| start.plus_minutes(minutes(m))),
            checkout_from: policy
                .checkout_from_before_end
                .filter(|_| policy.checkout == Checkout::Required && story.ended_early.is_none())
                .map(|m| ends.plus_minutes(-minutes(m))),
            checkout_until: ends.plus_minutes(minutes(policy.checkout_until_after_end.unwrap_or(30))),
        }
    }

    /// A learner as the roster knows them, or as a card handed out here does.
    pub(super) fn known(&self, learner: LearnerId) -> KnownLearner {
        self.people.learner(learner).unwrap_or_else(|| {
            let number = self.book.linked_to(learner).and_then(|link| link.printed_no);
            KnownLearner {
                learner,
                mask: String::new(),
                tail: number.unwrap_or_default(),
                born: None,
                resting: false,
                prefers: Default::default(),
            }
        })
    }
}

/// Of several owners of one token, those whose card is of the class that is in the field; all, when that leaves none.
fn of_class(owners: Vec<CardOwner>, class: CardClass) -> Vec<CardOwner> {
    let matching: Vec<_> = owners.iter().filter(|o| o.class.is_none_or(|c| c == class)).cloned().collect();
    if matching.is_empty() { owners } else { matching }
}
