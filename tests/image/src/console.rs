// SPDX-License-Identifier: GPL-3.0-or-later
//! The serial console with a shell on it, for diagnosis: only a box that was started with `systemd.debug_shell` has one.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

/// The kernel's argument that puts a shell there.
pub const SHELL: &str = "systemd.debug_shell=ttyAMA0";
/// What the shell says before a command and when it is over; typed in two parts, so that their echo is not taken for them.
const BEGINS: &str = "xuedian-begins";
const OVER: &str = "xuedian-over-";
/// Where the two parts meet.
const BREAK: usize = 7;

/// Runs a command in the shell and gives what it printed.
///
/// # Errors
/// When nobody answers in time, or the command fails.
pub fn run(socket: &Path, command: &str, patience: Duration) -> Result<String> {
    let mut stream = UnixStream::connect(socket).with_context(|| socket.display().to_string())?;
    stream.set_read_timeout(Some(Duration::from_millis(200)))?;
    let [begins, over] = [BEGINS, OVER].map(|words| words.split_at(BREAK)).map(|(one, two)| format!("{one}''{two}"));
    writeln!(stream, " stty -echo; echo {begins}; ( {command} ) 2>&1; echo {over}$?")?;
    let until = Instant::now() + patience;
    let (mut heard, mut bytes) = (Vec::new(), [0; 4096]);
    loop {
        match stream.read(&mut bytes) {
            Ok(0) => bail!("the console is gone"),
            Ok(count) => heard.extend_from_slice(&bytes[..count]),
            Err(_) if Instant::now() >= until => {
                bail!("{command}: not over in {patience:?}; heard {}", String::from_utf8_lossy(&heard))
            }
            Err(_) => {}
        }
        let text = String::from_utf8_lossy(&heard).replace('\r', "");
        if let Some((said, code)) = text.rsplit_once(OVER)
            && let Some((code, _)) = code.split_once('\n')
        {
            // Prompts and the terminal's own signs come before.
            let said = said.rsplit_once(BEGINS).map_or(said, |(_, said)| said);
            ensure!(code.trim() == "0", "{command}: ended with {code}: {said}");
            return Ok(said.trim().to_owned());
        }
    }
}
