// SPDX-License-Identifier: GPL-3.0-or-later
//! The control socket: one JSON object a line in, one JSON answer a line out. The README lists all requests.

use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::card::Card;
use crate::desk::Spoil;
use crate::reader::{DeskError, Reader, Tap};
use crate::wallet::{Wallet, WalletError};

/// What can be asked. `uid` is a UID or the name of a card in the wallet.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(tag = "do", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Request {
    /// Puts a card, waits until it was read, takes it away.
    Tap {
        /// Which card.
        uid: String,
        /// What it is made of, if not what the wallet or the UID say.
        kind: Option<String>,
        /// How long it stays at least, in milliseconds.
        ms: Option<u64>,
        /// How long it stays at most while it is not read, in milliseconds.
        patience_ms: Option<u64>,
        /// Answers as a card at the edge of the field.
        #[serde(default)]
        torn: bool,
        /// Whether to wait until the card's absence was noticed; true when not given.
        settle: Option<bool>,
    },
    /// Puts a card and leaves it; with `ms` it is taken away later by itself.
    Put {
        /// Which card.
        uid: String,
        /// What it is made of.
        kind: Option<String>,
        /// How long it stays, in milliseconds; for good when not given.
        ms: Option<u64>,
        /// Answers as a card at the edge of the field.
        #[serde(default)]
        torn: bool,
    },
    /// Takes one card away, or all.
    Remove {
        /// Which card; all when not given.
        uid: Option<String>,
    },
    /// Takes all cards away and puts another at the same instant.
    Swap {
        /// Which card comes.
        uid: String,
    },
    /// Taps several cards together; with `stay` they are left lying.
    Two {
        /// Which cards.
        uids: Vec<String>,
        /// How long they stay at least, in milliseconds.
        ms: Option<u64>,
        /// They are left lying.
        #[serde(default)]
        stay: bool,
    },
    /// Spoils the next answers.
    Corrupt {
        /// How many; 1 when not given.
        frames: Option<usize>,
        /// checksum (when not given), error, cut or garbage.
        how: Option<String>,
    },
    /// Gives no reply to the next commands.
    Silence {
        /// How many; 1 when not given.
        frames: Option<u32>,
    },
    /// Stops to hear and to answer.
    Hang,
    /// Ends a hang and all faults that are still to come.
    Recover,
    /// Pulls the plug.
    Unplug,
    /// Plugs in again.
    Plug,
    /// Changes the time that finding a card takes.
    Latency {
        /// In milliseconds.
        ms: u64,
    },
    /// Lists the wallet.
    Cards,
    /// Tells what lies on the reader and how it is.
    Status,
}

#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error("no request: {0}")]
    NoRequest(#[from] serde_json::Error),
    #[error(transparent)]
    Wallet(#[from] WalletError),
    #[error(transparent)]
    Desk(#[from] DeskError),
    #[error("no way to spoil an answer: {0:?}")]
    NoSpoil(String),
    #[error("cannot wait for the card: {0}")]
    Wait(#[from] io::Error),
}

/// Serves the socket until the listener fails; each connection has a thread of its own.
///
/// # Errors
/// The socket cannot be made at `path`; an old socket there is replaced.
pub fn serve(path: &Path, reader: Reader, wallet: Wallet) -> io::Result<()> {
    if UnixStream::connect(path).is_err() {
        let _ = fs::remove_file(path);
    }
    let listener = UnixListener::bind(path)?;
    let wallet = Arc::new(wallet);
    for stream in listener.incoming() {
        let stream = stream?;
        let (reader, wallet) = (reader.clone(), Arc::clone(&wallet));
        std::thread::Builder::new().name("control".to_owned()).spawn(move || {
            if let Err(error) = converse(&stream, &reader, &wallet) {
                tracing::debug!(%error, "a control connection ended");
            }
        })?;
    }
    Ok(())
}

fn converse(stream: &UnixStream, reader: &Reader, wallet: &Wallet) -> io::Result<()> {
    let mut out = stream;
    for line in BufReader::new(stream).lines() {
        let line = line?;
        if !line.trim().is_empty() {
            writeln!(out, "{}", answer(&line, reader, wallet))?;
        }
    }
    Ok(())
}

/// The answer to one line: an object with `ok`, and `error` when that is false.
#[must_use]
pub fn answer(line: &str, reader: &Reader, wallet: &Wallet) -> Value {
    let done = serde_json::from_str(line).map_err(Refused::from).and_then(|request| act(request, reader, wallet));
    match done {
        Ok(mut told) => {
            told["ok"] = json!(true);
            told
        }
        Err(why) => json!({"ok": false, "error": why.to_string()}),
    }
}

fn act(request: Request, reader: &Reader, wallet: &Wallet) -> Result<Value, Refused> {
    match request {
        Request::Tap { uid, kind, ms, patience_ms, torn, settle } => {
            let card = wallet.card(&uid, kind.as_deref())?;
            let tap = Tap { torn, settle: settle.unwrap_or(true), ..times(ms, patience_ms) };
            return tapped(reader, &[card], tap);
        }
        Request::Put { uid, kind, ms, torn } => {
            let card = wallet.card(&uid, kind.as_deref())?;
            reader.put(std::slice::from_ref(&card), torn)?;
            if let Some(ms) = ms {
                take_away_later(reader, card, Duration::from_millis(ms))?;
            }
        }
        Request::Remove { uid: Some(uid) } => reader.remove(&wallet.card(&uid, None)?.uid)?,
        Request::Remove { uid: None } => reader.clear(),
        Request::Swap { uid } => reader.swap(wallet.card(&uid, None)?),
        Request::Two { uids, ms, stay } => {
            let cards: Vec<Card> = uids.iter().map(|uid| wallet.card(uid, None)).collect::<Result<_, _>>()?;
            if !stay {
                return tapped(reader, &cards, times(ms, None));
            }
            reader.put(&cards, false)?;
        }
        Request::Corrupt { frames, how } => {
            let how = how.as_deref().unwrap_or("checksum");
            reader.spoil(spoil(how).ok_or_else(|| Refused::NoSpoil(how.to_owned()))?, frames.unwrap_or(1));
        }
        Request::Silence { frames } => reader.silence(frames.unwrap_or(1)),
        Request::Hang => reader.hang(),
        Request::Recover => reader.recover(),
        Request::Unplug => reader.unplug(),
        Request::Plug => reader.plug()?,
        Request::Latency { ms } => reader.set_latency(Duration::from_millis(ms)),
        Request::Cards => return Ok(json!({ "cards": wallet.entries() })),
        Request::Status => return Ok(status(reader)),
    }
    Ok(json!({}))
}

fn times(ms: Option<u64>, patience_ms: Option<u64>) -> Tap {
    let usual = Tap::default();
    Tap {
        hold: ms.map_or(usual.hold, Duration::from_millis),
        patience: patience_ms.map_or(usual.patience, Duration::from_millis),
        ..usual
    }
}

fn tapped(reader: &Reader, cards: &[Card], tap: Tap) -> Result<Value, Refused> {
    let done = reader.tap(cards, tap)?;
    Ok(json!({"read": done.read, "after_ms": done.after.map(|d| d.as_secs_f64() * 1000.0)}))
}

fn take_away_later(reader: &Reader, card: Card, after: Duration) -> Result<(), Refused> {
    let reader = reader.clone();
    std::thread::Builder::new().name("take-away".to_owned()).spawn(move || {
        std::thread::sleep(after);
        // Somebody else may have taken it away before.
        let _ = reader.remove(&card.uid);
    })?;
    Ok(())
}

fn spoil(how: &str) -> Option<Spoil> {
    match how {
        "checksum" => Some(Spoil::Checksum),
        "error" => Some(Spoil::ErrorFrame),
        "cut" => Some(Spoil::Cut),
        "garbage" => Some(Spoil::Garbage),
        _ => None,
    }
}

fn status(reader: &Reader) -> Value {
    reader.look(|desk| {
        let cards: Vec<Value> =
            desk.field.cards().iter().map(|p| json!({"uid": p.card.uid.to_string(), "reads": p.reads})).collect();
        json!({
            "plugged": desk.plugged,
            "hung": desk.hung,
            "field": desk.field.is_on(),
            "latency_ms": u64::try_from(desk.latency.as_millis()).unwrap_or(u64::MAX),
            "commands": desk.seen.commands,
            "empty_looks": desk.seen.empty_a,
            "cards": cards,
        })
    })
}
