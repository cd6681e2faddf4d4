// SPDX-License-Identifier: GPL-3.0-or-later
//! What was measured, as a table that says of each promise whether it was kept.

use std::fmt;
use std::time::Duration;

use crate::spread::shown;
use crate::{Plan, conditions};

/// All of it.
#[derive(Debug)]
pub struct Report {
    head: String,
    /// What was measured, in its order.
    pub sections: Vec<Section>,
}

/// One subject.
#[derive(Debug)]
pub struct Section {
    title: String,
    /// How it was measured, in sentences.
    pub how: String,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    what: String,
    measured: String,
    bound: Option<(String, bool)>,
}

impl Report {
    /// Notes when and on what.
    pub fn begin(plan: &Plan) -> Self {
        Self { head: conditions::sentences(plan), sections: Vec::new() }
    }
}

impl Section {
    /// An empty one.
    pub fn new(title: &str, how: &str) -> Self {
        Self { title: title.to_owned(), how: how.to_owned(), rows: Vec::new() }
    }

    /// One that could not be measured.
    pub fn failed(name: &str, error: &anyhow::Error) -> Self {
        eprintln!("{name}: {error:#}");
        // One cell of the table.
        let first: String =
            format!("{error:#}").lines().next().unwrap_or_default().replace('|', "/").chars().take(160).collect();
        let mut section = Self::new(name, "");
        section.fact("could not be measured", first);
        section
    }

    /// Adds what it was measured under.
    pub fn under(mut self, load: &str) -> Self {
        self.how = format!("{} {load}", self.how).trim().to_owned();
        self
    }

    /// Something that nobody promised anything about.
    pub fn fact(&mut self, what: &str, measured: impl fmt::Display) {
        self.rows.push(Row { what: what.to_owned(), measured: measured.to_string(), bound: None });
    }

    /// Something that was promised.
    pub fn promise(&mut self, what: &str, measured: impl fmt::Display, bound: &str, met: bool) {
        let bound = Some((bound.to_owned(), met));
        self.rows.push(Row { what: what.to_owned(), measured: measured.to_string(), bound });
    }

    /// A time that was promised to be no longer.
    pub fn at_most(&mut self, what: &str, time: Duration, bound: Duration) {
        self.promise(what, shown(time), &format!("at most {}", plain(bound)), time <= bound);
    }
}

/// A bound as it was promised: `120 ms`, `100 µs`.
fn plain(bound: Duration) -> String {
    match bound.as_micros() {
        us if us < 1_000 => format!("{us} µs"),
        us => format!("{} ms", us / 1_000),
    }
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "## {}\n\n{}\n", self.title, self.how)?;
        writeln!(f, "| what | measured | bound | met |\n|---|---|---|---|")?;
        for Row { what, measured, bound } in &self.rows {
            match bound {
                Some((bound, met)) => {
                    writeln!(f, "| {what} | {measured} | {bound} | {} |", if *met { "yes" } else { "**no**" })?;
                }
                None => writeln!(f, "| {what} | {measured} | | |")?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "# Figures\n\n{}\n", self.head)?;
        for section in &self.sections {
            write!(f, "\n{section}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_promise_that_was_not_kept_is_said_so() {
        let mut section = Section::new("Taps", "Slowly.");
        section.at_most("p50", Duration::from_millis(119), Duration::from_millis(120));
        section.at_most("p99", Duration::from_millis(201), Duration::from_millis(200));
        let text = section.to_string();
        assert!(text.contains("| p50 | 119 ms | at most 120 ms | yes |"), "{text}");
        assert!(text.contains("| p99 | 201 ms | at most 200 ms | **no** |"), "{text}");
    }
}
