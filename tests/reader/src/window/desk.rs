// SPDX-License-Identifier: GPL-3.0-or-later
//! The thread that asks the emulator what the window wants, one wish after the other.

use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use serde_json::{Value, json};
use xuedian_reader::client::{Client, ClientError};
use xuedian_reader::wallet::Entry;

/// How often the window looks at the reader by itself.
const GLANCE: Duration = Duration::from_millis(700);

/// What the window wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Tap cards, all at once.
    Tap(Vec<String>),
    /// Put a card, or take it away when it lies there.
    Lay(String),
    /// Plug the reader in, or out.
    Plug(bool),
    /// Hang the reader, or let it recover.
    Hang(bool),
}

/// What the window is told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// A sentence, when there is something to say.
    pub message: Option<String>,
    /// The sentence is about something that went wrong.
    pub trouble: bool,
    /// How the reader is; `None` when it cannot be asked.
    pub reader: Option<ReaderState>,
}

/// The reader at a glance.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReaderState {
    pub plugged: bool,
    pub hung: bool,
    /// UIDs of the cards that lie on it.
    pub lying: Vec<String>,
}

/// The wallet of the emulator.
///
/// # Errors
/// No emulator answers, or its answer is no wallet.
pub fn wallet(socket: &Path) -> Result<Vec<Entry>, ClientError> {
    Ok(serde_json::from_value(ask(socket, &json!({"do": "cards"}))?["cards"].take())?)
}

/// Serves wishes until the window is gone.
pub fn serve(socket: &Path, wishes: &Receiver<Wish>, tell: impl Fn(News)) {
    loop {
        let message = match wishes.recv_timeout(GLANCE) {
            Ok(wish) => Some(grant(socket, wish)),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => return,
        };
        let reader = ask(socket, &json!({"do": "status"})).ok().map(|status| state(&status));
        let (message, trouble) = match message {
            Some(Ok(text)) => (Some(text), false),
            Some(Err(error)) => (Some(error.to_string()), true),
            None => (None, false),
        };
        tell(News { message, trouble, reader });
    }
}

fn grant(socket: &Path, wish: Wish) -> Result<String, ClientError> {
    let done = |request: Value, text: &str| ask(socket, &request).map(|_| text.to_owned());
    match wish {
        Wish::Tap(uids) => {
            let request = match &uids[..] {
                [one] => json!({"do": "tap", "uid": one}),
                _ => json!({"do": "two", "uids": uids}),
            };
            let answer = ask(socket, &request)?;
            Ok(match answer["after_ms"].as_f64() {
                Some(ms) => format!("Read after {ms:.0} ms"),
                None => "Not read: nobody looks, or the reader does not answer".to_owned(),
            })
        }
        Wish::Lay(uid) => {
            let lies = state(&ask(socket, &json!({"do": "status"}))?).lying.contains(&uid);
            if lies {
                done(json!({"do": "remove", "uid": uid}), "Taken away")
            } else {
                done(json!({"do": "put", "uid": uid}), "Left lying: touch it again to take it away")
            }
        }
        Wish::Plug(true) => done(json!({"do": "plug"}), "Plugged in"),
        Wish::Plug(false) => done(json!({"do": "unplug"}), "Unplugged"),
        Wish::Hang(true) => done(json!({"do": "hang"}), "The reader hangs"),
        Wish::Hang(false) => done(json!({"do": "recover"}), "The reader answers again"),
    }
}

fn ask(socket: &Path, request: &Value) -> Result<Value, ClientError> {
    Client::connect(socket)?.ask(request)
}

fn state(status: &Value) -> ReaderState {
    let cards = status["cards"].as_array().map(Vec::as_slice).unwrap_or_default();
    ReaderState {
        plugged: status["plugged"] == Value::Bool(true),
        hung: status["hung"] == Value::Bool(true),
        lying: cards.iter().filter_map(|card| card["uid"].as_str().map(str::to_owned)).collect(),
    }
}
