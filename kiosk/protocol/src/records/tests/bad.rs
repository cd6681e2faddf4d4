// SPDX-License-Identifier: GPL-3.0-or-later
//! What unknown kinds, later versions and broken lines get.

use serde_json::json;

use super::super::{BadRecord, decode, read_line};

fn line(v: u32, kind: &str, body: serde_json::Value) -> String {
    let id = "0190c0de-0000-7000-8000-000000000001";
    json!({"v": v, "device": id, "epoch": "0190c0de000070008000000000000002", "seq": 1, "id": id, "boot": id, "mono_ms": 1,
           "wall_ms": -5, "clock": "unset", "kind": kind, "body": body, "prev": "0", "later": {"member": true}})
    .to_string()
}

#[test]
fn an_unknown_kind_and_a_later_version_are_kept_and_mean_nothing() {
    let (envelope, kind) = read_line(&line(1, "levitated", json!({"height": 3}))).expect("it is a record");
    assert_eq!((envelope.kind.as_str(), kind), ("levitated", None));
    let (envelope, kind) = read_line(&line(2, "check-in", json!({"who": "me"}))).expect("it is a record");
    assert_eq!((envelope.v, kind), (2, None));
}

#[test]
fn a_member_of_a_later_release_is_passed_over() {
    assert!(matches!(decode("clock-known", &json!({"offset_ms": 5, "source": "hub"})), Ok(Some(_))));
}

#[test]
fn a_broken_body_names_kind_and_member() {
    let bad = decode("check-in", &json!({"learner": "0190", "session": "x", "sits_in": false})).expect_err("no id");
    assert_eq!(bad.to_string(), "the body of check-in cannot be read: \"0190\" is not an id (32 hexadecimal digits)");
    let bad =
        decode("feedback", &json!({"session": "0190c0de000070008000000000000002", "face": -1})).expect_err("no face");
    assert!(bad.why.contains("-1"), "{bad}");
    assert!(matches!(read_line(&line(1, "watched", json!([]))), Err(BadRecord::Body { .. })));
    for nothing in ["", "{}", "[1]", "{\"v\":1}", "\u{0}"] {
        assert!(matches!(read_line(nothing), Err(BadRecord::Envelope(_))), "{nothing}");
    }
}

#[test]
fn a_message_never_repeats_a_card() {
    for token in [
        "7:00112233445566778899aabbccddeeff00",
        "7-00112233445566778899aabbccddeeff",
        "256:00112233445566778899aabbccddeeff",
    ] {
        let bad = decode("card-unknown", &json!({"token": token, "class": {"uid_len": 4, "sak": 8, "atqa": 4}}));
        let bad = bad.expect_err("no token").to_string();
        assert!(!bad.contains("2233") && bad.contains("32 hexadecimal digits"), "{bad}");
    }
}
