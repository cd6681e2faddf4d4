// SPDX-License-Identifier: GPL-3.0-or-later
//! One HTTP client for all that a kiosk asks of its hub: bounded in time and in size, and signed.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use reqwest::{Client, Method, Response, StatusCode, Url, header, redirect};
use rustls::ClientConfig;
use xuedian_protocol::{
    signing::{DeviceKey, Presented, sign_request},
    text::hex,
    wire::{Problem, code},
};

use super::failure::ContactError;

/// How long things may take.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Until a connection stands.
    pub connect: Duration,
    /// Until an answer is whole. Not for files.
    pub answer: Duration,
    /// Between two pieces of a file.
    pub silence: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), answer: Duration::from_secs(60), silence: Duration::from_secs(30) }
    }
}

/// The longest answer that is read into memory, bytes.
const LONGEST_ANSWER: usize = 4 << 20;
/// How often a request is signed anew because its counter was seen before.
const COUNTER_TRIES: u32 = 3;

/// Speaks to a hub. Clones share connections and counter.
#[derive(Clone, Debug)]
pub struct HubClient {
    http: Client,
    base: Url,
    patience: Patience,
    signer: Option<Arc<Signer>>,
}

/// Signs requests; the counter grows with each.
#[derive(Debug)]
struct Signer {
    key: DeviceKey,
    epoch: String,
    counter: AtomicU64,
}

/// The two that are in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    Get,
    Post,
}

impl Verb {
    fn method(self) -> Method {
        match self {
            Self::Get => Method::GET,
            Self::Post => Method::POST,
        }
    }
}

/// A question to the hub.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ask<'a> {
    pub(crate) verb: Verb,
    /// Path and query.
    pub(crate) path: &'a str,
    pub(crate) media_type: Option<&'static str>,
    pub(crate) body: &'a [u8],
    /// First byte that is wanted of a file; 0 asks for all of it.
    pub(crate) from: u64,
}

impl<'a> Ask<'a> {
    pub(crate) fn get(path: &'a str) -> Self {
        Self { verb: Verb::Get, path, media_type: None, body: &[], from: 0 }
    }

    pub(crate) fn post(path: &'a str, media_type: &'static str, body: &'a [u8]) -> Self {
        Self { verb: Verb::Post, path, media_type: Some(media_type), body, from: 0 }
    }
}

/// By which request an answer came: a signed time has to echo it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Echo {
    pub(crate) epoch: String,
    pub(crate) counter: u64,
}

impl HubClient {
    /// Prepares to speak to `base`. Without a device key nothing is signed, as in pairing.
    ///
    /// # Errors
    /// When the TLS library refuses.
    pub fn new(base: Url, tls: ClientConfig, key: Option<DeviceKey>, patience: Patience) -> Result<Self, ContactError> {
        let http = Client::builder()
            .tls_backend_preconfigured(tls)
            .http1_only()
            // Nothing but the settings says where the hub is: no environment, no redirection.
            .no_proxy()
            .redirect(redirect::Policy::none())
            .connect_timeout(patience.connect)
            .read_timeout(patience.silence)
            .pool_idle_timeout(Duration::from_secs(90))
            .user_agent(concat!("xuedian/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| ContactError::Here(error.to_string()))?;
        let signer = key.map(Signer::new).transpose()?.map(Arc::new);
        Ok(Self { http, base, patience, signer })
    }

    /// Asks and reads the whole answer. Anything but a 2xx is an error.
    pub(crate) async fn ask(&self, ask: Ask<'_>) -> Result<(Vec<u8>, Echo), ContactError> {
        let work = async {
            for _ in 0..COUNTER_TRIES {
                let (response, echo) = self.begin(ask).await?;
                let status = response.status();
                let retry_after = retry_after(&response);
                let body = whole_body(response).await?;
                if status.is_success() {
                    return Ok((body, echo));
                }
                let problem = problem(&body);
                if !self.count_past(&problem) {
                    return Err(refused(status, problem, retry_after));
                }
            }
            Err(ContactError::Garbage("no counter is new to the hub".to_owned()))
        };
        tokio::time::timeout(self.patience.answer, work).await.unwrap_or(Err(ContactError::TimedOut))
    }

    /// Asks for a file and hands its answer out, to be read piece by piece.
    pub(crate) async fn open(&self, ask: Ask<'_>) -> Result<Response, ContactError> {
        for _ in 0..COUNTER_TRIES {
            let beginning = tokio::time::timeout(self.patience.answer, self.begin(ask));
            let (response, _) = beginning.await.unwrap_or(Err(ContactError::TimedOut))?;
            let (status, retry_after) = (response.status(), retry_after(&response));
            if status.is_success() {
                return Ok(response);
            }
            let body = whole_body(response).await?;
            let problem = problem(&body);
            if !self.count_past(&problem) {
                return Err(refused(status, problem, retry_after));
            }
        }
        Err(ContactError::Garbage("no counter is new to the hub".to_owned()))
    }

    async fn begin(&self, ask: Ask<'_>) -> Result<(Response, Echo), ContactError> {
        let url = self.base.join(ask.path).map_err(|error| ContactError::Here(error.to_string()))?;
        let mut request = self.http.request(ask.verb.method(), url).body(ask.body.to_vec());
        if let Some(media_type) = ask.media_type {
            request = request.header(header::CONTENT_TYPE, media_type);
        }
        if ask.from > 0 {
            request = request.header(header::RANGE, format!("bytes={}-", ask.from));
        }
        let mut echo = Echo { epoch: String::new(), counter: 0 };
        if let Some(signer) = &self.signer {
            echo = Echo { epoch: signer.epoch.clone(), counter: signer.counter.fetch_add(1, Ordering::Relaxed) };
            let method = ask.verb.method();
            let asked = Presented { method: method.as_str(), path: ask.path, body: ask.body };
            for (name, value) in sign_request(&signer.key, asked, &echo.epoch, echo.counter).headers() {
                request = request.header(name, value);
            }
        }
        let response = request.send().await.map_err(|error| failed(&error))?;
        Ok((response, echo))
    }

    /// True when the counter was behind what the hub has seen, and is now past it.
    fn count_past(&self, problem: &Problem) -> bool {
        let (Some(signer), true, Some(seen)) = (&self.signer, problem.error == code::REPLAYED, problem.counter) else {
            return false;
        };
        signer.counter.fetch_max(seen.saturating_add(1), Ordering::Relaxed);
        true
    }
}

impl Signer {
    fn new(key: DeviceKey) -> Result<Self, ContactError> {
        let mut epoch = [0; 16];
        getrandom::fill(&mut epoch).map_err(|error| ContactError::Here(error.to_string()))?;
        Ok(Self { key, epoch: hex(&epoch), counter: AtomicU64::new(1) })
    }
}

async fn whole_body(mut response: Response) -> Result<Vec<u8>, ContactError> {
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(|error| failed(&error))? {
        if body.len() + piece.len() > LONGEST_ANSWER {
            return Err(ContactError::Garbage(format!("more than {LONGEST_ANSWER} bytes")));
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
}

pub(crate) fn failed(error: &reqwest::Error) -> ContactError {
    if error.is_timeout() {
        ContactError::TimedOut
    } else if error.is_body() || error.is_decode() {
        ContactError::BrokeOff(innermost(error))
    } else {
        ContactError::Unreachable(innermost(error))
    }
}

/// The cause of the cause: what a technician needs.
fn innermost(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}

/// Seconds only: a date would have to be read with a clock that nobody vouches for.
fn retry_after(response: &Response) -> Option<Duration> {
    let seconds = response.headers().get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

fn problem(body: &[u8]) -> Problem {
    serde_json::from_slice(body)
        .unwrap_or_else(|_| Problem::new("", String::from_utf8_lossy(&body[..body.len().min(120)])))
}

fn refused(status: StatusCode, problem: Problem, retry_after: Option<Duration>) -> ContactError {
    if problem.error == code::GAP {
        return ContactError::Gap(Box::new(problem));
    }
    ContactError::Refused { status: status.as_u16(), error: problem.error, message: problem.message, retry_after }
}
