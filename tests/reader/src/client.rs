// SPDX-License-Identifier: GPL-3.0-or-later
//! The other end of the control socket: for the command line, the wallet window and tests that start the real program.

use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;

use serde_json::Value;

/// One connection.
pub struct Client {
    stream: BufReader<UnixStream>,
}

/// Why there is no good answer.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The socket failed.
    #[error("cannot talk to the reader: {0}")]
    Socket(#[from] io::Error),
    /// The emulator closed the connection, or answered no JSON.
    #[error("the reader's answer is no JSON: {0}")]
    NoJson(#[from] serde_json::Error),
    /// The emulator refused.
    #[error("{0}")]
    Refused(String),
}

impl Client {
    /// Connects to a running emulator.
    ///
    /// # Errors
    /// Nobody listens at `socket`.
    pub fn connect(socket: &Path) -> Result<Self, ClientError> {
        Ok(Self { stream: BufReader::new(UnixStream::connect(socket)?) })
    }

    /// Sends a request and waits for its answer.
    ///
    /// # Errors
    /// The socket failed, or the emulator refused: then with its words.
    pub fn ask(&mut self, request: &Value) -> Result<Value, ClientError> {
        writeln!(self.stream.get_mut(), "{request}")?;
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let answer: Value = serde_json::from_str(&line)?;
        if answer["ok"] == Value::Bool(true) {
            return Ok(answer);
        }
        Err(ClientError::Refused(answer["error"].as_str().unwrap_or("refused without a reason").to_owned()))
    }
}
