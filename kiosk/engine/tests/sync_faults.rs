// SPDX-License-Identifier: GPL-3.0-or-later
//! A whole kiosk's side against a hub that fails in every way over a real connection: records wait, and all arrive.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod stand_in;

use stand_in::{Fault, StandIn, district::kiosk};
use xuedian_domain::time::{Clock as Trust, Time};
use xuedian_engine::sync::{DistrictFault, ProblemAt};

/// Every request fails like this until the kiosk has told of it; then the hub is well.
async fn check(fault: Fault, told: DistrictFault) {
    let hub = StandIn::plain().await;
    let folder = tempfile::tempdir().unwrap();
    let mut kiosk = kiosk(&hub, folder.path(), true);
    kiosk.until("in contact", false, |state| state.online).await;
    hub.fail(std::iter::repeat_n(fault, 1000));
    kiosk.record(0..250).await;
    kiosk
        .until("told", true, |state| {
            state.problems.get(&ProblemAt::Records).is_some_and(|problem| problem.fault == told)
        })
        .await;
    hub.lock().faults.clear();
    kiosk.until("all sent", true, |state| state.unsent == 0 && state.online && state.problems.is_empty()).await;
    assert_eq!(hub.lock().kept_seqs(), (1..=251).collect::<Vec<_>>(), "{fault:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_that_closes_at_once() {
    check(Fault::Close, DistrictFault::Unreachable).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_that_hangs() {
    check(Fault::Hang, DistrictFault::Unreachable).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn half_a_body() {
    check(Fault::HalfBody, DistrictFault::Unreachable).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_portal_that_answers_everything() {
    check(Fault::Garbage, DistrictFault::NotTheHub).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_time_that_another_key_signed() {
    check(Fault::OtherKey, DistrictFault::NotTheHub).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_time_of_an_earlier_answer() {
    check(Fault::OldTime, DistrictFault::NotTheHub).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn client_errors_and_server_errors() {
    check(Fault::Status(400, None), DistrictFault::HubSaysNo).await;
    check(Fault::Status(413, None), DistrictFault::HubSaysNo).await;
    check(Fault::Status(429, Some(2)), DistrictFault::HubTrouble).await;
    check(Fault::Status(500, None), DistrictFault::HubTrouble).await;
    check(Fault::Status(503, Some(1)), DistrictFault::HubTrouble).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_counter_that_the_hub_has_seen_is_passed_over_at_once() {
    let hub = StandIn::plain().await;
    let folder = tempfile::tempdir().unwrap();
    hub.fail([Fault::Replayed]);
    let mut kiosk = kiosk(&hub, folder.path(), true);
    kiosk.record(0..5).await;
    kiosk.until("all sent", false, |state| state.unsent == 0 && state.last_contact.is_some()).await;
    assert!(kiosk.state.borrow().problems.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_hubs_signed_time_sets_a_clock_that_knew_nothing() {
    let hub = StandIn::plain().await;
    let folder = tempfile::tempdir().unwrap();
    let mut kiosk = kiosk(&hub, folder.path(), true);
    assert_eq!(kiosk.clock.stamp().clock, Trust::Unset);
    kiosk.until("in contact", false, |state| state.online).await;
    let stamp = kiosk.clock.stamp();
    assert_eq!((stamp.clock, stamp.wall_ms), (Trust::Synced, 1_800_000_100_000));
    assert_eq!(kiosk.clock.floor(), Time(1_800_000_100_000));
    assert_eq!(kiosk.clock.known_due(), Some(1_800_000_100_000 - 60_000));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restored_hub_is_found_out_though_nothing_new_happens() {
    let hub = StandIn::plain().await;
    let folder = tempfile::tempdir().unwrap();
    let mut kiosk = kiosk(&hub, folder.path(), true);
    kiosk.record(0..300).await;
    kiosk.until("all sent", true, |state| state.unsent == 0 && state.online).await;
    hub.lock().kept.truncate(40);
    // The next question for documents tells it, and nobody has to push.
    kiosk.until("sent again", false, |state| state.unsent == 0 && hub.lock().kept.len() == 301).await;
    assert_eq!(hub.lock().kept_seqs(), (1..=301).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_struck_box_keeps_its_records() {
    let hub = StandIn::plain().await;
    let folder = tempfile::tempdir().unwrap();
    let mut kiosk = kiosk(&hub, folder.path(), true);
    kiosk.until("in contact", false, |state| state.online).await;
    let device = hub.lock().device.take();
    kiosk.record(0..5).await;
    kiosk
        .until("told", true, |state| {
            state.problems.get(&ProblemAt::Records).is_some_and(|p| p.fault == DistrictFault::Struck)
        })
        .await;
    kiosk.until("not in contact", true, |state| !state.online && state.unsent == 6).await;
    hub.lock().device = device;
    kiosk.until("all sent", true, |state| state.unsent == 0 && state.online).await;
}
