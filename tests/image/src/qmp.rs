// SPDX-License-Identifier: GPL-3.0-or-later
//! QEMU's own protocol: pictures of the screen, touches on it, plugs that are pulled.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

/// How long QEMU may take for an answer on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// The highest value of a touch axis, whatever the size of the screen.
const AXIS: u64 = 32767;
/// How long a finger stays.
const TOUCH: Duration = Duration::from_millis(200);

/// A connection to a running machine.
#[derive(Debug)]
pub struct Qmp {
    answers: BufReader<UnixStream>,
    stream: UnixStream,
}

impl Qmp {
    /// Connects and agrees on the protocol.
    ///
    /// # Errors
    /// When nobody listens there, or not in this protocol.
    pub fn connect(socket: &Path) -> Result<Self> {
        let stream = UnixStream::connect(socket).with_context(|| socket.display().to_string())?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut qmp = Self { answers: BufReader::new(stream.try_clone()?), stream };
        qmp.line()?;
        qmp.ask("qmp_capabilities", json!({}))?;
        Ok(qmp)
    }

    /// Sends one command and waits for its answer; events in between are passed over.
    ///
    /// # Errors
    /// When QEMU refuses it or is gone.
    pub fn ask(&mut self, command: &str, arguments: Value) -> Result<Value> {
        writeln!(self.stream, "{}", json!({ "execute": command, "arguments": arguments }))?;
        loop {
            let mut answer = self.line()?;
            if let Some(error) = answer.get("error") {
                bail!("{command}: {error}");
            }
            if let Some(value) = answer.get_mut("return") {
                return Ok(value.take());
            }
        }
    }

    /// Writes a picture of the screen, as PPM, to a path as QEMU sees it. Packing it would take the machine's time.
    ///
    /// # Errors
    /// When there is no screen.
    pub fn picture(&mut self, path: &str) -> Result<()> {
        self.ask("screendump", json!({ "filename": path, "format": "ppm" })).map(drop)
    }

    /// Touches a point of a screen of this size, as one finger does.
    ///
    /// # Errors
    /// When the machine has no touch panel.
    pub fn touch(&mut self, (x, y): (u32, u32), (width, height): (u32, u32)) -> Result<()> {
        let axis = |at: u32, of: u32| u64::from(at) * AXIS / u64::from(of.max(1));
        let finger = |kind: &str, id: i64, axis: &str, value: u64| json!({ "type": "mtt", "data": { "type": kind, "slot": 0, "tracking-id": id, "axis": axis, "value": value } });
        let button = |down: bool| json!({ "type": "btn", "data": { "down": down, "button": "touch" } });
        let (x, y) = (axis(x, width), axis(y, height));
        let down = [finger("begin", 1, "x", x), finger("data", 1, "x", x), finger("data", 1, "y", y), button(true)];
        self.ask("input-send-event", json!({ "events": down }))?;
        std::thread::sleep(TOUCH);
        let up = [finger("end", -1, "x", 0), button(false)];
        self.ask("input-send-event", json!({ "events": up }))?;
        Ok(())
    }

    fn line(&mut self) -> Result<Value> {
        let mut line = String::new();
        if self.answers.read_line(&mut line)? == 0 {
            bail!("the machine is gone");
        }
        Ok(serde_json::from_str(&line)?)
    }
}
