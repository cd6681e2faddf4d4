// SPDX-License-Identifier: GPL-3.0-or-later
//! What is known from elsewhere: the hub's standing at a kiosk, nothing at the hub.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    id::{LearnerId, LessonKey, SessionId},
    settle::{Period, Spans},
    time::Time,
};

/// What is known from elsewhere. Empty is a legal beginning.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Opening {
    /// For each learner, by the name that the hub knows now.
    pub learners: BTreeMap<LearnerId, Before>,
    /// Visitor → person: numbered cards whose names have followed.
    pub aliases: BTreeMap<LearnerId, LearnerId>,
    /// Ratings of service (服务评价): good or not.
    pub ratings: BTreeMap<(LearnerId, SessionId), bool>,
}

/// What a learner brings along.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Before {
    /// Used of caps, by group and period, in the unit of the cap.
    pub used: BTreeMap<(String, Period), i64>,
    /// Forgotten check-outs by (year, month).
    pub forgotten: BTreeMap<(i16, i8), u32>,
    /// Lessons that earned, and when last.
    pub paid: BTreeMap<LessonKey, Time>,
    /// What was shown of lessons since they last earned, milliseconds.
    pub shown: BTreeMap<LessonKey, Spans>,
    /// Check-ins without a check-out so far.
    pub open: Vec<OpenStay>,
    /// Sessions that are settled: facts of them are told, and earn nothing again.
    pub settled: BTreeSet<SessionId>,
}

/// A check-in made elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OpenStay {
    /// Where.
    pub session: SessionId,
    /// Since when.
    pub since: Time,
    /// Sits in without being enrolled.
    pub sits_in: bool,
    /// Whether its time can be trusted.
    pub measurable: bool,
}

impl Opening {
    /// Who a learner is by all that is known: follows aliases, and ends even where they run in a circle.
    #[must_use]
    pub fn person(&self, learner: LearnerId) -> LearnerId {
        let mut seen = BTreeSet::from([learner]);
        let mut person = learner;
        while let Some(next) = self.aliases.get(&person) {
            if !seen.insert(*next) {
                // A circle names one person by its least id, from wherever it is entered.
                return self.least_of_circle(*next);
            }
            person = *next;
        }
        person
    }

    fn least_of_circle(&self, entry: LearnerId) -> LearnerId {
        let (mut least, mut at) = (entry, entry);
        while let Some(next) = self.aliases.get(&at).filter(|next| **next != entry) {
            least = least.min(*next);
            at = *next;
        }
        least
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alias_is_followed_to_its_end_and_never_for_ever() {
        let id = |n: u8| LearnerId([n; 16]);
        let aliases = [(1, 2), (2, 3), (4, 6), (6, 5), (5, 6)].map(|(from, to)| (id(from), id(to)));
        let opening = Opening { aliases: aliases.into_iter().collect(), ..Opening::default() };
        let people: Vec<LearnerId> = (1..=6).map(|n| opening.person(id(n))).collect();
        assert_eq!(people, [3, 3, 3, 5, 5, 5].map(id));
    }
}
