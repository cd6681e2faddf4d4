// SPDX-License-Identifier: GPL-3.0-or-later
//! My credits: certified, waiting, still on this machine.

use super::{Amount, Day, Why};

/// How an amount stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryState {
    /// 待上传.
    NotSent,
    /// 待认证.
    Waiting,
    /// 已认证.
    Certified,
    /// 已更正.
    Corrected,
}

/// One entry, newest first in a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Day of the learning; `None` while the clock was not known.
    pub day: Option<Day>,
    /// What it came to.
    pub amount: Amount,
    /// What it was for: session or course.
    pub title: String,
    /// Why so much.
    pub why: Why,
    /// How it stands.
    pub state: EntryState,
}

/// My credits.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MyCredits {
    /// 已认证, 1/100 credit.
    pub certified: i64,
    /// 待认证, 1/100 credit.
    pub waiting: i64,
    /// 待上传, 1/100 credit.
    pub not_sent: i64,
    /// Records of this person not yet sent.
    pub records_not_sent: u32,
    /// Whole reward points.
    pub points: i64,
    /// The latest entries, newest first.
    pub entries: Vec<Entry>,
}
