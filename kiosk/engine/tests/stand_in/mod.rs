// SPDX-License-Identifier: GPL-3.0-or-later
//! A hub that fails on demand: the protocol's own functions behind a bare HTTP/1.1 server.
#![expect(clippy::unwrap_used, reason = "a test may panic")]
#![allow(dead_code, clippy::allow_attributes, reason = "each test program uses its own part of it")]

mod answers;
pub mod district;
mod server;

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard},
};

use reqwest::Url;
use xuedian_protocol::{
    documents::{DocumentKind, FileRef, Manifest, Scope, Step, manifest::VERSION},
    pairing::{Nonce, PairingRequest, Provision},
    signing::{HubKey, PublicKey, Signed, sha256_hex},
    wire::{HubEpoch, Position},
};

/// What the hub does with one request, once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Takes the request and never answers.
    Hang,
    /// Closes at once.
    Close,
    /// Keeps what came, and breaks off in the middle of the answer.
    HalfBody,
    /// Keeps what came, and answers with something else.
    Garbage,
    /// Only this, with `Retry-After` in seconds.
    Status(u16, Option<u64>),
    /// Keeps what came, and signs the time with another key.
    OtherKey,
    /// Keeps what came, and repeats the time of an earlier answer.
    OldTime,
    /// Says that the counter was seen.
    Replayed,
}

/// The hub while it runs.
pub struct StandIn {
    pub url: Url,
    pub authority_pem: Option<String>,
    shared: Arc<Mutex<Shared>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.task.abort();
    }
}

pub struct Shared {
    pub key: HubKey,
    pub epoch: HubEpoch,
    pub time_ms: i64,
    /// The device's key, once it is known here.
    pub device: Option<PublicKey>,
    /// Lines with their hashes, in the order in which they came first.
    pub kept: Vec<(String, String)>,
    pub manifests: Vec<Signed>,
    pub files: HashMap<String, Vec<u8>>,
    pub faults: VecDeque<Fault>,
    /// Files break off after so many bytes, so many times.
    pub cut_files: (usize, u32),
    /// Each request: method, path, the first byte that was asked for.
    pub asked: Vec<(String, String, u64)>,
    pub counters: HashMap<String, u64>,
    pub last_time: Option<Signed>,
    pub pairing: Option<(PairingRequest, Nonce)>,
    pub provision: Option<Provision>,
    pub denied: bool,
    pub authority_der: Vec<u8>,
    pub told_nonce: Option<Nonce>,
}

impl Shared {
    pub fn new() -> Self {
        let epoch = HubEpoch { began_ms: 1_800_000_000_000, id: "ab".repeat(16) };
        Self {
            key: HubKey::from_seed(&[7; 32]),
            epoch,
            time_ms: 1_800_000_100_000,
            device: None,
            kept: vec![],
            manifests: vec![],
            files: HashMap::new(),
            faults: VecDeque::new(),
            cut_files: (0, 0),
            asked: vec![],
            counters: HashMap::new(),
            last_time: None,
            pairing: None,
            provision: None,
            denied: false,
            authority_der: vec![],
            told_nonce: None,
        }
    }

    pub fn kept_seqs(&self) -> Vec<u64> {
        self.kept.iter().map(|(_, line)| position(line).seq).collect()
    }

    pub fn file(&mut self, bytes: &[u8]) -> FileRef {
        let sha256 = sha256_hex(bytes);
        self.files.insert(sha256.clone(), bytes.to_vec());
        FileRef { sha256, bytes: bytes.len() as u64, media_type: "application/octet-stream".into() }
    }

    /// A manifest of this hub, not yet offered.
    pub fn manifest(&mut self, kind: DocumentKind, counter: u64, bytes: &[u8]) -> Manifest {
        let full = self.file(bytes);
        Manifest {
            v: VERSION,
            kind,
            scope: Scope::District,
            hub_epoch: self.epoch.clone(),
            counter,
            issued_ms: self.time_ms,
            full,
            steps: vec![],
            files: vec![],
            through: None,
        }
    }

    pub fn step(&mut self, from: u64, bytes: &[u8]) -> Step {
        Step { from, file: self.file(bytes) }
    }

    /// Offers this manifest in the place of the one of its kind.
    pub fn offer(&mut self, manifest: &Manifest) {
        let signed = Signed::new(&self.key, manifest);
        self.offer_signed(manifest.kind, signed);
    }

    pub fn offer_signed(&mut self, kind: DocumentKind, signed: Signed) {
        let word = format!("\"kind\":\"{}\"", kind.word());
        self.manifests.retain(|other| !other.payload.contains(&word));
        self.manifests.push(signed);
    }
}

pub fn position(line: &str) -> Position {
    serde_json::from_str(line).unwrap()
}

impl StandIn {
    pub fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap()
    }

    pub fn fail(&self, faults: impl IntoIterator<Item = Fault>) {
        self.lock().faults.extend(faults);
    }

    /// On this machine, without TLS.
    pub async fn plain() -> Self {
        server::start(None).await
    }

    /// With a certificate of an authority of its own.
    pub async fn tls(certificates: server::Certificates) -> Self {
        server::start(Some(certificates)).await
    }
}

pub use server::Certificates;
