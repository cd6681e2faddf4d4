// SPDX-License-Identifier: GPL-3.0-or-later
//! What holds for any facts: order, batches and repetition change nothing, limits hold, nothing panics.

use std::collections::BTreeMap;

use proptest::{collection::vec, prelude::*};
use xuedian_domain::{
    card::{CardClass, CardToken},
    id::{DeviceId, EpochId, RecordId},
    record::{Account, Card, Change, Fact, Hand, Kind, Learning, Origin, Presence, Session},
    rules::AccountName,
    session::{ActivityKind, PresencePolicy},
    settle::{Opening, Settlement},
    time::Time,
};

use crate::scene::{Scene, at, learner, lesson, rules, session, staff};

/// Ten years, milliseconds.
const DECADE: i64 = 3653 * 86_400_000;
/// A day, milliseconds.
const DAY: i64 = 86_400_000;

/// Mostly within the day, sometimes anywhere within ten years.
fn time() -> impl Strategy<Value = Time> {
    let anywhere = prop_oneof![9 => 0..DAY, 1 => -DECADE..DECADE];
    anywhere.prop_map(|ms| Time(at("00:00").0 + ms))
}

fn presence() -> impl Strategy<Value = Kind> {
    let hand = prop_oneof![Just(Hand::Card), Just(Hand::Staff(staff(1)))];
    (0..3_u8, 1..4_u8, 1..6_u8, hand, any::<bool>(), (time(), time())).prop_map(|(what, who, n, how, flag, stay)| {
        let (learner, session) = (learner(who), session(n));
        Kind::Presence(match what {
            0 => Presence::CheckIn { learner, session, how, sits_in: flag },
            1 => Presence::CheckOut { learner, session, how, early: flag },
            _ => Presence::LateEntry { learner, session, stay, by: (staff(1), staff(2 - u8::from(flag))) },
        })
    })
}

fn of_session() -> impl Strategy<Value = Kind> {
    (1..6_u8, 0..7_u8, 0..200_u32).prop_map(|(n, what, number)| {
        let session = session(n);
        let changed = |change| Session::Changed { session, change, by: None };
        Kind::Session(match what {
            0 => changed(Change::Delayed { minutes: number }),
            1 => changed(Change::Delayed { minutes: u32::MAX }),
            2 => changed(Change::Cancelled { reason: String::new() }),
            3 => changed(Change::EndedEarly),
            4 => Session::Headcount { session, heads: number, by: None },
            n => Session::Closed { session, for_all: n == 5, by: None },
        })
    })
}

fn other() -> impl Strategy<Value = Kind> {
    let ranges = vec((0..900_000_u32, 0..900_000_u32), 0..4);
    let watched = (1..4_u8, 0..3_usize, ranges, 0..800_000_u32).prop_map(|(who, n, ranges, length_ms)| {
        let (learner, lesson) = (Some(learner(who)), lesson(["l01", "l02", "l03"][n]));
        Kind::Learning(Learning::Watched {
            learner,
            visit: RecordId::default(),
            lesson,
            ranges,
            length_ms,
            stopped_ms: length_ms,
        })
    });
    let card = (0..2_u8, 1..6_u8, 0..4_u8).prop_map(|(what, n, who)| {
        let (token, class) = (CardToken { key: 1, mac: [7; 16] }, CardClass { uid_len: 4, sak: 8, atqa: 4 });
        let learner = (who > 0).then(|| learner(who));
        Kind::Card(if what == 0 {
            Card::Unknown { token, class, session: Some(session(n)) }
        } else {
            Card::Linked { token, class, learner, printed_no: None, by: Some(staff(1)) }
        })
    });
    let reversal = (1..30_u8)
        .prop_map(|of| Kind::Account(Account::Reversal { of: id(of.into()), reason: String::new(), by: None }));
    prop_oneof![3 => watched, 1 => card, 1 => reversal]
}

fn id(n: u64) -> RecordId {
    let mut id = [0; 16];
    id[8..].copy_from_slice(&n.to_be_bytes());
    RecordId(id)
}

fn facts() -> impl Strategy<Value = Vec<Fact>> {
    let kind = prop_oneof![5 => presence(), 2 => of_session(), 3 => other()];
    vec((time(), 1..3_u8, prop::bool::weighted(0.9), kind), 0..40).prop_map(|list| {
        let fact = |(seq, (at, device, measurable, kind))| {
            let origin = Origin { device: DeviceId([device; 16]), epoch: EpochId([device; 16]), seq };
            Fact { id: id(seq), origin, at, measurable, kind }
        };
        (1..).zip(list).map(fact).collect()
    })
}

/// Five sessions of all policies, two of them at once.
fn scene(facts: Vec<Fact>) -> Scene {
    let mut scene = Scene::new();
    scene.class(1, "09:00", "10:30");
    scene.class(2, "10:00", "13:00");
    scene.lecture(3, "14:00", "15:40");
    scene.plan(4, ActivityKind::Screening, PresencePolicy::Screening, "15:00", "16:30").lessons.push(lesson("l01"));
    scene.plan(5, ActivityKind::Service, PresencePolicy::Service, "08:00", "18:00");
    scene.facts = facts;
    scene
}

fn settled(facts: Vec<Fact>) -> Settlement {
    scene(facts).settle()
}

proptest! {
    #[test]
    fn neither_order_nor_batches_nor_repetition_change_anything(
        (facts, shuffled) in facts().prop_flat_map(|facts| {
            let again = facts.iter().chain(&facts).cloned().collect::<Vec<_>>();
            (Just(facts), Just(again).prop_shuffle())
        }),
        learners in vec((1..6_u8, 1..6_u8), 0..4),
    ) {
        let aliases: BTreeMap<_, _> = learners.into_iter().map(|(from, to)| (learner(from), learner(to))).collect();
        let with = |facts| Scene { opening: Opening { aliases: aliases.clone(), ..Opening::default() }, ..scene(facts) };
        prop_assert_eq!(with(facts).settle(), with(shuffled).settle());
    }

    #[test]
    fn limits_of_a_day_and_of_a_lesson_hold(facts in facts()) {
        let settled = settled(facts);
        let mut days = BTreeMap::new();
        for award in &settled.awards {
            prop_assert!(award.amount >= 0, "{award:?}");
            prop_assert!((award.amount > 0) || award.reason.code() != "earned", "a zero has a reason: {award:?}");
            if award.account == AccountName::Credit {
                *days.entry((award.learner, award.day, award.rule == "R03")).or_insert(0) += award.amount;
            }
        }
        for ((_, _, on_demand), sum) in days {
            prop_assert!(sum <= if on_demand { 200 } else { 400 }, "{sum}");
        }
        for watching in &settled.lessons {
            prop_assert!(watching.shown.total() <= i64::from(watching.length_ms), "{watching:?}");
        }
    }

    #[test]
    fn a_stay_counts_no_more_than_its_session(facts in facts()) {
        let settled = settled(facts);
        for stay in &settled.stays {
            let held = settled.sessions.iter().find(|held| held.session == stay.session);
            prop_assert!(held.is_some_and(|held| i64::from(stay.minutes) * 60_000 <= held.length_ms()), "{stay:?} {held:?}");
        }
    }

    #[test]
    fn nothing_panics_without_rules_or_plans(facts in facts()) {
        let none = scene(facts.clone()).settle_with(&[]);
        prop_assert_eq!((none.stays.len(), none.awards.len()), (0, 0));
        let bare = Scene { plans: Vec::new(), ..scene(facts) };
        prop_assert_eq!(bare.settle_with(&[rules()]).stays.len(), 0);
    }
}
