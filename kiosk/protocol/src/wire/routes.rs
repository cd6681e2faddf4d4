// SPDX-License-Identifier: GPL-3.0-or-later
//! Paths and limits.

/// `POST`: a batch of records. Signed.
pub const RECORDS: &str = "/v1/records";
/// `GET`: the manifests in force for the asking device. Signed. Query `seen=<hub epoch>.<counter>`: the newest manifest it has.
pub const DOCUMENTS: &str = "/v1/documents";
/// `GET`: followed by a SHA-256 in 64 hexadecimal digits; ranges. Signed.
pub const FILES: &str = "/v1/files/";
/// `POST`: a box wants to belong to this district.
pub const PAIRING: &str = "/v1/pairing";
/// `POST`: has the operator decided?
pub const PAIRING_POLL: &str = "/v1/pairing/poll";
/// `GET`: what every device has sent. Bearer token.
pub const STATUS: &str = "/v1/status";

/// Most records of a batch that a device sends to begin with.
pub const FIRST_BATCH_RECORDS: usize = 100;
/// Most bytes of lines in a batch to begin with, before compression.
pub const FIRST_BATCH_BYTES: usize = 256 * 1024;
/// Most bytes of lines in a batch that a hub takes, before compression; more is a 413.
pub const MOST_BATCH_BYTES: usize = 4 * 1024 * 1024;
/// Most records in a batch that a hub takes; more is a 413.
pub const MOST_BATCH_RECORDS: usize = 5_000;
