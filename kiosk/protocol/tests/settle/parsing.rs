// SPDX-License-Identifier: GPL-3.0-or-later
//! The rules file: all of it is read, and what is wrong in it is named by key and line.

use jiff::civil::date;
use xuedian_domain::{
    rules::{Checkout, Forgotten, Fraction, Method, Weight, in_force},
    session::PresencePolicy,
    time::Time,
};
use xuedian_protocol::rules::parse;

use crate::scene::rules;

const TEXT: &str = include_str!("../../../../tests/fixtures/rules/yinxing.toml");

#[test]
fn all_twelve_rules_are_known_and_six_are_computed() {
    let rules = rules();
    let methods: Vec<String> = rules.rules.iter().map(|rule| format!("{} {}", rule.id, rule.method.name())).collect();
    let computed =
        ["R01 hours/1", "R02 scheduled/1", "R03 coverage/1", "R04 hours/1", "R06 hours/1", "R10 conversion/1"];
    assert_eq!(methods.len(), 12);
    assert!(computed.iter().all(|it| methods.iter().any(|method| method == it)), "{methods:?}");
    let left: Vec<&str> = rules.not_computed().iter().map(|rule| rule.id.as_str()).collect();
    assert_eq!(left, ["R05", "R07", "R08", "R09", "R11", "R12"]);
}

#[test]
fn policies_have_the_numbers_of_the_file() {
    let rules = rules();
    let class = rules.presence(PresencePolicy::Class);
    assert_eq!((class.opens_before_start, class.late_tolerance, class.checkout_until_after_end), (30, 15, Some(30)));
    assert_eq!(class.minimum_share, Some(Fraction { num: 2, den: 3 }));
    assert_eq!(class.forgotten, Forgotten::Monthly { first: Weight::Full, later: Weight::Half });
    let lecture = rules.presence(PresencePolicy::Lecture);
    assert_eq!((lecture.checkout, lecture.accept_until_after_start), (Checkout::None, Some(20)));
    assert_eq!(lecture.headcount_tolerance, Some(Fraction { num: 5, den: 100 }));
    assert_eq!(rules.presence(PresencePolicy::DropIn).forgotten, Forgotten::Minimum);
    assert_eq!(rules.presence(PresencePolicy::Screening).checkout, Checkout::OnClose);
    assert_eq!(rules.presence(PresencePolicy::Service).forgotten, Forgotten::WaitForStaff);
    assert!(matches!(&rules.rules[9].method, Method::Conversion(it) if it.factors[0].times == 2));
    assert!(!rules.is_stale(Time(0), Time(30 * 86_400_000)) && rules.is_stale(Time(0), Time(30 * 86_400_000 + 60_000)));
}

#[test]
fn the_version_of_the_day_is_in_force() {
    let (mut next, old) = (rules(), rules());
    (next.version, next.effective) = (4, date(2027, 1, 1));
    let both = [next, old];
    let version = |day| in_force(&both, day).map(|rules| rules.version);
    assert_eq!(version(date(2026, 12, 31)), Some(3));
    assert_eq!(version(date(2027, 1, 1)), Some(4));
    assert_eq!(version(date(1970, 1, 1)), Some(3));
    assert_eq!(in_force(&[], date(2026, 1, 1)), None);
}

/// Puts `wrong` in the place of `right` in the file: what is said, and its line by where `right` stands.
fn check(right: &str, wrong: &str, said: &[&str]) {
    assert_eq!(TEXT.matches(right).count(), 1, "{right} stands there once");
    let line = TEXT.split(right).next().unwrap().matches('\n').count() + 1;
    let bad = parse(&TEXT.replace(right, wrong)).unwrap_err();
    for words in said {
        assert!(bad.to_string().contains(words), "{bad}");
    }
    assert!(bad.line.abs_diff(line) <= 1, "line {line}: {bad}");
}

#[test]
fn what_is_wrong_is_named_with_its_line_and_what_is_allowed() {
    check("stale_after_days = 30", "stale_after_day = 30", &["stale_after_day", "stale_after_days"]);
    check("version = 3", "version = \"three\"", &["version", "u32"]);
    check("effective = 2026-01-01", "effective = 2026-01-01T10:00:00", &["document.effective", "2026-01-01"]);
    check("checkout = \"on_close\"", "checkout = \"closing\"", &["closing", "on_close", "required"]);
    check("on = \"lesson.covered\"", "on = \"lesson.seen\"", &["R03.on", "lesson.seen", "lesson.covered"]);
    check("activity = [\"lecture\"]", "activity = [\"speech\"]", &["R02.where", "speech", "lecture"]);
    check(
        "forgotten = { always = \"minimum\" }",
        "forgotten = { always = \"minimum\", later = \"half\" }",
        &["drop_in.forgotten"],
    );
    check("[[60, 100], [90, 150]]", "[[60, 100], [90]]", &["R02.amount"]);
    check("minimum_coverage = [85, 100]", "minimum_coverage = [85, 0]", &["R03.where.minimum_coverage", "above 0"]);
    check("per_minutes_of_lesson = 60", "per_minutes_of_lesson = 0", &["per_minutes_of_lesson", "above 0"]);
    check(
        "{ group = \"conversion\", per = \"year\", most = 1500 }",
        "{ group = \"conversion\", per = \"year\" }",
        &["R10.caps", "most_minutes"],
    );
    check("id = \"R01\"", "id = \"R01\"\nmethod = \"hours/2\"", &["R01.method", "hours/1"]);
}
