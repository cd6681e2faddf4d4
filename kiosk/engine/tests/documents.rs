// SPDX-License-Identifier: GPL-3.0-or-later
//! Documents come down, are judged, and are taken over whole or not at all.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod stand_in;

use serde_json::json;
use stand_in::{
    StandIn,
    district::{Kiosk, SITE, kiosk},
};
use xuedian_domain::id::{DeviceId, LearnerId};
use xuedian_engine::{
    district::DistrictEvent,
    sync::{DistrictFault, ProblemAt},
};
use xuedian_protocol::{
    documents::{DocumentKind, Manifest, NoticeEntry, Scope, WordsEntry},
    signing::{HubKey, Signed},
    wire::Position,
};

fn agenda(notice: &str) -> Vec<u8> {
    let words = WordsEntry { zh: notice.into(), en: String::new() };
    let notice =
        NoticeEntry { notice: "n1".into(), words, urgent: false, from_ms: None, until_ms: None, sites: vec![] };
    serde_json::to_vec(&json!({"sites": [], "series": [], "sessions": [], "notices": [notice]})).unwrap()
}

fn notice(kiosk: &Kiosk) -> String {
    kiosk.documents.agenda().unwrap().unwrap().notices[0].words.zh.clone()
}

fn learner(n: u8, mask: &str) -> String {
    let id = LearnerId([n; 16]).to_string();
    let token = format!("1:{}", format!("{n:02x}").repeat(16));
    let card = json!({"token": token, "state": "active"});
    json!({"learner": {"learner": id, "mask": mask, "tail": "07", "initials": ["wsz"], "cards": [card], "prefers": {}}})
        .to_string()
}

fn lines(lines: &[String]) -> Vec<u8> {
    lines.join("\n").into_bytes()
}

fn counter(kiosk: &Kiosk, kind: DocumentKind) -> Option<u64> {
    kiosk.state.borrow().documents.get(&kind).map(|version| version.counter)
}

/// A hub whose agenda 5 says 一, and a kiosk that has it.
async fn with_agenda(folder: &tempfile::TempDir) -> (StandIn, Kiosk) {
    let hub = StandIn::plain().await;
    {
        let mut shared = hub.lock();
        let manifest = shared.manifest(DocumentKind::Agenda, 5, &agenda("一"));
        shared.offer(&manifest);
    }
    let mut kiosk = kiosk(&hub, folder.path(), true);
    kiosk.until("the first agenda", true, |state| state.documents.contains_key(&DocumentKind::Agenda)).await;
    (hub, kiosk)
}

/// Offers what `make` makes; it is not taken, for this reason, and the old one stays.
async fn check_refused(fault: DistrictFault, make: impl FnOnce(&mut stand_in::Shared) -> Signed) {
    let folder = tempfile::tempdir().unwrap();
    let (hub, mut kiosk) = with_agenda(&folder).await;
    {
        let mut shared = hub.lock();
        let signed = make(&mut shared);
        shared.offer_signed(DocumentKind::Agenda, signed);
    }
    let at = ProblemAt::Document(DocumentKind::Agenda);
    kiosk.until("told", true, |state| state.problems.get(&at).is_some_and(|problem| problem.fault == fault)).await;
    assert_eq!(notice(&kiosk), "一");
    assert!(kiosk.state.borrow().online, "the records do not care");
    // A good one takes its place all the same.
    {
        let mut shared = hub.lock();
        let manifest = shared.manifest(DocumentKind::Agenda, 9, &agenda("九"));
        shared.offer(&manifest);
    }
    kiosk.until("the next agenda", true, |state| state.documents[&DocumentKind::Agenda].counter == 9).await;
    assert_eq!(notice(&kiosk), "九");
    assert!(!kiosk.state.borrow().problems.contains_key(&at));
}

fn next(shared: &mut stand_in::Shared) -> Manifest {
    shared.manifest(DocumentKind::Agenda, 6, &agenda("二"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_signature() {
    check_refused(DistrictFault::DocumentUnsigned, |shared| {
        let mut signed = Signed::new(&shared.key.clone(), &next(shared));
        signed.payload = signed.payload.replace("\"counter\":6", "\"counter\":7");
        signed
    })
    .await;
    check_refused(DistrictFault::DocumentUnsigned, |shared| Signed::new(&HubKey::from_seed(&[66; 32]), &next(shared)))
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_one() {
    check_refused(DistrictFault::DocumentOlder, |shared| {
        let manifest = shared.manifest(DocumentKind::Agenda, 4, &agenda("零"));
        Signed::new(&shared.key.clone(), &manifest)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_version() {
    check_refused(DistrictFault::DocumentVersion, |shared| {
        let manifest = Manifest { v: 2, ..next(shared) };
        Signed::new(&shared.key.clone(), &manifest)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_for_another_box() {
    check_refused(DistrictFault::DocumentForAnother, |shared| {
        let manifest = Manifest { scope: Scope::Device(DeviceId([0xee; 16])), ..next(shared) };
        Signed::new(&shared.key.clone(), &manifest)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_is_cut_off_or_no_agenda() {
    check_refused(DistrictFault::DocumentDamaged, |shared| {
        let whole = agenda("二");
        let manifest = shared.manifest(DocumentKind::Agenda, 6, &whole[..whole.len() / 2]);
        Signed::new(&shared.key.clone(), &manifest)
    })
    .await;
    check_refused(DistrictFault::DocumentDamaged, |shared| {
        let manifest = next(shared);
        let other = vec![b'x'; usize::try_from(manifest.full.bytes).unwrap()];
        shared.files.insert(manifest.full.sha256.clone(), other);
        Signed::new(&shared.key.clone(), &manifest)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_later_epoch_of_the_hub_counts_whatever_its_counter() {
    let folder = tempfile::tempdir().unwrap();
    let (hub, mut kiosk) = with_agenda(&folder).await;
    {
        let mut shared = hub.lock();
        shared.epoch.began_ms += 1;
        shared.epoch.id = "cd".repeat(16);
        let manifest =
            Manifest { scope: Scope::Site(SITE), ..shared.manifest(DocumentKind::Agenda, 1, &agenda("新")) };
        shared.offer(&manifest);
    }
    kiosk.until("the new epoch", true, |state| state.documents[&DocumentKind::Agenda].counter == 1).await;
    assert_eq!(notice(&kiosk), "新");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_breaks_off_is_gone_on_with() {
    let hub = StandIn::plain().await;
    let mut long = agenda("长");
    let room = 3 << 20;
    long.resize(room, b' ');
    {
        let mut shared = hub.lock();
        shared.cut_files = (1_500_000, 1);
        let manifest = shared.manifest(DocumentKind::Agenda, 1, &long);
        shared.offer(&manifest);
    }
    let folder = tempfile::tempdir().unwrap();
    let mut kiosk = kiosk(&hub, folder.path(), true);
    kiosk.until("the agenda", true, |state| state.documents.contains_key(&DocumentKind::Agenda)).await;
    let shared = hub.lock();
    let from: Vec<u64> =
        shared.asked.iter().filter(|(_, path, _)| path.starts_with("/v1/files/")).map(|(_, _, from)| *from).collect();
    assert_eq!(from.len(), 2, "{from:?}");
    assert!(from[0] == 0 && from[1] > 1_000_000, "{from:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_roster_goes_on_by_steps_and_is_built_anew_from_what_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let hub = StandIn::plain().await;
    let first = lines(&[learner(1, "王*珍"), learner(2, "李*")]);
    let second = lines(&[learner(1, "王*珍"), learner(2, "李*福")]);
    {
        let mut shared = hub.lock();
        let manifest = shared.manifest(DocumentKind::Roster, 1, &first);
        shared.offer(&manifest);
    }
    let mut kiosk = kiosk(&hub, folder.path(), true);
    kiosk.until("the roster", true, |state| state.documents.contains_key(&DocumentKind::Roster)).await;
    let Some(DistrictEvent::Document(DocumentKind::Roster)) = kiosk.events.recv().await else { panic!("no news") };
    let mut people = kiosk.roster.people();
    assert_eq!(people.learner(LearnerId([2; 16])).unwrap().unwrap().mask, "李*");
    let full = {
        let mut shared = hub.lock();
        let mut manifest = shared.manifest(DocumentKind::Roster, 2, &second);
        let gone = json!({"gone": LearnerId([1; 16]).to_string()}).to_string();
        manifest.steps = vec![shared.step(1, &lines(&[learner(2, "李*福"), gone]))];
        shared.offer(&manifest);
        manifest.full.sha256
    };
    kiosk.until("the step", true, |state| state.documents[&DocumentKind::Roster].counter == 2).await;
    assert!(hub.lock().asked.iter().all(|(_, path, _)| !path.contains(&full)), "the whole was not fetched");
    assert_eq!(people.learner(LearnerId([2; 16])).unwrap().unwrap().mask, "李*福");
    assert_eq!(people.learner(LearnerId([1; 16])).unwrap(), None);

    // The look-up files are gone: built anew without the hub.
    drop(kiosk);
    std::fs::remove_dir_all(folder.path().join("views")).unwrap();
    hub.fail(std::iter::repeat_n(stand_in::Fault::Close, 1000));
    let mut kiosk = self::kiosk_again(&hub, &folder).await;
    kiosk.until("laid out", false, |state| state.documents.contains_key(&DocumentKind::Roster)).await;
    assert_eq!(counter(&kiosk, DocumentKind::Roster), Some(2));
    let mut people = kiosk.roster.people();
    assert_eq!(people.learner(LearnerId([2; 16])).unwrap().unwrap().mask, "李*福");
    assert_eq!(people.learner(LearnerId([1; 16])).unwrap(), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_look_up_file_that_got_damaged_is_found_and_laid_out_anew() {
    let folder = tempfile::tempdir().unwrap();
    let hub = StandIn::plain().await;
    {
        let many: Vec<String> = (1..=255).map(|n| learner(n, "王*珍")).collect();
        let mut shared = hub.lock();
        let manifest = shared.manifest(DocumentKind::Roster, 1, &lines(&many));
        shared.offer(&manifest);
    }
    let mut kiosk = kiosk(&hub, folder.path(), true);
    kiosk.until("the roster", true, |state| state.documents.contains_key(&DocumentKind::Roster)).await;
    let Some(DistrictEvent::Document(DocumentKind::Roster)) = kiosk.events.recv().await else { panic!("no news") };
    let files = std::fs::read_dir(folder.path().join("views")).unwrap().map(|file| file.unwrap().path());
    let path = files.into_iter().find(|path| path.to_str().unwrap().contains("roster-")).unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 8192].fill(0xa5);
    std::fs::write(&path, bytes).unwrap();
    let laid_out = tokio::time::timeout(std::time::Duration::from_secs(30), kiosk.events.recv()).await.unwrap();
    assert!(matches!(laid_out, Some(DistrictEvent::Document(DocumentKind::Roster))));
    assert_eq!(kiosk.roster.people().learners().unwrap(), 255);
    assert!(!path.exists(), "the damaged one is thrown away");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_that_is_not_as_it_was_written_is_laid_out_anew_by_whoever_stumbles_over_it() {
    let folder = tempfile::tempdir().unwrap();
    let hub = StandIn::plain().await;
    {
        let mut shared = hub.lock();
        let manifest = shared.manifest(DocumentKind::Roster, 1, &lines(&[learner(1, "王*珍")]));
        shared.offer(&manifest);
    }
    let mut kiosk = kiosk(&hub, folder.path(), true);
    let mut people = kiosk.roster.people();
    assert!(people.learner(LearnerId([1; 16])).unwrap().is_none());
    assert!(!people.can_tell(), "nobody is known before the roster comes");
    kiosk.until("the roster", true, |state| state.documents.contains_key(&DocumentKind::Roster)).await;
    let Some(DistrictEvent::Document(DocumentKind::Roster)) = kiosk.events.recv().await else { panic!("no news") };
    let files = std::fs::read_dir(folder.path().join("views")).unwrap().map(|file| file.unwrap().path());
    let path = files.into_iter().find(|path| path.to_str().unwrap().contains("roster-")).unwrap();
    // Bits that tip over within a text: no page of the file is wrong.
    rusqlite::Connection::open(&path).unwrap().execute("UPDATE person SET line = '{' || line", []).unwrap();
    assert!(people.learner(LearnerId([1; 16])).is_err());
    assert!(!people.can_tell());
    let laid_out = tokio::time::timeout(std::time::Duration::from_secs(30), kiosk.events.recv()).await.unwrap();
    assert!(matches!(laid_out, Some(DistrictEvent::Document(DocumentKind::Roster))));
    assert_eq!(people.learner(LearnerId([1; 16])).unwrap().unwrap().mask, "王*珍");
    assert!(people.can_tell());
}

/// The journal's thread lets go of its folder a moment after the kiosk is dropped.
async fn kiosk_again(hub: &StandIn, folder: &tempfile::TempDir) -> Kiosk {
    let lock = std::fs::File::open(folder.path().join("journal/journal.lock")).unwrap();
    tokio::task::spawn_blocking(move || lock.lock().unwrap()).await.unwrap();
    kiosk(hub, folder.path(), true)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_roster_changes_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let hub = StandIn::plain().await;
    {
        let mut shared = hub.lock();
        let manifest = shared.manifest(DocumentKind::Roster, 1, &lines(&[learner(1, "王*珍")]));
        shared.offer(&manifest);
    }
    let mut kiosk = kiosk(&hub, folder.path(), true);
    kiosk.until("the roster", true, |state| state.documents.contains_key(&DocumentKind::Roster)).await;
    for (counter, bad) in
        [(2, lines(&[learner(2, "李*"), "{\"learner\":".into()])), (3, lines(&[learner(2, "李*"), learner(2, "李*")]))]
    {
        {
            let mut shared = hub.lock();
            let manifest = shared.manifest(DocumentKind::Roster, counter, &bad);
            shared.offer(&manifest);
        }
        let at = ProblemAt::Document(DocumentKind::Roster);
        let word = if counter == 2 { "line 2" } else { "one person" };
        kiosk
            .until("told", true, |state| state.problems.get(&at).is_some_and(|problem| problem.detail.contains(word)))
            .await;
        let mut people = kiosk.roster.people();
        assert_eq!(people.learners().unwrap(), 1);
        assert!(people.learner(LearnerId([1; 16])).unwrap().is_some());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_standing_tells_which_records_it_contains() {
    let folder = tempfile::tempdir().unwrap();
    let hub = StandIn::plain().await;
    let through = Position { epoch: "0".repeat(32), seq: 17 };
    {
        let mut shared = hub.lock();
        let id = LearnerId([1; 16]).to_string();
        let line =
            json!({"learner": id, "certified": 150, "waiting": 50, "points": 3, "service_minutes": 0}).to_string();
        let mut manifest = shared.manifest(DocumentKind::Standing, 1, line.as_bytes());
        manifest.through = Some(through.clone());
        shared.offer(&manifest);
    }
    let mut kiosk = kiosk(&hub, folder.path(), true);
    kiosk.until("the standing", true, |state| state.through.is_some()).await;
    assert_eq!(kiosk.state.borrow().through, Some(through));
    let standing = kiosk.roster.people().standing(LearnerId([1; 16])).unwrap().unwrap();
    assert_eq!((standing.certified, standing.waiting), (150, 50));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn media_that_a_document_names_is_fetched_and_checked() {
    let folder = tempfile::tempdir().unwrap();
    let hub = StandIn::plain().await;
    let (good, bad) = {
        let mut shared = hub.lock();
        let good = shared.file(&vec![7; 2_500_000]);
        let bad = shared.file(b"a film");
        shared.files.insert(bad.sha256.clone(), b"a farm".to_vec());
        shared.cut_files = (1_200_000, 1);
        let mut manifest =
            shared.manifest(DocumentKind::Catalogue, 1, br#"{"topics": [], "institutions": [], "courses": []}"#);
        manifest.files = vec![bad.clone(), good.clone()];
        shared.offer(&manifest);
        (good, bad)
    };
    let mut kiosk = kiosk(&hub, folder.path(), true);
    kiosk.until("one is damaged", true, |state| state.problems.contains_key(&ProblemAt::Media)).await;
    hub.lock().files.insert(bad.sha256.clone(), b"a film".to_vec());
    kiosk
        .until("both are here", true, |state| {
            state.media_waiting == (0, 0) && !state.problems.contains_key(&ProblemAt::Media)
        })
        .await;
    for file in [good, bad] {
        let path = kiosk.media.path(&file.sha256.parse().unwrap()).unwrap();
        assert_eq!(std::fs::metadata(path).unwrap().len(), file.bytes);
    }
}
