// SPDX-License-Identifier: GPL-3.0-or-later
//! The six documents of the district: fetched, judged, kept as the signed files that arrived, and taken over whole or not
//! at all.
//!
//! In the folder `documents/`: for each kind one file `KIND.json` with its signed manifests, the first of which stands for
//! a whole document and each further one for a step; and `files/`, by hash, with what they name. Everything else that a kiosk knows of its
//! district is built from these and can be thrown away.

mod apply;
mod fault;
mod fetch;
mod kept;
mod offer;
mod store;
mod task;

pub use apply::lay_out_people;
pub use fault::DocumentError;
pub(crate) use fetch::fetch_file;
pub use kept::{Chain, DocumentVersion, Link};
pub use offer::Here;
pub use store::DocumentStore;
pub use task::Polling;
pub(crate) use task::{DocumentLines, DocumentTask};
