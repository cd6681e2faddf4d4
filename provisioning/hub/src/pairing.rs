// SPDX-License-Identifier: GPL-3.0-or-later
//! Boxes that want to belong to the district.

use thiserror::Error;
use xuedian_domain::id::{RoomId, SiteId};
use xuedian_protocol::{
    documents::{HOME_ZONE, PointSettings, SiteEntry, WordsEntry},
    pairing::{
        CardKeyEntry, Nonce, PairingAnswer, PairingPoll, PairingRequest, PairingState, Provision, SealPublic,
        four_words,
    },
    signing::{PublicKey, sha256_hex},
    text::hex,
};

use crate::{
    documents::PublishError,
    hub::Hub,
    store::{Attempt, AttemptState, Device, StoreError},
};

/// How long a code is good, seconds.
const EXPIRES_S: u32 = 15 * 60;
/// Seconds between polls.
const INTERVAL_S: u32 = 2;
/// Attempts that may be open at once: beyond, somebody is playing.
const MOST_OPEN: usize = 200;
/// Letters of a user code: none that look or sound alike, no vowels.
const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
/// Longest name of software that is kept, characters.
const SOFTWARE_CHARACTERS: usize = 80;

/// Why a pairing step was refused.
#[derive(Debug, Error)]
pub enum PairingError {
    /// The box does not have the key that it shows.
    #[error("the request is not signed by its own key")]
    NotItsKey,
    /// Too many boxes at once.
    #[error("{MOST_OPEN} boxes are waiting already")]
    TooMany,
    /// No such code, or it has lapsed.
    #[error("no box shows the code {0:?}, or it has lapsed")]
    NoSuchCode(String),
    /// It was decided before.
    #[error("the code {0:?} was decided before")]
    Decided(String),
    /// No such learning point.
    #[error("no learning point is called {0:?}; known are: {1}")]
    NoSuchSite(String, String),
    /// No such room.
    #[error("{0:?} has no room called {1:?}; it has: {2}")]
    NoSuchRoom(String, String, String),
    /// The storage.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Documents for the new box could not be made.
    #[error(transparent)]
    Publish(#[from] PublishError),
}

/// A box that waits for the operator.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Waiting {
    /// What it shows.
    pub user_code: String,
    /// The id that it will have.
    pub device: String,
    /// Its software.
    pub software: String,
    /// Seconds until the code lapses.
    pub expires_s: i64,
    /// The four words that it shows if it was not prepared; none until it has polled once.
    pub words: Option<[String; 4]>,
}

/// What the operator decides of a box.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Assignment {
    /// The learning point: its id or either of its names.
    pub site: String,
    /// The kiosk's name.
    pub name: String,
    /// Rooms that it serves, by id or name; empty means all of the point's.
    #[serde(default)]
    pub rooms: Vec<String>,
}

impl Hub {
    /// A box asks.
    ///
    /// # Errors
    /// When it does not have its key, or too many ask.
    pub fn ask_pairing(&self, request: &PairingRequest) -> Result<PairingAnswer, PairingError> {
        if !request.holds() {
            return Err(PairingError::NotItsKey);
        }
        let now_ms = self.clock.now_ms();
        self.store.forget_attempts(now_ms - i64::from(EXPIRES_S) * 1000)?;
        let open = self.store.attempts(now_ms)?;
        if open.len() >= MOST_OPEN {
            return Err(PairingError::TooMany);
        }
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(|why| StoreError::Row { what: "random number", why: why.to_string() })?;
        let device_code = hex(&secret);
        let user_code = loop {
            let code = draw_code()?;
            if open.iter().all(|attempt| attempt.user_code != code) {
                break code;
            }
        };
        let attempt = Attempt {
            secret_hash: sha256_hex(device_code.as_bytes()),
            user_code: user_code.clone(),
            device_key: request.device_key,
            seal_key: request.seal_key.to_string(),
            commitment: request.commitment.0.clone(),
            device_nonce: None,
            hub_nonce: Nonce::draw(),
            software: request.software.chars().filter(|c| !c.is_control()).take(SOFTWARE_CHARACTERS).collect(),
            expires_ms: now_ms + i64::from(EXPIRES_S) * 1000,
            state: AttemptState::Pending,
        };
        self.store.put_attempt(&attempt)?;
        let nonce = attempt.hub_nonce;
        Ok(PairingAnswer { device_code, user_code, nonce, interval_s: INTERVAL_S, expires_s: EXPIRES_S })
    }

    /// A box polls.
    ///
    /// # Errors
    /// When the storage fails. `public_url` is where the box will find the hub.
    pub fn poll_pairing(&self, poll: &PairingPoll, public_url: &str) -> Result<PairingState, PairingError> {
        let secret_hash = sha256_hex(poll.device_code.as_bytes());
        let Some(mut attempt) = self.store.attempt(&secret_hash)? else { return Ok(PairingState::Expired) };
        if attempt.expires_ms <= self.clock.now_ms() {
            return Ok(PairingState::Expired);
        }
        if poll.nonce.commitment().0 != attempt.commitment {
            return Ok(PairingState::Denied);
        }
        if attempt.device_nonce.is_none() {
            attempt.device_nonce = Some(poll.nonce);
            self.store.put_attempt(&attempt)?;
        }
        match attempt.state {
            AttemptState::Pending => Ok(PairingState::Pending),
            AttemptState::Denied => Ok(PairingState::Denied),
            AttemptState::Approved => self.seal_for(&attempt, public_url),
        }
    }

    fn seal_for(&self, attempt: &Attempt, public_url: &str) -> Result<PairingState, PairingError> {
        let Some(device) = self.store.device(attempt.device_key.device())? else { return Ok(PairingState::Denied) };
        let bad = |why: String| StoreError::Row { what: "attempt", why };
        let key: SealPublic = attempt.seal_key.parse().map_err(|why| bad(format!("{why}")))?;
        let plain = serde_json::to_vec(&self.provision(&device, public_url)).map_err(|why| bad(why.to_string()))?;
        let sealed = key.seal(&plain, &device.key.device().to_string()).map_err(|why| bad(why.to_string()))?;
        Ok(PairingState::Approved { sealed })
    }

    /// What a device of the district is given.
    #[must_use]
    pub fn provision(&self, device: &Device, public_url: &str) -> Provision {
        Provision {
            v: 1,
            authority_pem: self.keys.authority.certificate_pem().to_owned(),
            hub_url: public_url.to_owned(),
            document_keys: vec![self.keys.document.public()],
            card_keys: self.keys.cards.iter().map(CardKeyEntry::from).collect(),
            site: device.site,
            site_name: device.settings.site_name.clone(),
            name: device.name.clone(),
        }
    }

    /// Boxes that wait for the operator.
    ///
    /// # Errors
    /// When the storage fails.
    pub fn waiting(&self) -> Result<Vec<Waiting>, PairingError> {
        let now_ms = self.clock.now_ms();
        let attempts = self.store.attempts(now_ms)?;
        let pending = attempts.into_iter().filter(|a| a.state == AttemptState::Pending);
        Ok(pending
            .map(|attempt| Waiting {
                device: attempt.device_key.device().to_string(),
                expires_s: (attempt.expires_ms - now_ms) / 1000,
                words: self.words(&attempt),
                user_code: attempt.user_code,
                software: attempt.software,
            })
            .collect())
    }

    fn words(&self, attempt: &Attempt) -> Option<[String; 4]> {
        let nonce = attempt.device_nonce?;
        let seal: SealPublic = attempt.seal_key.parse().ok()?;
        let authority = self.keys.authority.certificate_der();
        Some(four_words(authority, &attempt.device_key, &seal, &nonce, &attempt.hub_nonce).map(str::to_owned))
    }

    /// The operator says yes.
    ///
    /// # Errors
    /// When there is no such code, point or room.
    pub fn approve(&self, code: &str, assignment: &Assignment) -> Result<Device, PairingError> {
        let mut attempt = self.pending(code)?;
        let device = self.enrol(attempt.device_key, assignment)?;
        attempt.state = AttemptState::Approved;
        self.store.put_attempt(&attempt)?;
        Ok(device)
    }

    /// The operator says no.
    ///
    /// # Errors
    /// When there is no such code.
    pub fn deny(&self, code: &str) -> Result<(), PairingError> {
        let mut attempt = self.pending(code)?;
        attempt.state = AttemptState::Denied;
        Ok(self.store.put_attempt(&attempt)?)
    }

    fn pending(&self, code: &str) -> Result<Attempt, PairingError> {
        let plain = |code: &str| -> String {
            code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
        };
        let attempts = self.store.attempts(self.clock.now_ms())?;
        let found = attempts.into_iter().find(|a| plain(&a.user_code) == plain(code));
        let attempt = found.ok_or_else(|| PairingError::NoSuchCode(code.to_owned()))?;
        if attempt.state != AttemptState::Pending {
            return Err(PairingError::Decided(code.to_owned()));
        }
        Ok(attempt)
    }

    /// Makes a key a device of the district, or assigns one anew: what pairing comes to, and how a demonstration prepares kiosks.
    ///
    /// # Errors
    /// When there is no such point or room, or the storage fails.
    pub fn enrol(&self, key: PublicKey, assignment: &Assignment) -> Result<Device, PairingError> {
        let site = self.find_site(&assignment.site)?;
        let rooms = find_rooms(&site, &assignment.rooms)?;
        let settings = PointSettings {
            site: site.site,
            site_name: site.name.clone(),
            name: assignment.name.clone(),
            rooms: rooms.clone(),
            ..self.point_settings(site.site, site.name)?
        };
        let last_seen_ms = self.store.device(key.device())?.and_then(|known| known.last_seen_ms);
        let device = Device {
            key,
            name: assignment.name.clone(),
            site: site.site,
            rooms,
            settings,
            struck: false,
            last_seen_ms,
        };
        self.store.put_device(&device)?;
        self.publish()?;
        Ok(device)
    }

    /// A learning point by its id or either of its names.
    ///
    /// # Errors
    /// When there is none such; the error names those that there are.
    pub fn find_site(&self, name: &str) -> Result<SiteEntry, PairingError> {
        let sites = self.agenda()?.sites;
        let known = sites.iter().map(|site| site.name.zh.as_str()).collect::<Vec<_>>().join(", ");
        let id: Option<SiteId> = name.parse().ok();
        let found =
            sites.into_iter().find(|site| Some(site.site) == id || site.name.zh == name || site.name.en == name);
        found.ok_or_else(|| PairingError::NoSuchSite(name.to_owned(), known))
    }

    /// The settings that new kiosks of a point begin with: those put as the text `point <site>`, or plain ones.
    fn point_settings(&self, site: SiteId, site_name: WordsEntry) -> Result<PointSettings, StoreError> {
        if let Some(text) = self.store.text(&format!("point {site}"))? {
            return serde_json::from_str(&text)
                .map_err(|why| StoreError::Row { what: "settings of a point", why: why.to_string() });
        }
        Ok(PointSettings::plain(site, site_name, self.zone.iana_name().unwrap_or(HOME_ZONE)))
    }
}

fn find_rooms(site: &SiteEntry, names: &[String]) -> Result<Vec<RoomId>, PairingError> {
    if names.is_empty() {
        return Ok(site.rooms.iter().map(|room| room.room).collect());
    }
    let find = |name: &String| {
        let id: Option<RoomId> = name.parse().ok();
        let found = site.rooms.iter().find(|r| Some(r.room) == id || r.name.zh == *name || r.name.en == *name);
        found.map(|room| room.room).ok_or_else(|| {
            let known = site.rooms.iter().map(|room| room.name.zh.as_str()).collect::<Vec<_>>().join(", ");
            PairingError::NoSuchRoom(site.name.zh.clone(), name.clone(), known)
        })
    };
    names.iter().map(find).collect()
}

/// `WXYZ-BCDF`: 20^8 codes, of which a few at a time are good, for a quarter of an hour.
fn draw_code() -> Result<String, StoreError> {
    let mut code = String::with_capacity(9);
    while code.len() < 9 {
        let mut byte = [0];
        getrandom::fill(&mut byte).map_err(|why| StoreError::Row { what: "random number", why: why.to_string() })?;
        // 240 is the last multiple of 20 in a byte: no letter is likelier than another.
        if byte[0] < 240 {
            if code.len() == 4 {
                code.push('-');
            }
            code.push(char::from(LETTERS[usize::from(byte[0] % 20)]));
        }
    }
    Ok(code)
}
