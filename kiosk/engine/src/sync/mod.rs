// SPDX-License-Identifier: GPL-3.0-or-later
//! Getting records to the district, whatever the network does: they wait here until the hub has acknowledged them.
//!
//! One batch in flight, the oldest first, by the journal's own bytes; the cursor moves on with each answer. After a failure
//! of any kind the records wait, and are tried again after a random time that grows.

mod backoff;
mod batch_size;
mod contact;
mod failure;
mod hub_client;
mod outbox;
mod sender;
mod state;
pub mod tls;

pub(crate) use backoff::draw;
pub use backoff::{Backoff, FIRST, LONGEST, LONGEST_ASKED, part};
pub use batch_size::BatchSize;
pub use contact::Hub;
pub use failure::ContactError;
pub(crate) use hub_client::{Ask, failed};
pub use hub_client::{HubClient, Patience};
pub(crate) use outbox::HUB;
pub use outbox::Outbox;
pub(crate) use sender::{Held, Sender, SenderLines};
pub(crate) use state::StateTeller;
pub use state::{DistrictFault, DistrictProblem, DistrictState, ProblemAt};

#[cfg(test)]
mod sender_tests;
