// SPDX-License-Identifier: GPL-3.0-or-later
//! The hub over real TLS on the loopback: pairing, records, documents, files, status, and what bad input gets.
#![expect(clippy::unwrap_used, reason = "a test may stop where it fails")]

mod kiosk;

use kiosk::{ADMIN, D0_0900, District, EPOCH, Kiosk, client};
use reqwest::{Method, StatusCode};
use serde_json::json;
use xuedian_domain::id::{ActivityId, RoomId, SessionId, SiteId};
use xuedian_hub::{documents::text, hub::Hub, pairing::Assignment};
use xuedian_protocol::{
    documents::{
        Agenda, DocumentKind, KindWord, Manifest, PolicyWord, RoomEntry, RosterLine, SeriesEntry, SessionEntry,
        SiteEntry, StandingLine, WordsEntry,
    },
    pairing::{Nonce, PairingAnswer, PairingPoll, PairingRequest, PairingState, Provision, SealKey, four_words},
    wire::{DocumentsAnswer, HubTime, Problem, RecordsAnswer, code},
};

const SITE: SiteId = SiteId([1; 16]);
const SESSION: SessionId = SessionId([3; 16]);

fn words(zh: &str) -> WordsEntry {
    WordsEntry { zh: zh.into(), en: String::new() }
}

fn agenda() -> Agenda {
    let activity = ActivityId([4; 16]);
    let room = RoomId([2; 16]);
    let title = words("楷书初级班");
    Agenda {
        sites: vec![SiteEntry {
            site: SITE,
            name: words("梧桐里社区学习点"),
            certified: true,
            rooms: vec![RoomEntry { room, name: words("书画室"), seats: 20 }],
        }],
        series: vec![SeriesEntry {
            activity,
            short: words("楷书"),
            title,
            kind: KindWord::Class,
            policy: PolicyWord::Class,
            times: 16,
        }],
        sessions: vec![SessionEntry {
            session: SESSION,
            activity,
            number: 5,
            site: SITE,
            room,
            start_ms: D0_0900,
            minutes: 90,
            seats: 20,
            due: vec![],
            lessons: vec![],
            teacher: "何老师".into(),
        }],
        notices: vec![],
    }
}

const ROSTER: &str =
    "编号,姓名,出生年,卡号,尾号\nL001,王淑珍,1951,04A1B2C3D4E5F6,07\nL004,欧阳文博,1955,04A1B2C3D4E5F7,\n";

fn demo(hub: &Hub) {
    hub.store.put_text(text::AGENDA, &serde_json::to_string(&agenda()).unwrap()).unwrap();
    hub.put_rules(include_str!("../../../../tests/fixtures/rules/yinxing.toml")).unwrap();
    assert!(hub.import_roster(ROSTER.as_bytes(), false).unwrap().imported);
}

fn assignment() -> Assignment {
    Assignment { site: "梧桐里社区学习点".into(), name: "一号机".into(), rooms: vec!["书画室".into()] }
}

async fn paired(district: &District, seed: u8) -> Kiosk {
    let kiosk = Kiosk::new(seed);
    district.hub.enrol(kiosk.key.public(), &assignment()).unwrap();
    kiosk
}

async fn problem(answer: reqwest::Response) -> (StatusCode, String) {
    let status = answer.status();
    let problem: Problem = answer.json().await.unwrap();
    assert!(!problem.message.is_empty());
    (status, problem.error)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_box_is_paired_and_both_sides_show_the_same_words() {
    let mut district = District::start(demo).await;
    let kiosk = Kiosk::new(5);
    let (seal, nonce) = (SealKey::draw(), Nonce::draw());
    let request = PairingRequest::new(&kiosk.key, seal.public(), nonce.commitment(), "xuedian test");
    let asked = district.client.post(district.url("/v1/pairing")).json(&request).send().await.unwrap();
    let answer: PairingAnswer = asked.json().await.unwrap();
    let poll = PairingPoll { device_code: answer.device_code.clone(), nonce };
    let ask = async || -> PairingState {
        let asked = district.client.post(district.url("/v1/pairing/poll")).json(&poll).send().await.unwrap();
        asked.json().await.unwrap()
    };
    assert_eq!(ask().await, PairingState::Pending);
    let waiting: serde_json::Value =
        district.admin(Method::GET, "/v1/admin/pairings", None).await.json().await.unwrap();
    let authority = district.hub.keys.authority.certificate_der();
    let expected = four_words(authority, &kiosk.key.public(), &seal.public(), &nonce, &answer.nonce);
    assert_eq!(waiting[0]["words"], json!(expected));
    assert_eq!(waiting[0]["user_code"], json!(answer.user_code));
    let path = format!("/v1/admin/pairings/{}/approve", answer.user_code.to_lowercase());
    let body = serde_json::to_value(assignment()).unwrap();
    assert_eq!(district.admin(Method::POST, &path, Some(body.clone())).await.status(), StatusCode::OK);
    let again = district.admin(Method::POST, &path, Some(body)).await;
    assert_eq!(problem(again).await, (StatusCode::CONFLICT, code::DECIDED.into()));
    let PairingState::Approved { sealed } = ask().await else { panic!("not approved") };
    let plain = seal.open(&sealed, &kiosk.key.device().to_string()).unwrap();
    let provision: Provision = serde_json::from_slice(&plain).unwrap();
    assert_eq!((provision.site, provision.name.as_str()), (SITE, "一号机"));
    assert_eq!(provision.card_keys[0].card_key().unwrap(), district.hub.keys.cards[0]);
    // The authority that was sealed is the one that answers.
    district.client = client(&provision.authority_pem);
    let documents = kiosk.ask(&district, "GET", "/v1/documents", vec![]).await;
    assert_eq!(documents.status(), StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn pairing_refuses_what_is_not_right() {
    let district = District::start(demo).await;
    let kiosk = Kiosk::new(5);
    let request = PairingRequest::new(&kiosk.key, SealKey::draw().public(), Nonce::draw().commitment(), "test");
    let forged = PairingRequest { software: "other".into(), ..request.clone() };
    let post = async |path: &str, body: String| {
        let request = district.client.post(district.url(path)).header("content-type", "application/json").body(body);
        problem_or_ok(request.send().await.unwrap()).await
    };
    let malformed = Some((StatusCode::BAD_REQUEST, code::MALFORMED.to_owned()));
    assert_eq!(post("/v1/pairing", serde_json::to_string(&forged).unwrap()).await, malformed);
    assert_eq!(post("/v1/pairing", "garbage".into()).await, malformed);
    let large = Some((StatusCode::PAYLOAD_TOO_LARGE, code::TOO_LARGE.to_owned()));
    assert_eq!(post("/v1/pairing", " ".repeat(100_000)).await, large);
    let answer = district.client.post(district.url("/v1/pairing")).json(&request).send().await.unwrap();
    let answer: PairingAnswer = answer.json().await.unwrap();
    let poll = async |device_code: &str, nonce| -> PairingState {
        let poll = PairingPoll { device_code: device_code.into(), nonce };
        district.client.post(district.url("/v1/pairing/poll")).json(&poll).send().await.unwrap().json().await.unwrap()
    };
    assert_eq!(poll("nobody", Nonce::draw()).await, PairingState::Expired);
    assert_eq!(poll(&answer.device_code, Nonce::draw()).await, PairingState::Denied);
    let approve = async |code: &str, body: serde_json::Value| {
        problem_or_ok(district.admin(Method::POST, &format!("/v1/admin/pairings/{code}/approve"), Some(body)).await)
            .await
    };
    let elsewhere = json!({"site": "月球", "name": "x"});
    assert_eq!(approve(&answer.user_code, elsewhere).await, malformed);
    let good = serde_json::to_value(assignment()).unwrap();
    assert_eq!(approve("BBBB-BBBB", good.clone()).await, Some((StatusCode::NOT_FOUND, code::NOT_FOUND.into())));
    district.clock.0.fetch_add(16 * 60_000, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(approve(&answer.user_code, good).await, Some((StatusCode::NOT_FOUND, code::NOT_FOUND.into())));
}

async fn problem_or_ok(answer: reqwest::Response) -> Option<(StatusCode, String)> {
    if answer.status().is_success() { None } else { Some(problem(answer).await) }
}

#[tokio::test(flavor = "multi_thread")]
async fn records_are_stored_once_and_the_standing_comes_back() {
    let district = District::start(demo).await;
    let mut kiosk = paired(&district, 6).await;
    let learner = district.hub.people().unwrap()[0].0;
    let xuedian_hub::store::PersonId::Learner(learner) = learner else { panic!("a learner") };
    let tap = json!({"learner": learner.to_string(), "session": SESSION.to_string(), "how": "card", "sits_in": false});
    kiosk.record(-10, "check-in", tap);
    let tap = json!({"learner": learner.to_string(), "session": SESSION.to_string(), "how": "card", "early": false});
    kiosk.record(91, "check-out", tap);
    district.clock.0.store(D0_0900 + 8 * 3_600_000, std::sync::atomic::Ordering::Relaxed);
    let stored = kiosk.stored();
    let body = kiosk.batch(&stored);
    let answer: RecordsAnswer = kiosk.ask(&district, "POST", "/v1/records", body.clone()).await.json().await.unwrap();
    assert_eq!((answer.stored, answer.known, answer.refused.len()), (3, 0, 0));
    assert_eq!(answer.accepted_through.as_ref().map(|p| p.seq), Some(3));
    let time: HubTime = answer.time.open(&[district.hub.keys.document.public()]).unwrap();
    assert_eq!((time.device, time.request_epoch.as_str(), time.counter), (kiosk.key.device(), EPOCH, 1));
    let again: RecordsAnswer = kiosk.ask(&district, "POST", "/v1/records", body).await.json().await.unwrap();
    assert_eq!((again.stored, again.known), (0, 3));
    district.hub.publish_standing().unwrap();
    let (standing, lines) = standing(&district, &kiosk).await;
    assert_eq!(standing.through, answer.accepted_through);
    assert_eq!(lines.len(), 1);
    assert_eq!((lines[0].learner, lines[0].certified, lines[0].waiting, lines[0].points), (learner, 150, 0, 15));
    let status = district.status().await;
    assert_eq!(status.devices[0].epochs[0].stored, 3);
    assert_eq!(status.devices[0].through, answer.accepted_through);
    assert!(status.devices[0].epochs[0].invalid.is_empty());
    district.serving.stop().await;
}

async fn standing(district: &District, kiosk: &Kiosk) -> (Manifest, Vec<StandingLine>) {
    let answer: DocumentsAnswer = kiosk.ask(district, "GET", "/v1/documents", vec![]).await.json().await.unwrap();
    let keys = [district.hub.keys.document.public()];
    let manifests: Vec<Manifest> = answer.manifests.iter().map(|signed| signed.open(&keys).unwrap()).collect();
    assert_eq!(manifests.len(), 6, "{:?}", manifests.iter().map(|m| m.kind).collect::<Vec<_>>());
    let standing = manifests.into_iter().find(|m| m.kind == DocumentKind::Standing).unwrap();
    let file = kiosk.ask(district, "GET", &format!("/v1/files/{}", standing.full.sha256), vec![]).await;
    let text = file.text().await.unwrap();
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    (standing, lines)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_numbered_card_counts_from_now_and_its_name_follows() {
    let district = District::start(demo).await;
    let mut kiosk = paired(&district, 6).await;
    let token = district.hub.keys.cards[0].token(&[4, 9, 9, 9, 9, 9, 9]);
    let linked = json!({
        "token": xuedian_protocol::text::token::to_text(&token), "class": {"uid_len": 7, "sak": 0, "atqa": 68},
        "learner": null, "printed_no": "0042", "by": null,
    });
    let visitor = kiosk.record(-20, "card-linked", linked);
    let session = SESSION.to_string();
    kiosk.record(-10, "check-in", json!({"learner": visitor, "session": session, "how": "card", "sits_in": false}));
    kiosk.record(91, "check-out", json!({"learner": visitor, "session": session, "how": "card", "early": false}));
    district.clock.0.store(D0_0900 + 8 * 3_600_000, std::sync::atomic::Ordering::Relaxed);
    kiosk.ask(&district, "POST", "/v1/records", kiosk.batch(&kiosk.stored())).await;
    district.hub.publish_standing().unwrap();
    let (_, lines) = standing(&district, &kiosk).await;
    assert_eq!((lines[0].learner.to_string(), lines[0].certified), (visitor.clone(), 150));
    let known = |lines: &[RosterLine]| -> Vec<(String, Option<String>, usize)> {
        let learner = |line: &RosterLine| match line {
            RosterLine::Learner(it) => {
                Some((it.mask.clone(), it.cards.first().and_then(|c| c.printed_no.clone()), it.also.len()))
            }
            _ => None,
        };
        lines.iter().filter_map(learner).collect()
    };
    let numbered = (String::new(), Some("0042".to_owned()), 0);
    assert_eq!(known(&roster(&district, &kiosk).await)[2], numbered);
    let report = district.hub.import_roster("编号,姓名,卡面编号\nL099,高兰,0042\n".as_bytes(), false).unwrap();
    assert!(report.imported && report.to_string().contains("theirs"), "{report}");
    district.hub.publish_standing().unwrap();
    let (_, lines) = standing(&district, &kiosk).await;
    assert_eq!((lines.len(), lines[0].certified, lines[0].points), (1, 150, 15));
    assert_ne!(lines[0].learner.to_string(), visitor);
    let named = known(&roster(&district, &kiosk).await);
    assert_eq!((named.len(), &named[2]), (3, &("高*".to_owned(), Some("0042".to_owned()), 1)));
    let linked = json!({
        "token": xuedian_protocol::text::token::to_text(&district.hub.keys.cards[0].token(&[4, 8, 8, 8, 8, 8, 8])),
        "class": {"uid_len": 7, "sak": 0, "atqa": 68}, "learner": null, "printed_no": "0042", "by": null,
    });
    let mut other = paired(&district, 7).await;
    other.record(10, "card-linked", linked);
    other.ask(&district, "POST", "/v1/records", other.batch(&other.stored())).await;
    let report = district.hub.import_roster("编号,姓名,卡面编号\nL098,高原,0042\n".as_bytes(), false).unwrap();
    assert!(!report.imported && report.to_string().contains("on 2 cards"), "{report}");
    let sheets = district.hub.sign_in_sheets(jiff::civil::date(2026, 11, 22)).unwrap();
    let rows: Vec<_> = sheets[0].rows.iter().map(|row| (row.name.as_str(), row.class_hours)).collect();
    assert_eq!((sheets.len(), rows), (1, vec![("高兰", Some(150))]), "whole names, as only the hub knows them");
    assert!(district.hub.sign_in_sheets(jiff::civil::date(2026, 11, 21)).unwrap().is_empty());
}

async fn roster(district: &District, kiosk: &Kiosk) -> Vec<RosterLine> {
    let answer: DocumentsAnswer = kiosk.ask(district, "GET", "/v1/documents", vec![]).await.json().await.unwrap();
    let keys = [district.hub.keys.document.public()];
    let manifests = answer.manifests.iter().map(|signed| signed.open::<Manifest>(&keys).unwrap());
    let roster = manifests.into_iter().find(|m| m.kind == DocumentKind::Roster).unwrap();
    let file = kiosk.ask(district, "GET", &format!("/v1/files/{}", roster.full.sha256), vec![]).await;
    file.text().await.unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_kept_and_is_an_opinion() {
    let district = District::start(demo).await;
    let mut kiosk = paired(&district, 6).await;
    kiosk.record(0, "check-in", json!({"learner": "nobody"}));
    kiosk.record(1, "from-the-future", json!({"x": 1}));
    let answer = kiosk.ask(&district, "POST", "/v1/records", kiosk.batch(&kiosk.stored())).await;
    let answer: RecordsAnswer = answer.json().await.unwrap();
    assert_eq!((answer.stored, answer.refused.len()), (3, 0));
    district.hub.publish_standing().unwrap();
    let status = district.status().await;
    let epoch = &status.devices[0].epochs[0];
    assert_eq!((epoch.stored, epoch.refused.len(), epoch.invalid.len()), (3, 0, 1));
    assert_eq!(epoch.invalid[0].seq, 2);
    assert_eq!(status.devices[0].through.as_ref().map(|p| p.seq), Some(3));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_hub_says_what_it_has_and_begins_a_new_epoch() {
    let district = District::start(demo).await;
    let mut kiosk = paired(&district, 6).await;
    for n in 0..5 {
        kiosk.record(n, "fault", json!({"part": "reader", "began": true, "detail": ""}));
    }
    let stored = kiosk.stored();
    kiosk.ask(&district, "POST", "/v1/records", kiosk.batch(&stored[..3])).await;
    let gap = kiosk.ask(&district, "POST", "/v1/records", kiosk.batch(&stored[4..])).await;
    assert_eq!(gap.status(), StatusCode::CONFLICT);
    let gap: Problem = gap.json().await.unwrap();
    assert_eq!((gap.error.as_str(), gap.held[0].seq), (code::GAP, 3));
    let (before, given) = district.hub.epoch().unwrap();
    let path = format!("/v1/documents?seen={}.{}", before.id, given + 10);
    let answer: DocumentsAnswer = kiosk.ask(&district, "GET", &path, vec![]).await.json().await.unwrap();
    assert_eq!(answer.held[0].seq, 3);
    let manifest: Manifest = answer.manifests[0].open(&[district.hub.keys.document.public()]).unwrap();
    assert!(manifest.hub_epoch > before);
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_requests_get_words_and_nothing_is_kept() {
    let district = District::start(demo).await;
    let mut kiosk = paired(&district, 6).await;
    kiosk.record(0, "fault", json!({"part": "reader", "began": true, "detail": ""}));
    let good = kiosk.batch(&kiosk.stored());
    let refused = |status: StatusCode, code: &str| Some((status, code.to_owned()));
    let stranger = Kiosk::new(9);
    let ask = async |kiosk: &Kiosk, method: &str, path: &str, body: Vec<u8>| {
        problem_or_ok(kiosk.ask(&district, method, path, body).await).await
    };
    let unauthorized = StatusCode::UNAUTHORIZED;
    assert_eq!(ask(&stranger, "POST", "/v1/records", good.clone()).await, refused(unauthorized, code::UNKNOWN_DEVICE));
    assert_eq!(
        ask(&kiosk, "POST", "/v1/records", b"garbage".to_vec()).await,
        refused(StatusCode::BAD_REQUEST, code::MALFORMED)
    );
    let half = good[..good.len() / 2].to_vec();
    assert_eq!(ask(&kiosk, "POST", "/v1/records", half).await, refused(StatusCode::BAD_REQUEST, code::MALFORMED));
    let large = StatusCode::PAYLOAD_TOO_LARGE;
    assert_eq!(ask(&kiosk, "POST", "/v1/records", vec![0; 5 << 20]).await, refused(large, code::TOO_LARGE));
    let bomb = zstd_bomb();
    assert_eq!(ask(&kiosk, "POST", "/v1/records", bomb).await, refused(large, code::TOO_LARGE));
    let replayed = kiosk.ask_with(&district, "POST", "/v1/records", good.clone(), 1).await;
    let replayed: Problem = replayed.json().await.unwrap();
    assert_eq!((replayed.error.as_str(), replayed.counter), (code::REPLAYED, Some(4)));
    let unsigned = district.client.get(district.url("/v1/documents")).send().await.unwrap();
    assert_eq!(problem(unsigned).await, (unauthorized, code::SIGNATURE.into()));
    let absent = format!("/v1/files/{}", "0".repeat(64));
    assert_eq!(ask(&kiosk, "GET", &absent, vec![]).await, refused(StatusCode::NOT_FOUND, code::NOT_FOUND));
    assert_eq!(
        ask(&kiosk, "GET", "/v1/files/..%2f..%2fhub.db", vec![]).await,
        refused(StatusCode::NOT_FOUND, code::NOT_FOUND)
    );
    assert_eq!(ask(&kiosk, "GET", "/v2/records", vec![]).await, refused(StatusCode::NOT_FOUND, code::NOT_FOUND));
    let status = district.client.get(district.url("/v1/status")).bearer_auth("wrong").send().await.unwrap();
    assert_eq!(problem(status).await, (StatusCode::FORBIDDEN, code::TOKEN.into()));
    assert!(district.status().await.devices[0].epochs.is_empty());
    let path = format!("/v1/admin/devices/{}/strike", kiosk.key.device());
    let by_status = district.client.post(district.url(&path)).bearer_auth(kiosk::STATUS).send().await.unwrap();
    assert_eq!(problem(by_status).await, (StatusCode::FORBIDDEN, code::TOKEN.into()));
    assert_eq!(
        district.client.post(district.url(&path)).bearer_auth(ADMIN).send().await.unwrap().status(),
        StatusCode::OK
    );
    assert_eq!(ask(&kiosk, "POST", "/v1/records", good).await, refused(StatusCode::FORBIDDEN, code::STRUCK));
}

/// 50 MB of zeros in a few kilobytes.
fn zstd_bomb() -> Vec<u8> {
    let line = "0".repeat(50_000_000);
    xuedian_protocol::wire::pack([xuedian_protocol::wire::BatchLine { hash: "", line: &line }]).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn files_come_by_ranges() {
    let district = District::start(demo).await;
    let kiosk = paired(&district, 6).await;
    let file = district.hub.files.put(b"0123456789", "video/mp4").unwrap();
    let path = format!("/v1/files/{}", file.sha256);
    let whole = kiosk.ask(&district, "GET", &path, vec![]).await;
    assert_eq!(whole.bytes().await.unwrap(), &b"0123456789"[..]);
    let asked = xuedian_protocol::signing::Presented { method: "GET", path: &path, body: b"" };
    let signed = xuedian_protocol::signing::sign_request(&kiosk.key, asked, EPOCH, 99);
    let mut request = district.client.get(district.url(&path)).header("range", "bytes=7-");
    for (name, value) in signed.headers() {
        request = request.header(name, value);
    }
    let part = request.send().await.unwrap();
    assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
    assert_eq!(part.bytes().await.unwrap(), &b"789"[..]);
}
