// SPDX-License-Identifier: GPL-3.0-or-later
//! A device signs each of its requests: method, path, digest of the body, and a number that only grows.

use thiserror::Error;
use xuedian_domain::id::DeviceId;

use super::{DeviceKey, PublicKey, SIGNATURE_ALG, sha256_hex};

/// Header: the device's id.
pub const DEVICE: &str = "xuedian-device";
/// Header: 32 hexadecimal digits, drawn anew each time the counter starts again.
pub const EPOCH: &str = "xuedian-epoch";
/// Header: from 1, a new one for each request of an epoch.
pub const COUNTER: &str = "xuedian-counter";
/// Header: `ed25519 <128 hexadecimal digits>`.
pub const SIGNATURE: &str = "xuedian-signature";

/// What a device sends along with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedRequest {
    /// Who.
    pub device: DeviceId,
    /// The stretch in which the counter grows: 32 lower-case hexadecimal digits.
    pub epoch: String,
    /// Grows with each request.
    pub counter: u64,
    /// The signature, 128 hexadecimal digits.
    pub signature: String,
}

impl SignedRequest {
    /// The four headers.
    #[must_use]
    pub fn headers(&self) -> [(&'static str, String); 4] {
        [
            (DEVICE, self.device.to_string()),
            (EPOCH, self.epoch.clone()),
            (COUNTER, self.counter.to_string()),
            (SIGNATURE, format!("{SIGNATURE_ALG} {}", self.signature)),
        ]
    }

    /// Reads the four headers through `header`, which gives a header's value by its name.
    ///
    /// # Errors
    /// When one is absent or malformed.
    pub fn from_headers<'a>(header: impl Fn(&str) -> Option<&'a str>) -> Result<Self, RequestFault> {
        let need = |name| header(name).ok_or(RequestFault::Header(name));
        let device = need(DEVICE)?.parse().map_err(|_| RequestFault::Header(DEVICE))?;
        let epoch = need(EPOCH)?.to_owned();
        if epoch.len() != 32 || !epoch.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(RequestFault::Header(EPOCH));
        }
        let counter = need(COUNTER)?.parse().map_err(|_| RequestFault::Header(COUNTER))?;
        let (alg, signature) = need(SIGNATURE)?.split_once(' ').ok_or(RequestFault::Header(SIGNATURE))?;
        if alg != SIGNATURE_ALG {
            return Err(RequestFault::Algorithm(alg.chars().take(16).collect()));
        }
        Ok(Self { device, epoch, counter, signature: signature.to_owned() })
    }
}

/// What is asked, as the signature covers it.
#[derive(Clone, Copy, Debug)]
pub struct Presented<'a> {
    /// `GET` or `POST`.
    pub method: &'a str,
    /// Path with its query, as sent.
    pub path: &'a str,
    /// The body as sent, compressed if it is; empty when there is none.
    pub body: &'a [u8],
}

/// Why a request is not a device's.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RequestFault {
    /// Absent or malformed.
    #[error("header {0} is absent or malformed")]
    Header(&'static str),
    /// An algorithm that this release does not know.
    #[error("signature algorithm {0:?} is not known here")]
    Algorithm(String),
    /// The key is another device's.
    #[error("the key does not belong to the device")]
    OtherDevice,
    /// Signed by someone else, or changed on the way.
    #[error("the signature does not hold")]
    Signature,
}

/// Signs a request.
#[must_use]
pub fn sign_request(key: &DeviceKey, asked: Presented<'_>, epoch: &str, counter: u64) -> SignedRequest {
    let signature = key.sign(message(asked, epoch, counter).as_bytes());
    SignedRequest { device: key.device(), epoch: epoch.to_owned(), counter, signature }
}

/// Checks a request against the key of the device that it names. Whether its counter was seen before is for the hub to remember.
///
/// # Errors
/// When the key is another's or the signature does not hold.
pub fn verify_request(key: &PublicKey, asked: Presented<'_>, request: &SignedRequest) -> Result<(), RequestFault> {
    if key.device() != request.device {
        return Err(RequestFault::OtherDevice);
    }
    let message = message(asked, &request.epoch, request.counter);
    if key.signed(message.as_bytes(), &request.signature) { Ok(()) } else { Err(RequestFault::Signature) }
}

fn message(asked: Presented<'_>, epoch: &str, counter: u64) -> String {
    format!("xuedian-request/1\n{}\n{}\n{}\n{epoch}\n{counter}", asked.method, asked.path, sha256_hex(asked.body))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASKED: Presented<'_> = Presented { method: "POST", path: "/v1/records", body: b"lines" };
    const EPOCH_1: &str = "000102030405060708090a0b0c0d0e0f";

    #[test]
    fn a_signature_covers_each_part() {
        let key = DeviceKey::from_seed(&[1; 32]);
        let good = sign_request(&key, ASKED, EPOCH_1, 7);
        let verify = |asked, request: &SignedRequest| verify_request(&key.public(), asked, request);
        assert_eq!(verify(ASKED, &good), Ok(()));
        for other in [
            Presented { method: "GET", ..ASKED },
            Presented { path: "/v1/documents", ..ASKED },
            Presented { body: b"other", ..ASKED },
        ] {
            assert_eq!(verify(other, &good), Err(RequestFault::Signature));
        }
        assert_eq!(verify(ASKED, &SignedRequest { counter: 8, ..good.clone() }), Err(RequestFault::Signature));
        let epoch = EPOCH_1.replace("00", "10");
        assert_eq!(verify(ASKED, &SignedRequest { epoch, ..good.clone() }), Err(RequestFault::Signature));
        let stranger = DeviceKey::from_seed(&[2; 32]);
        assert_eq!(verify_request(&stranger.public(), ASKED, &good), Err(RequestFault::OtherDevice));
    }

    #[test]
    fn headers_read_what_they_write() {
        let good = sign_request(&DeviceKey::from_seed(&[1; 32]), ASKED, EPOCH_1, 7);
        let headers = good.headers();
        let find = |name: &str| headers.iter().find(|(n, _)| *n == name).map(|(_, value)| value.as_str());
        assert_eq!(SignedRequest::from_headers(find), Ok(good));
        assert_eq!(SignedRequest::from_headers(|_| None), Err(RequestFault::Header(DEVICE)));
        let sm2 = |name: &str| if name == SIGNATURE { Some("sm2 00") } else { find(name) };
        assert_eq!(SignedRequest::from_headers(sm2), Err(RequestFault::Algorithm("sm2".into())));
    }
}
