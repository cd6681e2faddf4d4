// SPDX-License-Identifier: GPL-3.0-or-later
//! What the hub publishes: the six documents, each a version of content-addressed files, signed for each device that asks.

mod compose;
mod manifests;
mod publish;
mod steps;

pub(crate) use publish::Content;
pub use publish::PublishError;

/// Names of the district's own texts in the storage.
pub mod text {
    /// The agenda, JSON.
    pub const AGENDA: &str = "agenda";
    /// The catalogue, JSON.
    pub const CATALOGUE: &str = "catalogue";
    /// The rules, TOML: the version that is published.
    pub const RULES: &str = "rules";
}
