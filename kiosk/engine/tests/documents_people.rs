// SPDX-License-Identifier: GPL-3.0-or-later
//! Looking people up: several for one token, lost cards, search by staff, damage, and look-ups beside an import.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::path::Path;

use serde_json::{Value, json};
use xuedian_domain::{
    card::{CardClass, CardToken},
    id::{LearnerId, StaffId},
};
use xuedian_engine::roster_store::{Head, ImportError, Person, RosterStore, Search};
use xuedian_protocol::documents::StaffRole;

fn token(n: u8) -> CardToken {
    CardToken { key: 1, mac: [n; 16] }
}

fn token_text(n: u8) -> String {
    format!("1:{}", format!("{n:02x}").repeat(16))
}

fn card(n: u8) -> Value {
    json!({"token": token_text(n), "state": "active"})
}

fn learner(n: u8, mask: &str, tail: &str, initials: &[&str], cards: &[Value]) -> String {
    let id = LearnerId([n; 16]).to_string();
    json!({"learner": {"learner": id, "mask": mask, "tail": tail, "initials": initials, "cards": cards, "prefers": {}}})
        .to_string()
}

fn head(counter: i64) -> Head {
    Head { hub_epoch: "ab".repeat(16), counter }
}

fn store(folder: &Path, lines: &[String]) -> RosterStore {
    let store = RosterStore::open(folder).unwrap();
    store.whole_roster(lines.join("\n").as_bytes(), &head(1), || Ok(())).unwrap();
    store
}

#[test]
fn one_token_may_be_two_people_whom_the_class_tells_apart() {
    let folder = tempfile::tempdir().unwrap();
    let classic = json!({"token": token_text(9), "state": "active", "class": {"uid_len": 4, "sak": 8, "atqa": 4}});
    let bank = json!({"token": token_text(9), "state": "lost", "class": {"uid_len": 4, "sak": 40, "atqa": 2}, "printed_no": "0026"});
    let store = store(
        folder.path(),
        &[learner(1, "黄*福", "25", &["hjf"], &[classic]), learner(2, "宋*庚", "26", &["scg"], &[card(3), bank])],
    );
    let mut people = store.people();
    let found = people.by_token(&token(9)).unwrap();
    assert_eq!(found.len(), 2);
    let read = CardClass { uid_len: 4, sak: 8, atqa: 4 };
    let fitting: Vec<_> = found.iter().filter(|holder| holder.fits(read)).collect();
    assert!(
        matches!(&fitting[..], [holder] if matches!(&holder.person, Person::Learner(entry) if entry.tail == "25") && !holder.lost)
    );
    assert!(found.iter().any(|holder| holder.lost && holder.printed_no.as_deref() == Some("0026")));
    let other = people.by_token(&token(3)).unwrap();
    assert!(other.len() == 1 && other[0].fits(read), "a card of unknown class fits");
    assert!(people.by_token(&token(77)).unwrap().is_empty());
    assert!(people.by_token(&CardToken { key: 2, mac: [9; 16] }).unwrap().is_empty(), "another key, another card");
}

#[test]
fn staff_are_found_by_card_and_search_finds_learners_only() {
    let folder = tempfile::tempdir().unwrap();
    let staff = json!({"staff": {"staff": StaffId([8; 16]).to_string(), "mask": "陈*", "role": "duty-volunteer", "sites": [], "cards": [card(8)]}});
    let numbered = json!({"token": token_text(4), "state": "active", "printed_no": "0042"});
    let store = store(
        folder.path(),
        &[
            staff.to_string(),
            learner(1, "王*珍", "63", &["wsz"], &[card(1)]),
            learner(2, "王*珍", "07", &["wsz"], &[card(2)]),
            learner(3, "单*", "63", &["sl", "dl"], &[]),
            learner(4, "", "42", &[], &[numbered]),
        ],
    );
    let mut people = store.people();
    let found = people.by_token(&token(8)).unwrap();
    assert!(matches!(&found[0].person, Person::Staff(entry) if entry.role == StaffRole::DutyVolunteer));
    assert_eq!(people.staff(StaffId([8; 16])).unwrap().unwrap().mask, "陈*");
    let mut tails =
        |search| people.search(&search, 10).unwrap().iter().map(|entry| entry.tail.clone()).collect::<Vec<_>>();
    assert_eq!(tails(Search::Initials("WS".into())), ["07", "63"]);
    assert_eq!(tails(Search::Initials("d".into())), ["63"]);
    assert_eq!(tails(Search::Initials("x".into())), [""; 0]);
    assert_eq!(tails(Search::Tail("63".into())), ["63", "63"]);
    assert_eq!(tails(Search::PrintedNo("0042".into())), ["42"]);
    assert_eq!(people.search(&Search::Initials("w".into()), 1).unwrap().len(), 1);
}

#[test]
fn an_earlier_id_leads_to_the_same_person() {
    let folder = tempfile::tempdir().unwrap();
    let mut line: Value = serde_json::from_str(&learner(1, "王*珍", "07", &[], &[])).unwrap();
    line["learner"]["also"] = json!([LearnerId([40; 16]).to_string()]);
    let store = store(folder.path(), &[line.to_string()]);
    let found = store.people().learner(LearnerId([40; 16])).unwrap().unwrap();
    assert_eq!(found.learner, LearnerId([1; 16]));
}

#[test]
fn an_import_that_is_refused_or_not_agreed_to_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path(), &[learner(1, "王*珍", "07", &[], &[card(1)])]);
    let two = [learner(2, "李*", "08", &[], &[]), "[1]".to_owned()].join("\n");
    let refused = store.whole_roster(two.as_bytes(), &head(2), || panic!("nobody is asked to agree to this"));
    assert!(matches!(refused, Err(ImportError::Line { line: 2, .. })));
    let good = learner(2, "李*", "08", &[], &[]);
    assert!(store.whole_roster(good.as_bytes(), &head(2), || Err(std::io::Error::other("no"))).is_err());
    assert!(store.roster_step(good.as_bytes(), &head(1), &head(2), || Err(std::io::Error::other("no"))).is_err());
    assert!(matches!(store.roster_step(good.as_bytes(), &head(0), &head(2), || Ok(())), Err(ImportError::NoBase)));
    assert_eq!(store.people().learners().unwrap(), 1);
    assert_eq!(store.roster_head(), Some(head(1)));
    assert_eq!(
        std::fs::read_dir(folder.path())
            .unwrap()
            .filter(|file| file.as_ref().unwrap().path().extension().is_some_and(|e| e == "new"))
            .count(),
        0
    );
}

#[test]
fn look_ups_follow_a_new_roster_and_steps_without_being_opened_anew() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path(), &[learner(1, "王*珍", "07", &["wsz"], &[card(1)])]);
    let mut people = store.people();
    assert_eq!(people.by_token(&token(1)).unwrap().len(), 1);
    // While a new one is being built, the old one answers.
    let building = store.clone();
    let new = [learner(2, "李*", "08", &["lf"], &[card(2)]), learner(3, "张*", "09", &["zw"], &[card(3)])].join("\n");
    building
        .whole_roster(new.as_bytes(), &head(2), || {
            assert_eq!(people.by_token(&token(1)).unwrap().len(), 1);
            Ok(())
        })
        .unwrap();
    assert!(people.by_token(&token(1)).unwrap().is_empty());
    assert_eq!(people.by_token(&token(2)).unwrap().len(), 1);
    let step =
        [learner(2, "李*", "08", &["lf"], &[card(5)]), json!({"gone": LearnerId([3; 16]).to_string()}).to_string()]
            .join("\n");
    store.roster_step(step.as_bytes(), &head(2), &head(3), || Ok(())).unwrap();
    assert!(people.by_token(&token(2)).unwrap().is_empty() && people.by_token(&token(3)).unwrap().is_empty());
    assert_eq!(people.by_token(&token(5)).unwrap().len(), 1);
    assert!(people.search(&Search::Initials("z".into()), 9).unwrap().is_empty());
    assert_eq!(store.roster_head(), Some(head(3)));
}

/// The one database file of the roster.
fn file(folder: &Path) -> std::path::PathBuf {
    let mut files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    files
        .find(|path| path.to_str().unwrap().contains("roster-") && path.extension().is_some_and(|end| end == "db"))
        .unwrap()
}

#[test]
fn a_file_of_another_version_or_no_database_is_thrown_away() {
    let folder = tempfile::tempdir().unwrap();
    drop(store(folder.path(), &[learner(1, "王*珍", "07", &[], &[])]));
    let kept = RosterStore::open(folder.path()).unwrap();
    assert_eq!(kept.roster_head(), Some(head(1)));
    let path = file(folder.path());
    rusqlite::Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    assert_eq!(RosterStore::open(folder.path()).unwrap().roster_head(), None);
    assert!(!path.exists());
    drop(store(folder.path(), &[learner(1, "王*珍", "07", &[], &[])]));
    std::fs::write(file(folder.path()), b"not a database").unwrap();
    assert_eq!(RosterStore::open(folder.path()).unwrap().roster_head(), None);
}

#[test]
fn damage_in_the_middle_is_found_and_the_file_thrown_away() {
    let folder = tempfile::tempdir().unwrap();
    let many: Vec<String> = (0..=255).map(|n| learner(n, "王*珍", "07", &["wsz"], &[card(n)])).collect();
    let store = store(folder.path(), &many);
    assert!(store.check().unwrap());
    let path = file(folder.path());
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 8192].fill(0xa5);
    std::fs::write(&path, bytes).unwrap();
    assert!(!store.check().unwrap());
    assert_eq!(store.roster_head(), None);
    assert!(store.people().by_token(&token(1)).unwrap().is_empty(), "nobody is known until it is built anew");
    store.whole_roster(many.join("\n").as_bytes(), &head(1), || Ok(())).unwrap();
    assert_eq!(store.people().by_token(&token(1)).unwrap().len(), 1);
}
