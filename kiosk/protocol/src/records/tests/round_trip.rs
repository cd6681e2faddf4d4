// SPDX-License-Identifier: GPL-3.0-or-later
//! Every kind comes back as it went, with any ids, words and numbers inside what JSON keeps exactly.

use proptest::{collection::vec, option::of, prelude::*};
use xuedian_domain::{
    card::{CardClass, CardToken},
    id::{LearnerId, LessonKey, RecordId, RoomId, SessionId, StaffId},
    record::{
        Account, AwardSource, Card, Change, Duty, Hand, Kind, Learning, Machine, Presence, Session, Visit, VisitEnd,
    },
    session::SessionPlan,
    time::Time,
};

use super::{
    super::{decode, encode},
    samples,
};

/// Greatest whole number that every JSON reader keeps exactly.
const MOST: i64 = (1 << 53) - 1;

fn learner() -> impl Strategy<Value = LearnerId> {
    any::<[u8; 16]>().prop_map(LearnerId)
}

fn session() -> impl Strategy<Value = SessionId> {
    any::<[u8; 16]>().prop_map(SessionId)
}

fn staff() -> impl Strategy<Value = StaffId> {
    any::<[u8; 16]>().prop_map(StaffId)
}

fn record() -> impl Strategy<Value = RecordId> {
    any::<[u8; 16]>().prop_map(RecordId)
}

fn lesson() -> impl Strategy<Value = LessonKey> {
    any::<String>().prop_map(LessonKey)
}

fn hand() -> impl Strategy<Value = Hand> {
    of(staff()).prop_map(|by| by.map_or(Hand::Card, Hand::Staff))
}

fn card() -> impl Strategy<Value = (CardToken, CardClass)> {
    let token = any::<(u8, [u8; 16])>().prop_map(|(key, mac)| CardToken { key, mac });
    (token, any::<(u8, u8, u16)>().prop_map(|(uid_len, sak, atqa)| CardClass { uid_len, sak, atqa }))
}

fn plan() -> impl Strategy<Value = SessionPlan> {
    (session(), any::<(String, bool, u32, u32)>(), vec(learner(), 0..4), vec(lesson(), 0..3), -MOST..MOST).prop_map(
        |(id, (teacher, site_certified, minutes, seats), due, lessons, start)| SessionPlan {
            id,
            teacher,
            site_certified,
            minutes,
            seats,
            due,
            lessons,
            start: Time(start),
            ..samples::plan()
        },
    )
}

fn machine_or_duty() -> impl Strategy<Value = Kind> {
    prop_oneof![
        Just(Kind::Machine(Machine::EpochOpened)),
        (-MOST..MOST).prop_map(|offset_ms| Kind::Machine(Machine::ClockKnown { offset_ms })),
        any::<(String, bool, String)>().prop_map(|(part, began, detail)| Kind::Machine(Machine::Fault {
            part,
            began,
            detail
        })),
        (staff(), staff(), any::<u32>())
            .prop_map(|(by, second, unsent)| Kind::Machine(Machine::FactoryReset { by: (by, second), unsent })),
        staff().prop_map(|staff| Kind::Duty(Duty::On { staff })),
        staff().prop_map(|staff| Kind::Duty(Duty::Off { staff })),
    ]
}

fn card_or_visit() -> impl Strategy<Value = Kind> {
    let end = prop::sample::select(vec![
        VisitEnd::Tap,
        VisitEnd::Left,
        VisitEnd::Timeout,
        VisitEnd::Another,
        VisitEnd::Staff,
    ]);
    prop_oneof![
        (card(), of(session())).prop_map(|((token, class), session)| Kind::Card(Card::Unknown {
            token,
            class,
            session
        })),
        (card(), of(learner()), any::<Option<String>>(), of(staff())).prop_map(
            |((token, class), learner, printed_no, by)| Kind::Card(Card::Linked {
                token,
                class,
                learner,
                printed_no,
                by
            })
        ),
        of(learner()).prop_map(|learner| Kind::Visit(Visit::Opened { learner })),
        (record(), end).prop_map(|(visit, why)| Kind::Visit(Visit::Closed { visit, why })),
        (learner(), any::<(String, String)>()).prop_map(|(learner, (key, value))| Kind::Visit(Visit::Preference {
            learner,
            key,
            value
        })),
        (session(), any::<u8>()).prop_map(|(session, face)| Kind::Visit(Visit::Feedback { session, face })),
    ]
}

fn session_kind() -> impl Strategy<Value = Kind> {
    let change = prop_oneof![
        any::<u32>().prop_map(|minutes| Change::Delayed { minutes }),
        any::<[u8; 16]>().prop_map(|room| Change::Moved { room: RoomId(room) }),
        any::<String>().prop_map(|reason| Change::Cancelled { reason }),
        Just(Change::EndedEarly),
    ];
    prop_oneof![
        (session(), of(plan()), of(staff())).prop_map(|(session, made, by)| Session::Opened {
            session,
            made_here: made.map(Box::new),
            by
        }),
        (session(), any::<bool>(), of(staff())).prop_map(|(session, for_all, by)| Session::Closed {
            session,
            for_all,
            by
        }),
        (session(), change, of(staff())).prop_map(|(session, change, by)| Session::Changed { session, change, by }),
        (session(), any::<u32>(), of(staff())).prop_map(|(session, heads, by)| Session::Headcount {
            session,
            heads,
            by
        }),
    ]
    .prop_map(Kind::Session)
}

fn presence() -> impl Strategy<Value = Kind> {
    let stay = (-MOST..MOST, -MOST..MOST).prop_map(|(from, to)| (Time(from), Time(to)));
    prop_oneof![
        (learner(), session(), hand(), any::<bool>()).prop_map(|(learner, session, how, sits_in)| Presence::CheckIn {
            learner,
            session,
            how,
            sits_in
        }),
        (learner(), session(), hand(), any::<bool>()).prop_map(|(learner, session, how, early)| Presence::CheckOut {
            learner,
            session,
            how,
            early
        }),
        (learner(), session(), stay, (staff(), staff())).prop_map(|(learner, session, stay, by)| Presence::LateEntry {
            learner,
            session,
            stay,
            by
        }),
    ]
    .prop_map(Kind::Presence)
}

fn learning_or_account() -> impl Strategy<Value = Kind> {
    let source = prop_oneof![session().prop_map(AwardSource::Session), lesson().prop_map(AwardSource::Lesson)];
    prop_oneof![
        (of(learner()), record(), lesson(), any::<Vec<(u32, u32)>>(), any::<(u32, u32)>()).prop_map(
            |(learner, visit, lesson, ranges, (length_ms, stopped_ms))| {
                Kind::Learning(Learning::Watched { learner, visit, lesson, ranges, length_ms, stopped_ms })
            }
        ),
        (learner(), source, any::<(String, u32)>(), -MOST..MOST, any::<u32>()).prop_map(
            |(learner, source, rule, amount, minutes)| {
                Kind::Account(Account::Award { learner, source, rule, amount, minutes })
            }
        ),
        (record(), any::<String>(), of(staff())).prop_map(|(of, reason, by)| Kind::Account(Account::Reversal {
            of,
            reason,
            by
        })),
    ]
}

proptest! {
    #[test]
    fn a_kind_comes_back_as_it_went(
        kind in prop_oneof![machine_or_duty(), card_or_visit(), session_kind(), presence(), learning_or_account()]
    ) {
        let (name, body) = encode(&kind);
        let line = serde_json_canonicalizer::to_string(&body).expect("integers and text only");
        let read = serde_json::from_str(&line).expect("what was written is JSON");
        prop_assert_eq!(decode(name, &read), Ok(Some(kind)));
    }
}
