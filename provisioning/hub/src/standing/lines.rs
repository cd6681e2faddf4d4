// SPDX-License-Identifier: GPL-3.0-or-later
//! The file of the standing.

use xuedian_protocol::documents::StandingLine;

/// A line of JSON for each.
pub(super) fn text(lines: &[StandingLine]) -> serde_json::Result<String> {
    let mut text = String::new();
    for line in lines {
        text.push_str(&serde_json::to_string(line)?);
        text.push('\n');
    }
    Ok(text)
}
