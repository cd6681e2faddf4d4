// SPDX-License-Identifier: GPL-3.0-or-later
//! Structured lines on standard error. No name, no token, no UID ever reaches them: the types do not print them.

use std::{
    collections::HashSet,
    fs::File,
    io::{self, BufRead, BufReader, PipeReader},
    sync::Mutex,
    thread,
};

use tracing_subscriber::EnvFilter;
use xuedian_engine::settings::LogLevel;

/// Different lines of other libraries that are repeated, each once.
const MOST_LINES: usize = 1_000;

/// Starts logging.
pub fn start(level: LogLevel) {
    // Libraries speak up only when something is odd; their debug lines would drown ours.
    let filter = format!(
        "warn,xuedian={0},xuedian_kiosk={0},xuedian_engine={0},xuedian_doors={0},xuedian_nfc={0},xuedian_screen={0},xuedian_journal={0}",
        level.word()
    );
    let lines = tracing_subscriber::fmt().json().with_env_filter(EnvFilter::new(filter)).with_current_span(true);
    // A line that cannot be written is lost; to say so on standard error would come back here.
    let lines = lines.log_internal_errors(false);
    match own_descriptor() {
        Ok(own) => {
            lines.with_writer(Mutex::new(own)).init();
            if let Err(error) = take_over() {
                tracing::warn!(%error, "what libraries print stays as they print it");
            }
        }
        Err(_) => lines.with_writer(io::stderr).init(),
    }
    std::panic::set_hook(Box::new(|panic| tracing::error!(%panic, "a fault of ours")));
}

/// Standard error under another number, for ourselves.
fn own_descriptor() -> io::Result<File> {
    Ok(File::from(rustix::io::fcntl_dupfd_cloexec(io::stderr(), 3)?))
}

/// Puts a pipe in the place of standard error: what other libraries print there (of sound, reader, window) becomes lines
/// of the log too, so that whoever reads it reads one format. What is printed in the moment of a crash may be lost.
fn take_over() -> io::Result<()> {
    let (others, end) = io::pipe()?;
    thread::Builder::new().name("stderr".into()).spawn(move || repeat(others))?;
    Ok(rustix::stdio::dup2_stderr(&end)?)
}

fn repeat(others: PipeReader) {
    // ALSA complains in the same eight lines whenever a loudspeaker is looked for.
    let mut said = HashSet::new();
    for line in BufReader::new(others).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line).trim().to_owned();
        if !line.is_empty() && said.len() < MOST_LINES && said.insert(line.clone()) {
            tracing::warn!(target: "stderr", "{line}");
        }
    }
}
