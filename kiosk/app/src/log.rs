// SPDX-License-Identifier: GPL-3.0-or-later
//! Structured lines on standard error. No name, no token, no UID ever reaches them: the types do not print them.

use tracing_subscriber::EnvFilter;
use xuedian_engine::settings::LogLevel;

/// Starts logging.
pub fn start(level: LogLevel) {
    // Libraries speak up only when something is odd; their debug lines would drown ours.
    let filter = format!(
        "warn,xuedian={0},xuedian_kiosk={0},xuedian_engine={0},xuedian_doors={0},xuedian_screen={0},xuedian_journal={0}",
        level.word()
    );
    tracing_subscriber::fmt()
        .json()
        .with_env_filter(EnvFilter::new(filter))
        .with_writer(std::io::stderr)
        .with_current_span(true)
        .init();
}
