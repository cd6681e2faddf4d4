// SPDX-License-Identifier: GPL-3.0-or-later
//! The bare server: one request a connection, one fault a request.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpListener,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer},
    },
};

use super::{Fault, Shared, StandIn, answers};

/// An authority and a certificate of its hub, `localhost`.
pub struct Certificates {
    pub authority_pem: String,
    pub authority_der: Vec<u8>,
    leaf_der: Vec<u8>,
    leaf_key: Vec<u8>,
    /// Shown to the client beside the leaf.
    pub shown_authority: Vec<u8>,
}

impl Certificates {
    /// Good from the first to the second date (year, month, day).
    pub fn new(from: (i32, u8, u8), to: (i32, u8, u8)) -> Self {
        let authority_key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.not_before = rcgen::date_time_ymd(2000, 1, 1);
        params.not_after = rcgen::date_time_ymd(2099, 1, 1);
        let authority = params.self_signed(&authority_key).unwrap();
        let issuer = Issuer::new(params, authority_key);
        let leaf_key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        params.not_before = rcgen::date_time_ymd(from.0, from.1, from.2);
        params.not_after = rcgen::date_time_ymd(to.0, to.1, to.2);
        let leaf = params.signed_by(&leaf_key, &issuer).unwrap();
        Self {
            authority_pem: authority.pem(),
            authority_der: authority.der().to_vec(),
            leaf_der: leaf.der().to_vec(),
            leaf_key: leaf_key.serialize_der(),
            shown_authority: authority.der().to_vec(),
        }
    }

    fn acceptor(&self) -> TlsAcceptor {
        let chain =
            vec![CertificateDer::from(self.leaf_der.clone()), CertificateDer::from(self.shown_authority.clone())];
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, PrivateKeyDer::try_from(self.leaf_key.clone()).unwrap())
            .unwrap();
        TlsAcceptor::from(Arc::new(config))
    }
}

pub(super) async fn start(certificates: Option<Certificates>) -> StandIn {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let scheme = if certificates.is_some() { "https" } else { "http" };
    let shared = Arc::new(Mutex::new(Shared::new()));
    if let Some(certificates) = &certificates {
        shared.lock().unwrap().authority_der.clone_from(&certificates.authority_der);
    }
    let acceptor = certificates.as_ref().map(Certificates::acceptor);
    let served = Arc::clone(&shared);
    let task = tokio::spawn(async move {
        loop {
            let Ok((stream, _)) = listener.accept().await else { return };
            let (shared, acceptor) = (Arc::clone(&served), acceptor.clone());
            tokio::spawn(async move {
                match acceptor {
                    None => serve(stream, &shared).await,
                    Some(acceptor) => {
                        // A client that does not like the certificate goes away.
                        if let Ok(stream) = acceptor.accept(stream).await {
                            serve(stream, &shared).await;
                        }
                    }
                }
            });
        }
    });
    StandIn {
        url: format!("{scheme}://localhost:{port}").parse().unwrap(),
        authority_pem: certificates.map(|certificates| certificates.authority_pem),
        shared,
        task,
    }
}

pub(super) struct Request {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Request {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub(super) fn from(&self) -> u64 {
        let range = self.header("range").and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-'));
        range.map_or(0, |from| from.parse().unwrap())
    }
}

pub(super) struct Response {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
    /// Break off after so many bytes of the body.
    pub(super) cut: Option<usize>,
}

async fn serve<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S, shared: &Mutex<Shared>) {
    let Some(request) = read(&mut stream).await else { return };
    let (response, fault) = {
        let mut shared = shared.lock().unwrap();
        let asked = (request.method.clone(), request.path.clone(), request.from());
        shared.asked.push(asked);
        let fault = shared.faults.pop_front();
        (answers::answer(&mut shared, &request, fault), fault)
    };
    match fault {
        Some(Fault::Hang) => tokio::time::sleep(Duration::from_secs(3600)).await,
        Some(Fault::Close) => {}
        _ => write(&mut stream, response).await,
    }
}

async fn read<S: AsyncRead + Unpin>(stream: &mut S) -> Option<Request> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut lines = head.lines();
    let mut first = lines.next().unwrap().split(' ');
    let (method, path) = (first.next().unwrap().to_owned(), first.next().unwrap().to_owned());
    let headers =
        lines.filter_map(|line| line.split_once(": ")).map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    let mut request = Request { method, path, headers, body: bytes[end + 4..].to_vec() };
    let length = request.header("content-length").map_or(0, |length| length.parse().unwrap());
    while request.body.len() < length {
        if stream.read_buf(&mut request.body).await.ok()? == 0 {
            return None;
        }
    }
    Some(request)
}

async fn write<S: AsyncWrite + Unpin>(stream: &mut S, response: Response) {
    let Response { status, headers, body, cut } = response;
    let mut head = format!("HTTP/1.1 {status} -\r\ncontent-length: {}\r\nconnection: close\r\n", body.len());
    for (key, value) in headers {
        head.push_str(&format!("{key}: {value}\r\n"));
    }
    head.push_str("\r\n");
    // Whoever asked may have gone away: that is theirs to notice.
    let _ = stream.write_all(head.as_bytes()).await;
    let _ = stream.write_all(&body[..cut.unwrap_or(body.len())]).await;
    let _ = stream.shutdown().await;
}
