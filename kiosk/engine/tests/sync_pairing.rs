// SPDX-License-Identifier: GPL-3.0-or-later
//! A box becomes part of a district: code, words, approval, sealed answer, and its earlier records as they are.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod stand_in;

use stand_in::{
    Certificates, StandIn,
    district::{SITE, kiosk, provision},
};
use xuedian_engine::{
    district::DistrictEvent,
    identity::{Identity, OWN_CARD_KEY},
    pairing::PairingStep,
    sync::{DistrictFault, DistrictState, ProblemAt},
};
use xuedian_protocol::pairing::four_words;

fn certificates() -> Certificates {
    Certificates::new((2026, 1, 1), (2028, 1, 1))
}

fn code(state: &DistrictState) -> Option<(String, Option<[&'static str; 4]>)> {
    match &state.pairing {
        PairingStep::Code { code, words } => Some((code.clone(), *words)),
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_an_empty_folder_to_the_first_record_at_the_hub() {
    let hub = StandIn::tls(certificates()).await;
    let folder = tempfile::tempdir().unwrap();
    let mut kiosk = kiosk(&hub, folder.path(), false);
    assert_eq!(kiosk.identity.card_keys()[0].id, OWN_CARD_KEY);
    kiosk.record(0..5).await;
    kiosk.until("a code", false, |state| code(state).is_some() && state.unsent == 6).await;
    // Both screens show the same words, once the box has told its number.
    let words = code(&kiosk.state.borrow()).unwrap().1.unwrap();
    let of_hub = || {
        let shared = hub.lock();
        let ((asked, nonce), told) = (shared.pairing.as_ref()?, shared.told_nonce.as_ref()?);
        Some(four_words(&shared.authority_der, &asked.device_key, &asked.seal_key, told, nonce))
    };
    let hub_words = loop {
        match of_hub() {
            Some(words) => break words,
            None => tokio::task::yield_now().await,
        }
    };
    assert_eq!(words, hub_words);
    hub.lock().provision = Some(provision(&hub));
    kiosk.until("paired", false, |state| state.pairing.is_paired()).await;
    kiosk.until("all sent", true, |state| state.unsent == 0 && state.online).await;
    assert_eq!(hub.lock().kept_seqs(), (1..=6).collect::<Vec<_>>());
    let Some(DistrictEvent::Paired(identity)) = kiosk.events.recv().await else { panic!("no news") };
    assert_eq!(identity.card_keys().iter().map(|key| key.id).collect::<Vec<_>>(), [1, OWN_CARD_KEY]);
    // It is on the disk.
    let again = Identity::open(folder.path()).unwrap();
    assert_eq!(again.provision().unwrap().site, SITE);
    assert_eq!(again.device(), kiosk.identity.device());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_that_lapses_is_followed_by_another() {
    let hub = StandIn::plain().await;
    let folder = tempfile::tempdir().unwrap();
    let mut kiosk = kiosk(&hub, folder.path(), false);
    kiosk.until("the first code", false, |state| code(state).is_some()).await;
    let first = code(&kiosk.state.borrow()).unwrap();
    assert_eq!(first.1, None, "nobody stands between on one machine");
    kiosk.until("the second code", false, |state| code(state).is_some_and(|second| second.0 != first.0)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_no_is_shown() {
    let hub = StandIn::plain().await;
    hub.lock().denied = true;
    let folder = tempfile::tempdir().unwrap();
    let mut kiosk = kiosk(&hub, folder.path(), false);
    kiosk.until("denied", false, |state| state.pairing == PairingStep::Denied).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_that_gives_another_authority_than_it_shows_gets_no_box() {
    let hub = StandIn::tls(certificates()).await;
    let folder = tempfile::tempdir().unwrap();
    let mut theirs = provision(&hub);
    theirs.authority_pem = certificates().authority_pem;
    hub.lock().provision = Some(theirs);
    let mut kiosk = kiosk(&hub, folder.path(), false);
    kiosk
        .until("told", false, |state| {
            state.problems.get(&ProblemAt::Pairing).is_some_and(|p| p.fault == DistrictFault::PairingBroken)
        })
        .await;
    assert!(Identity::open(folder.path()).unwrap().provision().is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_authority_that_did_not_sign_for_the_hub_is_not_shown_words() {
    let mut between = certificates();
    between.shown_authority = certificates().authority_der;
    let hub = StandIn::tls(between).await;
    let folder = tempfile::tempdir().unwrap();
    let mut kiosk = kiosk(&hub, folder.path(), false);
    kiosk.until("told", false, |state| state.problems.contains_key(&ProblemAt::Contact)).await;
    assert!(hub.lock().asked.is_empty());
}

#[test]
fn an_identity_is_drawn_once_and_a_damaged_one_is_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let first = Identity::open(folder.path()).unwrap();
    let again = Identity::open(folder.path()).unwrap();
    assert_eq!(first.device(), again.device());
    assert_eq!(first.card_keys(), again.card_keys());
    std::fs::write(folder.path().join("identity/device.key"), "half a k").unwrap();
    assert!(Identity::open(folder.path()).unwrap_err().to_string().contains("device.key"));
}
