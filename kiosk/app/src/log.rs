// SPDX-License-Identifier: GPL-3.0-or-later
//! Structured lines on standard error. No name, no token, no UID ever reaches them: the types do not print them.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, PipeReader},
    sync::Mutex,
    thread,
};

use tracing_subscriber::EnvFilter;
use xuedian_engine::settings::LogLevel;

/// Starts logging.
pub fn start(level: LogLevel) {
    // Libraries speak up only when something is odd; their debug lines would drown ours.
    let filter = format!(
        "warn,stderr={0},xuedian={0},xuedian_kiosk={0},xuedian_engine={0},xuedian_doors={0},xuedian_screen={0},xuedian_journal={0}",
        level.word()
    );
    let lines = tracing_subscriber::fmt().json().with_env_filter(EnvFilter::new(filter)).with_current_span(true);
    match take_over() {
        Ok((own, others)) => {
            lines.with_writer(Mutex::new(own)).init();
            repeat(others);
        }
        Err(error) => {
            lines.with_writer(io::stderr).init();
            tracing::warn!(%error, "what libraries print stays as they print it");
        }
    }
    std::panic::set_hook(Box::new(|panic| tracing::error!(%panic, "a fault of ours")));
}

/// Puts a pipe in the place of standard error: what other libraries print there (of sound, reader, window) becomes lines
/// of the log too, so that whoever reads it reads one format.
fn take_over() -> io::Result<(File, PipeReader)> {
    let own = rustix::io::fcntl_dupfd_cloexec(io::stderr(), 3)?;
    let (others, end) = io::pipe()?;
    rustix::stdio::dup2_stderr(&end)?;
    Ok((File::from(own), others))
}

fn repeat(others: PipeReader) {
    let each = move || {
        for line in BufReader::new(others).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line);
            if !line.trim().is_empty() {
                // Each part of ours says by itself what does not work; this is the small print.
                tracing::debug!(target: "stderr", "{}", line.trim());
            }
        }
    };
    if let Err(error) = thread::Builder::new().name("stderr".into()).spawn(each) {
        tracing::warn!(%error, "what libraries print is lost");
    }
}
