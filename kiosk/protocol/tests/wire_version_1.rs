// SPDX-License-Identifier: GPL-3.0-or-later
//! The wire of version 1 as it was shipped, byte for byte. DO NOT CHANGE THIS TEST: a box in the field speaks like this. A later
//! version gets a golden file of its own.
//!
//! Keys, signatures and words were computed in Python with its library `cryptography`, from the description in `docs/wire.md`.
#![expect(clippy::unwrap_used, reason = "a test may stop where it fails")]

use serde::{Serialize, de::DeserializeOwned};
use xuedian_protocol::{
    documents::{Agenda, Catalogue, Manifest, PointSettings, RosterLine, StandingLine},
    pairing::{Nonce, PairingAnswer, PairingPoll, PairingRequest, PairingState, Provision, SealPublic, four_words},
    signing::{DeviceKey, HubKey, Presented, Signed, sign_request},
    wire::{DocumentsAnswer, HubTime, Problem, RecordsAnswer, status::Status},
};

const PUBLIC: &str = "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c";
const DEVICE: &str = "34750f98-bd59-fcfc-946d-a45aaabe933b";
const NAME: &str = "34750f98bd59fcfc";
const EPOCH: &str = "000102030405060708090a0b0c0d0e0f";
const REQUEST: &str = "6b46eedb75e6d5cfc2319e7ab74b580dad85b5de0cc649a25e78b2814684c649263ca32bf8603704f29b8178665bcc3ec5f2905c36adda5a9c2ba254a0243409";
const TIME: &str = "885ad623bf8a31c1e40c9d277dd1dfee31333792448652db9445f00474b83f4add04eaa564ed5bd7cf82e51de1b1eab8eea99661f838f917be5891266875ba0f";
const COMMITMENT: &str = "25202a3a82d3b63e281e7873abf1843685b5946b2388510444aba9b0a0be9779";
const SEAL: &str = "ce8d3ad1ccb633ec7b70c17814a5c76ecd029685050d344745ba05870e587d59";
const PAIRING: &str = "b12bc61e8d3f81a9a18d05b43acd28ebf338eba717db405a91538869987312308e9bf2e9b63539556305101c6e07ded9ed56782e5b1c0a6b9325fb5e8055940f";

#[test]
fn a_device_and_its_requests() {
    let key = DeviceKey::from_seed(&[1; 32]);
    assert_eq!(key.public().to_string(), PUBLIC);
    assert_eq!(key.device().to_string(), DEVICE);
    let asked = Presented { method: "POST", path: "/v1/records", body: b"lines" };
    let headers = sign_request(&key, asked, EPOCH, 7).headers();
    let expected = [
        ("xuedian-device", DEVICE.to_owned()),
        ("xuedian-epoch", EPOCH.to_owned()),
        ("xuedian-counter", "7".to_owned()),
        ("xuedian-signature", format!("ed25519 {REQUEST}")),
    ];
    assert_eq!(headers, expected);
}

#[test]
fn a_statement_of_a_hub() {
    let key = HubKey::from_seed(&[1; 32]);
    let payload = format!(
        r#"{{"hub_epoch":{{"began_ms":5,"id":"{EPOCH}"}},"time_ms":1795309200000,"device":"{DEVICE}","request_epoch":"{EPOCH}","counter":7}}"#
    );
    let signed = Signed { alg: "ed25519".into(), key: NAME.into(), payload, sig: TIME.into() };
    let time: HubTime = signed.open(&[key.public()]).unwrap();
    assert_eq!((time.time_ms, time.counter), (1_795_309_200_000, 7));
    assert_eq!(Signed::new(&key, &time), signed);
}

#[test]
fn pairing_and_its_words() {
    let key = DeviceKey::from_seed(&[1; 32]);
    let seal: SealPublic = SEAL.parse().unwrap();
    let (device, hub) = (Nonce::from_bytes([5; 16]), Nonce::from_bytes([6; 16]));
    assert_eq!(device.commitment().0, COMMITMENT);
    let request = PairingRequest::new(&key, seal.clone(), device.commitment(), "xuedian 0.1");
    assert_eq!(request.sig, PAIRING);
    assert_eq!(four_words(b"authority", &key.public(), &seal, &device, &hub), ["梅花", "窗户", "月季", "海岛"]);
    same::<PairingRequest>(&format!(
        r#"{{"v":1,"device_key":"{PUBLIC}","seal_key":"{SEAL}","commitment":"{COMMITMENT}","software":"xuedian 0.1","alg":"ed25519","sig":"{PAIRING}"}}"#
    ));
    same::<PairingAnswer>(
        r#"{"device_code":"c0de","user_code":"WXZB-CDFG","nonce":"06060606060606060606060606060606","interval_s":2,"expires_s":900}"#,
    );
    same::<PairingPoll>(r#"{"device_code":"c0de","nonce":"05050505050505050505050505050505"}"#);
    for state in ["pending", "denied", "expired"] {
        same::<PairingState>(&format!(r#"{{"state":"{state}"}}"#));
    }
    same::<PairingState>(
        r#"{"state":"approved","sealed":{"alg":"hpke-x25519-sha256-chacha20poly1305","enc":"00","sealed":"01"}}"#,
    );
    same::<Provision>(&format!(
        r#"{{"v":1,"authority_pem":"PEM","hub_url":"https://hub:8443","document_keys":["{PUBLIC}"],"card_keys":[{{"id":1,"alg":"hmac-sha256","bytes":"00"}}],"site":"01010101-0101-0101-0101-010101010101","site_name":{{"zh":"点","en":"Point"}},"name":"一号机"}}"#
    ));
}

#[test]
fn answers() {
    let signed = r#"{"alg":"ed25519","key":"0011223344556677","payload":"{}","sig":"00"}"#;
    let position = format!(r#"{{"epoch":"{EPOCH}","seq":3}}"#);
    let refused = r#"{"seq":2,"id":"x","why":"y"}"#;
    same::<RecordsAnswer>(&format!(
        r#"{{"accepted_through":{position},"stored":1,"known":1,"refused":[{refused}],"through":null,"latest":[{{"kind":"standing","counter":4}}],"time":{signed}}}"#
    ));
    same::<DocumentsAnswer>(&format!(r#"{{"manifests":[{signed}],"held":[{position}],"time":{signed}}}"#));
    same::<Problem>(&format!(r#"{{"error":"gap","message":"m","held":[{position}]}}"#));
    same::<Problem>(r#"{"error":"replayed","message":"m","counter":9}"#);
    same::<Problem>(r#"{"error":"malformed","message":"m"}"#);
    same::<Status>(&format!(
        r#"{{"hub_epoch":{{"began_ms":5,"id":"{EPOCH}"}},"time_ms":6,"devices":[{{"device":"{DEVICE}","name":"一号机","site":"s","last_seen_ms":null,"struck":false,"through":null,"epochs":[{{"epoch":"{EPOCH}","stored":3,"first_seq":1,"last_seq":3,"refused":[{refused}],"invalid":[]}}],"forks":[{{"at":{position},"lost":4,"two_boxes":false}}]}}]}}"#
    ));
}

const ID: &str = "0190c0de-0000-7000-8000-00000000abcd";
const TOKEN: &str = "1:000102030405060708090a0b0c0d0e0f";

#[test]
fn documents() {
    let file = r#"{"sha256":"00","bytes":5,"media_type":"video/mp4"}"#;
    for scope in [r#""district""#.to_owned(), format!(r#"{{"site":"{ID}"}}"#), format!(r#"{{"device":"{ID}"}}"#)] {
        same::<Manifest>(&format!(
            r#"{{"v":1,"kind":"roster","scope":{scope},"hub_epoch":{{"began_ms":5,"id":"{EPOCH}"}},"counter":7,"issued_ms":8,"full":{file},"steps":[{{"from":6,"file":{file}}}],"files":[{file}],"through":{{"epoch":"{EPOCH}","seq":3}}}}"#
        ));
    }
    same::<RosterLine>(&format!(
        r#"{{"learner":{{"learner":"{ID}","also":["{ID}"],"mask":"王*珍","tail":"07","initials":["wsz"],"born":1951,"kinds":["退休"],"cards":[{{"token":"{TOKEN}","class":{{"uid_len":7,"sak":0,"atqa":68}},"state":"active","printed_no":"0042"}}],"prefers":{{"type_size":"large"}},"passed_away":true}}}}"#
    ));
    same::<RosterLine>(&format!(
        r#"{{"staff":{{"staff":"{ID}","mask":"何*","role":"site-staff","sites":["{ID}"],"cards":[{{"token":"{TOKEN}","state":"lost"}}],"learner":"{ID}"}}}}"#
    ));
    same::<RosterLine>(&format!(r#"{{"gone":"{ID}"}}"#));
    same::<RosterLine>(&format!(r#"{{"gonestaff":"{ID}"}}"#));
    let name = r#"{"zh":"点","en":"Point"}"#;
    same::<Agenda>(&format!(
        r#"{{"sites":[{{"site":"{ID}","name":{name},"certified":true,"rooms":[{{"room":"{ID}","name":{name},"seats":20}}]}}],"series":[{{"activity":"{ID}","title":{name},"short":{name},"kind":"open_hours","policy":"drop_in","times":16}}],"sessions":[{{"session":"{ID}","activity":"{ID}","number":5,"site":"{ID}","room":"{ID}","start_ms":1,"minutes":90,"seats":20,"due":["{ID}"],"lessons":["i/c/l"],"teacher":"何老师"}}],"notices":[{{"notice":"n1","words":{name},"urgent":true,"from_ms":1,"until_ms":null,"sites":[]}}]}}"#
    ));
    same::<Catalogue>(&format!(
        r#"{{"topics":[{{"topic":"t","name":{name},"picture":"p"}}],"institutions":[{{"institution":"i","name":{name}}}],"courses":[{{"course":"i/c","number":101,"title":{name},"short":{name},"topic":"t","institution":"i","picture":"c01","tiny":{name},"poster":null,"rights_until":"2027-12-31","machine_voice":true,"lessons":[{{"lesson":"i/c/l","number":1,"title":{name},"length_ms":60000,"video":{file},"captions":[{{"language":"zh","file":{file}}}],"poster":{file}}}]}}]}}"#
    ));
    same::<PointSettings>(&format!(
        r#"{{"site":"{ID}","site_name":{name},"name":"一号机","rooms":["{ID}"],"language":"zh","time_zone":"Asia/Shanghai","volume":60,"silent":false,"hours":[{{"days":[1,7],"from":510,"to":720}}],"double_tap_s":60,"visit_s":60,"telephone":{{"name":"何敏","number":"12345"}}}}"#
    ));
    same::<StandingLine>(&format!(
        r#"{{"learner":"{ID}","certified":150,"waiting":0,"points":15,"carried":0,"service_minutes":0,"used":[{{"group":"on_site","period":"2026-11-22","amount":150}}],"forgotten":[{{"month":"2026-11","times":1}}],"paid":[{{"lesson":"i/c/l","at_ms":1}}],"coverage":[{{"lesson":"i/c/l","ranges":[[0,5]],"length_ms":60000,"stopped_ms":5,"at_ms":6}}],"open":[{{"session":"{ID}","since_ms":1}}],"settled":["{ID}"],"latest":[{{"day":"2026-11-22","source":"{ID}","rule":"R01","minutes":90,"amount":150,"reason":"earned","state":"certified"}}],"prefers":{{"language":"en"}}}}"#
    ));
}

#[test]
fn members_of_later_software_are_passed_over() {
    let line = format!(
        r#"{{"learner":"{ID}","certified":1,"waiting":0,"points":0,"service_minutes":0,"constellation":"Ursa Major"}}"#
    );
    assert_eq!(serde_json::from_str::<StandingLine>(&line).unwrap().certified, 1);
    let staff = format!(r#"{{"staff":{{"staff":"{ID}","mask":"何*","role":"astronaut","cards":[]}}}}"#);
    assert!(matches!(serde_json::from_str(&staff), Ok(RosterLine::Staff(_))));
}

/// Reads a golden text and writes it again.
fn same<T: DeserializeOwned + Serialize>(text: &str) {
    let value: T = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_string(&value).unwrap(), text);
}
