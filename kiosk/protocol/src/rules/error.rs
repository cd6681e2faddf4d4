// SPDX-License-Identifier: GPL-3.0-or-later
//! What is wrong with a rules file, where, and what is allowed.

use std::ops::Range;

use jiff::civil::Date;
use thiserror::Error;
use toml::{Spanned, Value, value::Datetime};
use xuedian_domain::rules::Fraction;

/// What is wrong with a rules file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}: {what}")]
pub struct BadRules {
    /// From 1.
    pub line: usize,
    /// Which key, and what is allowed.
    pub what: String,
}

impl BadRules {
    pub(super) fn from_toml(text: &str, error: &toml::de::Error) -> Self {
        let span = error.span().unwrap_or(0..0);
        let line = line(text, &span);
        let key = text.lines().nth(line - 1).and_then(|at| at.split_once('=')).map_or("", |(key, _)| key.trim());
        let said = one_line(error);
        // A message about an unknown key names it; one about a value does not.
        let named = key.is_empty() || said.contains(&format!("`{key}`"));
        Self { line, what: if named { said } else { format!("{key}: {said}") } }
    }
}

/// The file, to find lines in.
pub(super) struct Place<'a> {
    pub text: &'a str,
}

impl Place<'_> {
    pub fn wrong<T>(&self, at: &Spanned<T>, what: impl Into<String>) -> BadRules {
        BadRules { line: line(self.text, &at.span()), what: what.into() }
    }

    pub fn date(&self, at: &Spanned<Datetime>, key: &str) -> Result<Date, BadRules> {
        civil(at.get_ref()).ok_or_else(|| self.wrong(at, format!("{key}: a date as 2026-01-01 is allowed")))
    }

    pub fn fraction(&self, at: &Spanned<[u32; 2]>, key: &str) -> Result<Fraction, BadRules> {
        let [num, den] = *at.get_ref();
        if den == 0 {
            return Err(self.wrong(at, format!("{key}: a fraction [part, whole] with a whole above 0 is allowed")));
        }
        Ok(Fraction { num, den })
    }

    /// Reads a value into its own strict form.
    pub fn read<T: serde::de::DeserializeOwned>(&self, at: &Spanned<Value>, key: &str) -> Result<T, BadRules> {
        let read = at.get_ref().clone().try_into();
        read.map_err(|error: toml::de::Error| self.wrong(at, format!("{key}: {}", one_line(&error))))
    }
}

fn one_line(error: &toml::de::Error) -> String {
    error.message().lines().collect::<Vec<_>>().join(", ")
}

/// A date without a time.
pub(super) fn civil(at: &Datetime) -> Option<Date> {
    let date = at.date.filter(|_| at.time.is_none())?;
    Date::new(i16::try_from(date.year).ok()?, i8::try_from(date.month).ok()?, i8::try_from(date.day).ok()?).ok()
}

fn line(text: &str, span: &Range<usize>) -> usize {
    text.get(..span.start.min(text.len())).map_or(1, |before| before.matches('\n').count() + 1)
}
