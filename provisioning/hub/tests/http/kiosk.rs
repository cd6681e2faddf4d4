// SPDX-License-Identifier: GPL-3.0-or-later
//! A hub on the loopback with real TLS, and a kiosk that speaks the wire.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
};

use reqwest::{Client, Method, Response};
use rustls::pki_types::{CertificateDer, pem::PemObject};
use tempfile::TempDir;
use xuedian_hub::{
    clock::Clock,
    http::{Serving, serve},
    hub::Hub,
    settings::Settings,
};
use xuedian_journal::{Draft, Journal, Stamp, Stored};
use xuedian_protocol::{
    signing::{DeviceKey, Presented, sign_request},
    wire::{BatchLine, pack},
};

pub const STATUS: &str = "0123456789abcdef";
pub const ADMIN: &str = "fedcba9876543210";

/// A clock that stands until it is moved.
pub struct StandingClock(pub AtomicI64);

impl Clock for StandingClock {
    fn now_ms(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// 2026-11-22 09:00 in Shanghai.
pub const D0_0900: i64 = 1795309200000;

pub struct District {
    _folder: TempDir,
    pub hub: Arc<Hub>,
    pub clock: Arc<StandingClock>,
    pub serving: Serving,
    pub client: Client,
}

impl District {
    pub async fn start(prepare: impl FnOnce(&Hub)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(StandingClock(AtomicI64::new(D0_0900)));
        let hub = Arc::new(Hub::open(folder.path(), "Asia/Shanghai", clock.clone()).unwrap());
        prepare(&hub);
        hub.publish().unwrap();
        let (serving, client) = serving(&hub, folder.path());
        Self { _folder: folder, hub, clock, serving, client }
    }

    pub fn url(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.serving.address.port())
    }

    pub async fn admin(&self, method: Method, path: &str, body: Option<serde_json::Value>) -> Response {
        let mut request = self.client.request(method, self.url(path)).bearer_auth(ADMIN);
        if let Some(body) = body {
            request = request.json(&body);
        }
        request.send().await.unwrap()
    }

    pub async fn status(&self) -> xuedian_protocol::wire::status::Status {
        self.client.get(self.url("/v1/status")).bearer_auth(STATUS).send().await.unwrap().json().await.unwrap()
    }
}

fn serving(hub: &Arc<Hub>, folder: &Path) -> (Serving, Client) {
    let text = format!("[hub]\nlisten = \"127.0.0.1:0\"\n[tokens]\nstatus = \"{STATUS}\"\nadmin = \"{ADMIN}\"\n");
    let settings = Settings::parse(&text, Some(folder.to_owned())).unwrap();
    let serving = serve(hub.clone(), &settings).unwrap();
    (serving, client(hub.keys.authority.certificate_pem()))
}

/// A client that believes one authority.
pub fn client(authority_pem: &str) -> Client {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(authority_pem.as_bytes()).unwrap()).unwrap();
    let config = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    Client::builder().tls_backend_preconfigured(config).build().unwrap()
}

/// A kiosk with a real journal.
pub struct Kiosk {
    pub key: DeviceKey,
    pub journal: Journal,
    pub counter: AtomicU64,
    pub mono_ms: u64,
    _folder: TempDir,
}

pub const EPOCH: &str = "0123456789abcdef0123456789abcdef";

impl Kiosk {
    pub fn new(seed: u8) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let key = DeviceKey::from_seed(&[seed; 32]);
        let (journal, _) = Journal::open(folder.path(), &key.device().to_string(), "test").unwrap();
        Self { key, journal, counter: AtomicU64::new(0), mono_ms: 1_000, _folder: folder }
    }

    /// Records what happened `minutes` after nine; gives the record's id.
    pub fn record(&mut self, minutes: i64, kind: &str, body: serde_json::Value) -> String {
        let id = uuid::Uuid::now_v7().to_string();
        self.mono_ms += 1_000;
        let stamp = Stamp {
            boot: "b0070000-0000-4000-8000-000000000001".into(),
            mono_ms: self.mono_ms,
            wall_ms: D0_0900 + minutes * 60_000,
            clock: xuedian_journal::Clock::Synced,
        };
        self.journal.append(&stamp, &[Draft { id: id.clone(), kind: kind.into(), body }]).unwrap();
        id
    }

    pub fn stored(&self) -> Vec<Stored> {
        self.journal.reader().unwrap().read_after(None, 0, 100_000, usize::MAX).unwrap()
    }

    pub fn batch(&self, stored: &[Stored]) -> Vec<u8> {
        pack(stored.iter().map(|s| BatchLine { hash: &s.hash, line: &s.line })).unwrap()
    }

    pub async fn ask(&self, district: &District, method: &str, path: &str, body: Vec<u8>) -> Response {
        let counter = self.counter.fetch_add(1, Ordering::Relaxed) + 1;
        self.ask_with(district, method, path, body, counter).await
    }

    pub async fn ask_with(
        &self,
        district: &District,
        method: &str,
        path: &str,
        body: Vec<u8>,
        counter: u64,
    ) -> Response {
        let asked = Presented { method, path, body: &body };
        let signed = sign_request(&self.key, asked, EPOCH, counter);
        let mut request = district.client.request(method.parse().unwrap(), district.url(path)).body(body);
        for (name, value) in signed.headers() {
            request = request.header(name, value);
        }
        request.send().await.unwrap()
    }
}
