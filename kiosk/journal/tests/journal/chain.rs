// SPDX-License-Identifier: GPL-3.0-or-later
//! Whatever is recorded verifies; whatever is changed afterwards is found; what cannot be written the same everywhere is refused.

use std::io::Write;
use std::ops::ControlFlow;
use std::process::{Command, Stdio};

use proptest::prelude::*;
use serde_json::{Value, json};
use xuedian_journal::{AppendError, Decision, RefusedDraft, VerifyError, verify_lines};

use crate::{draft, exported, filled, fixtures, id, open, stamp, verified};

fn body() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-9_007_199_254_740_991i64..=9_007_199_254_740_991).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[ -~]{0,8}", inner, 0..4).prop_map(|members| members.into_iter().collect()),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_batches_verify(batches in prop::collection::vec(prop::collection::vec(prop::collection::vec(body(), 0..3), 0..4), 1..5)) {
        let dir = tempfile::tempdir().unwrap();
        let (mut journal, _) = open(dir.path());
        let (mut n, mut heads) = (0, Vec::new());
        for (boot, batch) in batches.iter().enumerate() {
            let decisions: Vec<_> = batch.iter().map(|bodies| {
                let drafts = bodies.iter().map(|body| { n += 1; draft(n, body.clone()) }).collect();
                Decision { stamp: stamp(&format!("boot-{}", boot / 2)), drafts }
            }).collect();
            for (decision, outcome) in decisions.iter().zip(journal.append_many(&decisions)) {
                let stored = outcome.unwrap();
                prop_assert_eq!(stored.len(), decision.drafts.len());
                for (stored, draft) in stored.iter().zip(&decision.drafts) {
                    let record = xuedian_journal::Record::parse(&stored.line).unwrap();
                    prop_assert_eq!((&record.id, &record.body), (&draft.id, &draft.body));
                }
            }
            heads.push(journal.head().cloned());
        }
        let summary = verified(dir.path());
        prop_assert_eq!(summary.records - summary.epochs, n);
        prop_assert_eq!(&summary.head, heads.last().unwrap());
        prop_assert_eq!(verify_lines(exported(dir.path()).lines()).unwrap(), summary);
    }
}

#[test]
fn any_changed_byte_is_found() {
    let (dir, journal) = filled(6);
    drop(journal);
    let whole = exported(dir.path()).into_bytes();
    let mut changed = whole.clone();
    for at in (0..whole.len()).filter(|at| whole[*at] != b'\n') {
        for bit in [1u8, 0x20, 0x80] {
            changed[at] ^= bit;
            let bad = verify_lines(changed.split(|b| *b == b'\n')).expect_err("a changed byte");
            let record = whole[..at].iter().filter(|b| **b == b'\n').count() as u64 + 1;
            assert!(
                bad.seq == record || bad.why.starts_with("number") || bad.why.contains("hash"),
                "{bad} at byte {at} of record {record}"
            );
            changed[at] = whole[at];
        }
    }
}

#[test]
fn a_record_taken_out_or_moved_is_found() {
    let (dir, journal) = filled(4);
    drop(journal);
    let text = exported(dir.path());
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(verify_lines([lines[0], lines[1], lines[3]]).unwrap_err().seq, 4);
    assert_eq!(verify_lines([lines[0], lines[2], lines[1]]).unwrap_err().seq, 3);
    assert_eq!(verify_lines([lines[1]]).unwrap_err().seq, 2);
    assert_eq!(verify_lines([lines[0], lines[1], lines[1]]).unwrap_err().id, id(0));
    let shorter = verify_lines(&lines[..4]).unwrap();
    assert_eq!(shorter.head.unwrap().seq, 4, "only the head tells that the end is missing");
}

#[test]
fn what_differs_between_languages_is_refused_and_nothing_recorded() {
    let (dir, mut journal) = filled(1);
    let mut deep = json!(1);
    for _ in 0..40 {
        deep = json!([deep]);
    }
    for (body, why) in [
        (json!({"n": 1.5}), RefusedDraft::Number { number: "1.5".into() }),
        (json!([9_007_199_254_740_992u64]), RefusedDraft::Number { number: "9007199254740992".into() }),
        (json!({"数": 1}), RefusedDraft::Name { name: "数".into() }),
        (json!("x".repeat(70_000)), RefusedDraft::TooLong { bytes: 70_002 }),
        (deep, RefusedDraft::TooDeep),
    ] {
        assert_eq!(
            journal.append(&stamp("boot-a"), &[draft(8, json!({})), draft(9, body)]),
            Err(AppendError::Refused(why))
        );
    }
    let mut own = draft(9, json!({}));
    own.kind = "epoch-opened".into();
    assert!(matches!(journal.append(&stamp("boot-a"), &[own]), Err(AppendError::Refused(RefusedDraft::Kind { .. }))));
    let mut upper = draft(9, json!({}));
    upper.id = upper.id.replace("0189", "018A");
    assert!(matches!(journal.append(&stamp("boot-a"), &[upper]), Err(AppendError::Refused(RefusedDraft::Id { .. }))));
    assert_eq!(
        journal.append(&stamp("boot-a"), &[draft(8, json!({})), draft(0, json!({}))]),
        Err(AppendError::IdTaken { id: id(0) })
    );
    assert_eq!(verified(dir.path()).records, 2);
}

#[test]
fn checking_can_be_stopped() {
    let (_dir, journal) = filled(3);
    let stopped = journal.reader().unwrap().verify_all(|records, of| {
        assert_eq!((records, of), (4, 4));
        ControlFlow::Break(())
    });
    assert!(matches!(stopped, Err(VerifyError::Stopped { records: 4 })));
}

#[test]
fn fifteen_lines_of_python_agree() {
    let (dir, journal) = filled(20);
    drop(journal);
    let whole = exported(dir.path());
    assert!(python(&whole).0, "{}", python(&whole).1);
    let (good, said) = python(&whole.replacen("\"n\":7", "\"n\":8", 1));
    assert!(!good && said.contains(&id(7)), "{said}");
    let without: String =
        whole.lines().enumerate().filter(|(n, _)| *n != 5).map(|(_, line)| format!("{line}\n")).collect();
    assert!(!python(&without).0);
}

fn python(export: &str) -> (bool, String) {
    let mut child = Command::new("python3")
        .arg(fixtures().join("verify.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // It stops reading at the first bad record.
    let _ = child.stdin.take().unwrap().write_all(export.as_bytes());
    let output = child.wait_with_output().unwrap();
    (output.status.success(), String::from_utf8(output.stdout).unwrap())
}
