// SPDX-License-Identifier: GPL-3.0-or-later
//! TLS to the district's authority and nobody else's, whatever the box believes of the date.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod stand_in;

use stand_in::{
    Certificates, StandIn,
    district::{kiosk, provision},
};
use xuedian_engine::{
    identity::Identity,
    sync::{DistrictFault, ProblemAt},
};

/// The box's clock says 1970; its floor is the build time, late in 2026. Whether it comes into contact.
async fn check(certificates: Certificates, expected: bool) {
    let hub = StandIn::tls(certificates).await;
    let folder = tempfile::tempdir().unwrap();
    let mut kiosk = kiosk(&hub, folder.path(), true);
    kiosk.record(0..5).await;
    if expected {
        kiosk.until("all sent", true, |state| state.unsent == 0 && state.online).await;
    } else {
        kiosk
            .until("refused", true, |state| {
                state.problems.get(&ProblemAt::Records).is_some_and(|p| p.fault == DistrictFault::Unreachable)
            })
            .await;
        assert!(hub.lock().asked.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_that_holds_at_the_floor() {
    check(Certificates::new((2026, 1, 1), (2028, 1, 1)), true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_the_hub_got_while_the_box_was_off() {
    check(Certificates::new((2031, 1, 1), (2033, 1, 1)), true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_was_over_before_this_software_was_built() {
    check(Certificates::new((2020, 1, 1), (2021, 1, 1)), false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_authority() {
    let hub = StandIn::tls(Certificates::new((2026, 1, 1), (2028, 1, 1))).await;
    let folder = tempfile::tempdir().unwrap();
    let mut theirs = provision(&hub);
    theirs.authority_pem = Certificates::new((2026, 1, 1), (2028, 1, 1)).authority_pem;
    Identity::open(folder.path()).unwrap().paired(theirs).unwrap();
    let mut kiosk = kiosk(&hub, folder.path(), true);
    kiosk.record(0..5).await;
    kiosk.until("refused", true, |state| state.problems.contains_key(&ProblemAt::Records) && state.unsent == 6).await;
    assert!(hub.lock().asked.is_empty());
}
