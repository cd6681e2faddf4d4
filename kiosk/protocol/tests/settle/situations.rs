// SPDX-License-Identifier: GPL-3.0-or-later
//! Situations of a learning point beyond the worked cases.

use xuedian_domain::{
    card::{CardClass, CardToken},
    id::{LearnerId, RecordId},
    record::{Account, Card, Change, Hand, Kind, Presence, Session},
    session::{ActivityKind, PresencePolicy},
    settle::{Carried, Certified, Count, End, Finding, Input, OpenStay, Reason, State, Waiting, convert, expected},
};

use crate::scene::{ME, Scene, at, learner, lesson, of, rules, session, staff, zone};

/// My awards of credit: rule, units, reason.
fn check(scene: &Scene, expected: &[(&str, i64, &str)]) {
    let settled = scene.settle();
    let mine: Vec<(&str, i64, &str)> =
        of(&settled, ME).iter().map(|award| (award.rule.as_str(), award.amount, award.reason.code())).collect();
    assert_eq!(mine, expected, "{:#?}", settled.awards);
}

fn class() -> Scene {
    let mut scene = Scene::new();
    scene.class(1, "09:00", "10:30");
    scene
}

#[test]
fn two_kiosks_that_both_took_a_tap_took_one() {
    let mut scene = class();
    scene.comes(ME, 1, "08:55");
    scene.goes(ME, 1, "10:31");
    scene.device = 2;
    scene.comes(ME, 1, "08:56");
    scene.goes(ME, 1, "10:32");
    check(&scene, &[("R01", 150, "earned")]);
    assert_eq!(scene.settle().sessions[0].taps, 1);
}

#[test]
fn who_comes_back_loses_only_the_time_away() {
    let mut scene = class();
    scene.comes(ME, 1, "08:55");
    scene.goes(ME, 1, "09:40");
    scene.comes(ME, 1, "10:00");
    scene.goes(ME, 1, "10:30");
    check(&scene, &[("R01", 100, "earned")]);
    assert_eq!(scene.settle().stays[0].minutes, 70);
}

#[test]
fn a_stay_that_is_not_over_earns_nothing_yet_and_a_check_out_before_the_end_is_expected() {
    let mut scene = class();
    scene.comes(ME, 1, "08:55");
    scene.now = at("10:20");
    assert_eq!((scene.settle().stays[0].count, scene.settle().awards.len()), (Count::NotYet, 0));
    scene.goes(ME, 1, "10:16");
    assert_eq!(scene.settle().awards[0].state, State::Waiting(Waiting::SessionEnd));
    scene.now = at("10:30");
    assert_eq!(scene.settle().awards[0].state, State::Certain);
}

#[test]
fn a_check_out_is_forgotten_once_its_time_is_over() {
    let mut scene = class();
    scene.comes(ME, 1, "08:55");
    scene.now = at("11:00");
    assert_eq!(scene.settle().stays[0].end, End::Open);
    scene.now = at("11:01");
    check(&scene, &[("R01", 150, "forgiven")]);
    scene.goes(ME, 1, "11:10"); // too late to be one
    check(&scene, &[("R01", 150, "forgiven")]);
}

#[test]
fn an_undone_record_is_as_if_it_had_not_been_and_so_is_an_undone_undo() {
    let mut scene = class();
    let tap = scene.comes(ME, 1, "08:55");
    scene.goes(ME, 1, "10:31");
    let undo = |of: RecordId| Kind::Account(Account::Reversal { of, reason: "刷错了".into(), by: Some(staff(1)) });
    let first = scene.fact(at("09:00"), undo(tap));
    check(&scene, &[]);
    scene.fact(at("09:01"), undo(first));
    check(&scene, &[("R01", 150, "earned")]);
}

#[test]
fn the_same_minutes_earn_once_and_the_larger_waits() {
    let mut scene = class();
    scene.class(2, "10:00", "11:00");
    for (n, from, to) in [(1, "08:55", "10:31"), (2, "09:55", "11:01")] {
        scene.comes(ME, n, from);
        scene.goes(ME, n, to);
    }
    check(&scene, &[("R01", 150, "earned"), ("R01", 50, "overlap")]);
    let settled = scene.settle();
    assert_eq!(settled.awards[0].state, State::Waiting(Waiting::Review));
    assert_eq!(settled.awards[1].reason, Reason::Overlap { minutes: 30 });
    let two = Finding::TwoPlaces { learner: learner(ME), session: session(1), other: session(2), minutes: 30 };
    assert_eq!(settled.findings, [two]);
}

#[test]
fn who_only_goes_from_one_class_to_the_next_is_no_finding() {
    let mut scene = class();
    scene.class(2, "10:20", "11:20");
    for (n, from, to) in [(1, "08:55", "10:16"), (2, "10:18", "11:20")] {
        scene.comes(ME, n, from);
        scene.goes(ME, n, to);
    }
    assert_eq!(scene.settle().findings, []);
    check(&scene, &[("R01", 150, "earned"), ("R01", 50, "overlap")]);
}

#[test]
fn paper_needs_two_and_seven_days() {
    let entry = |by| {
        Kind::Presence(Presence::LateEntry {
            learner: learner(ME),
            session: session(1),
            stay: (at("09:05"), at("10:30")),
            by,
        })
    };
    let mut scene = class();
    scene.now = at("+20 09:00");
    scene.fact(at("+2 09:00"), entry((staff(1), staff(2))));
    check(&scene, &[("R01", 150, "earned")]);
    let mut scene = class();
    let alone = scene.fact(at("+2 09:00"), entry((staff(1), staff(1))));
    let late = scene.fact(at("+9 09:00"), entry((staff(1), staff(2))));
    check(&scene, &[]);
    let findings = [Finding::LateEntryAlone { record: alone }, Finding::LateEntryTooLate { record: late, days: 8 }];
    assert_eq!(scene.settle().findings, findings);
}

#[test]
fn a_numbered_card_counts_from_its_tap_and_belongs_to_the_person_later() {
    let mut scene = class();
    let token = CardToken { key: 1, mac: [7; 16] };
    let class = CardClass { uid_len: 7, sak: 0, atqa: 0x44 };
    scene.fact(at("08:58"), Kind::Card(Card::Unknown { token, class, session: Some(session(1)) }));
    check(&scene, &[]);
    let linked = Card::Linked { token, class, learner: None, printed_no: Some("0042".into()), by: Some(staff(1)) };
    let link = scene.fact(at("09:20"), Kind::Card(linked));
    let visitor = LearnerId(link.0);
    scene.fact(
        at("10:31"),
        Kind::Presence(Presence::CheckOut { learner: visitor, session: session(1), how: Hand::Card, early: false }),
    );
    let settled = scene.settle();
    assert_eq!((settled.awards[0].learner, settled.awards[0].amount), (visitor, 150));
    // The name follows at the hub.
    scene.opening.aliases.insert(visitor, learner(ME));
    check(&scene, &[("R01", 150, "earned")]);
}

#[test]
fn a_card_that_is_linked_the_day_after_does_not_count_for_yesterday() {
    let mut scene = class();
    let (token, class) = (CardToken { key: 1, mac: [7; 16] }, CardClass { uid_len: 7, sak: 0, atqa: 0x44 });
    scene.fact(at("08:58"), Kind::Card(Card::Unknown { token, class, session: Some(session(1)) }));
    let linked = Card::Linked { token, class, learner: Some(learner(ME)), printed_no: None, by: Some(staff(1)) };
    scene.fact(at("+1 09:20"), Kind::Card(linked));
    assert_eq!(scene.settle().stays, []);
}

#[test]
fn what_cannot_be_measured_is_settled_as_forgotten_and_marked() {
    let mut scene = class();
    scene.comes(ME, 1, "08:55");
    scene.goes(ME, 1, "08:57");
    scene.facts[1].measurable = false;
    check(&scene, &[("R01", 150, "forgiven")]);
    let stay = &scene.settle().stays[0];
    assert!(stay.unmeasured && stay.end == End::Forgotten);
}

#[test]
fn a_lecture_left_early_counts_what_was_heard() {
    for (left, amount, reason) in [("14:50", 0, "rounded_down"), ("15:10", 100, "earned")] {
        let mut scene = Scene::new();
        scene.lecture(1, "14:00", "15:40");
        scene.comes(ME, 1, "13:50");
        scene.goes(ME, 1, left);
        scene.heads(1, "15:40", 1);
        check(&scene, &[("R02", amount, reason)]);
    }
}

#[test]
fn a_lecture_waits_for_its_headcount() {
    let mut scene = Scene::new();
    scene.lecture(1, "14:00", "15:40");
    scene.comes(ME, 1, "13:50");
    assert_eq!(scene.settle().awards[0].state, State::Waiting(Waiting::Headcount));
    scene.heads(1, "15:40", 1);
    assert_eq!(scene.settle().awards[0].state, State::Certain);
}

#[test]
fn no_credit_without_a_list_or_a_certificate() {
    let mut scene = class();
    let it = Presence::CheckIn { learner: learner(ME), session: session(1), how: Hand::Staff(staff(1)), sits_in: true };
    scene.fact(at("08:55"), Kind::Presence(it));
    scene.goes(ME, 1, "10:31");
    check(&scene, &[("R01", 0, "not_enrolled")]);
    let mut scene = class();
    scene.plans[0].site_certified = false;
    scene.comes(ME, 1, "08:55");
    scene.goes(ME, 1, "10:31");
    check(&scene, &[("R01", 0, "not_certified_site")]);
    assert_eq!(scene.settle().stays[0].minutes, 90);
}

#[test]
fn drop_in_counts_minutes_and_a_forgotten_check_out_the_least() {
    let mut scene = Scene::new();
    scene.plan(1, ActivityKind::Class, PresencePolicy::DropIn, "09:00", "21:00");
    scene.comes(ME, 1, "10:00");
    scene.goes(ME, 1, "11:10");
    check(&scene, &[("R01", 100, "earned")]);
    scene.facts.pop();
    check(&scene, &[("R01", 50, "forgotten_minimum")]);
    scene.goes(ME, 1, "10:29");
    check(&scene, &[("R01", 0, "too_short")]);
}

#[test]
fn service_waits_for_its_rating_and_a_poor_one_is_nothing() {
    let mut scene = Scene::new();
    scene.plan(1, ActivityKind::Service, PresencePolicy::Service, "08:30", "12:10");
    scene.comes(ME, 1, "08:30");
    scene.goes(ME, 1, "12:10");
    check(&scene, &[("R06", 210, "earned"), ("R06", 35, "earned")]);
    assert!(scene.settle().awards.iter().all(|award| award.state == State::Waiting(Waiting::Rating)));
    scene.opening.ratings.insert((learner(ME), session(1)), false);
    check(&scene, &[("R06", 0, "rated_poor"), ("R06", 0, "rated_poor")]);
}

#[test]
fn a_screening_covers_its_lessons_and_a_lesson_watched_elsewhere_meanwhile_earns_nothing() {
    let mut scene = Scene::new();
    let plan = scene.plan(1, ActivityKind::Screening, PresencePolicy::Screening, "14:00", "15:00");
    plan.lessons = vec![lesson("l01")];
    scene.comes(ME, 1, "13:55");
    scene.close(1, "15:00", true);
    scene.heads(1, "15:00", 1);
    scene.watches(ME, "l01", "16:00", &[(0, 720)], 720);
    check(&scene, &[("R04", 100, "earned"), ("R03", 0, "once")]);
    scene.facts.pop();
    let elsewhere = scene.watches(ME, "l02", "14:30", &[(0, 720)], 720);
    check(&scene, &[("R04", 100, "earned")]);
    let found = Finding::WatchedElsewhere { learner: learner(ME), lesson: lesson("l02"), record: elsewhere };
    assert_eq!(scene.settle().findings, [found]);
}

#[test]
fn coverage_adds_up_over_sittings_and_counts_a_second_once() {
    let mut scene = Scene::new();
    for _ in 0..3 {
        scene.watches(ME, "l01", "10:00", &[(0, 300), (200, 400)], 720);
    }
    check(&scene, &[("R03", 0, "not_yet_covered")]);
    assert_eq!(scene.settle().lessons[0].shown.total(), 400_000);
    scene.watches(ME, "l01", "11:00", &[(400, 612)], 720);
    check(&scene, &[("R03", 20, "earned")]);
}

#[test]
fn a_day_has_one_cap_for_all_that_is_learned_on_site() {
    let mut scene = Scene::new();
    scene.class(1, "08:00", "11:00");
    scene.class(2, "13:00", "16:00");
    for (n, from, to) in [(2, "13:00", "16:00"), (1, "08:00", "11:00")] {
        scene.comes(ME, n, from);
        scene.goes(ME, n, to);
    }
    check(&scene, &[("R01", 300, "earned"), ("R01", 100, "cap_day")]);
}

#[test]
fn taps_for_an_unknown_session_wait_for_its_plan() {
    let mut scene = Scene::new();
    scene.comes(ME, 7, "09:00");
    assert_eq!(scene.settle().findings, [Finding::UnknownSession { session: session(7), taps: 1 }]);
}

#[test]
fn a_session_made_here_is_as_good_as_one_of_the_agenda() {
    let mut scene = class();
    let plan = scene.plans.remove(0);
    scene.fact(
        at("08:50"),
        Kind::Session(Session::Opened { session: session(1), made_here: Some(Box::new(plan)), by: Some(staff(1)) }),
    );
    scene.comes(ME, 1, "08:55");
    scene.goes(ME, 1, "10:31");
    check(&scene, &[("R01", 150, "earned")]);
}

#[test]
fn what_came_before_is_counted() {
    let mut scene = class();
    scene.goes(ME, 1, "10:31");
    check(&scene, &[]);
    let before = scene.opening.learners.entry(learner(ME)).or_default();
    before.open.push(OpenStay { session: session(1), since: at("08:55"), sits_in: false, measurable: true });
    check(&scene, &[("R01", 150, "earned")]);
    scene.opening.learners.entry(learner(ME)).or_default().settled.insert(session(1));
    check(&scene, &[]);
}

#[test]
fn a_check_in_is_told_what_it_will_earn() {
    let mut scene = class();
    scene.lecture(2, "14:00", "15:40");
    let (zone, rules) = (zone(), [rules()]);
    let told = |scene: &Scene, n: usize, when: &str, sits_in: bool| {
        let Scene { plans, facts, opening, now, .. } = scene;
        let input = Input { plans, facts, rules: &rules, zone: &zone, opening, now: *now };
        let awards = expected(&input, learner(ME), &plans[n], at(when), sits_in);
        awards.iter().map(|award| (award.amount, award.reason.code(), award.state)).collect::<Vec<_>>()
    };
    let whole = State::Certain;
    assert_eq!(told(&scene, 0, "08:55", false), [(150, "earned", whole)]);
    assert_eq!(told(&scene, 0, "09:25", false), [(100, "earned", whole)]);
    assert_eq!(told(&scene, 0, "10:10", false), [(0, "too_short", whole)]);
    assert_eq!(told(&scene, 0, "08:55", true), [(0, "not_enrolled", whole)]);
    assert_eq!(told(&scene, 1, "13:55", false), [(150, "earned", State::Waiting(Waiting::SessionEnd))]);
    scene.change(1, "09:05", Change::Delayed { minutes: 30 });
    assert_eq!(told(&scene, 0, "09:25", false), [(150, "earned", whole)]);
    // The other kiosk of the hall was told the same: half an hour is half an hour, and 09:55 is late.
    scene.change(1, "09:06", Change::Delayed { minutes: 30 });
    assert_eq!(told(&scene, 0, "09:55", false), [(100, "earned", whole)]);
}

#[test]
fn conversion_carries_its_remainder_and_stops_at_the_year() {
    let mut carried = Carried::default();
    let certified =
        |amount: i64, rule: &str| Certified { rule: rule.into(), amount, on: jiff::civil::date(2026, 6, 3) };
    let points = |carried: &mut Carried, list: &[Certified]| {
        convert(list, &rules(), carried).iter().map(|it| it.points).collect::<Vec<_>>()
    };
    assert_eq!(points(&mut carried, &[certified(75, "R01"), certified(75, "R03"), certified(2000, "R09")]), [7, 8, 0]);
    assert_eq!(points(&mut carried, &[certified(14_900, "R01"), certified(100, "R01")]), [1485, 0]);
    // A correction takes points back, and with them the room that they used.
    assert_eq!(points(&mut carried, &[certified(-100, "R01"), certified(100, "R01")]), [-10, 10]);
}
