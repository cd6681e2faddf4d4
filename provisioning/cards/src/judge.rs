// SPDX-License-Identifier: GPL-3.0-or-later
//! What the sheet says of each kind: may it be promised to people?

use std::collections::BTreeSet;

use crate::kinds::{KINDS, Kind, Wanted};
use crate::row::{Row, Tap};
use crate::tongue::Tongue;

/// Cards of a kind, and taps with each, without which a verdict is only one so far.
pub const WHOLE: (usize, usize) = (5, 5);
/// Of 25 taps this many must be answered for a kind to be good.
const GOOD_OF_25: usize = 24;
/// From so many on something about the box may be wrong; below it is the reader.
const POOR_OF_25: usize = 20;

/// What is to be said of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// No card of it was tried.
    NotTried,
    /// It may be promised to people.
    Good,
    /// Taps were lost: look for metal, ferrite, thickness, and try again.
    LookAgain,
    /// Some of its cards were never read, others were.
    SomeNever,
    /// Not with this reader.
    NotWithThisReader,
    /// Its number changes, so it cannot be bound to a person.
    Changes,
    /// It is refused in words, so it cannot be bound to a person.
    Refused,
    /// Some of its cards are refused in words, others are read.
    SomeRefused,
    /// What had to be refused was read.
    ReadAfterAll,
    /// What had to be refused in words was not noticed.
    NotNoticed,
    /// An identity card was read. That must not be.
    Alarm,
    /// A card of another radio was noticed.
    Noticed,
    /// What had to happen, or not to, did so.
    AsItMustBe,
}

/// A kind with its verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judged {
    /// Taps that were read.
    pub read: usize,
    /// Taps in all.
    pub taps: usize,
    /// The verdict.
    pub verdict: Verdict,
    /// Whether enough cards and taps stand behind it.
    pub whole: bool,
}

/// Taps by what happened to them.
#[derive(Clone, Copy, Default)]
struct Count {
    read: usize,
    refused: usize,
    nothing: usize,
    all: usize,
}

impl Count {
    fn of<'a>(taps: impl IntoIterator<Item = &'a Tap>) -> Self {
        let mut count = Self::default();
        for tap in taps {
            count.all += 1;
            match tap {
                Tap::Read(_) => count.read += 1,
                Tap::Refused => count.refused += 1,
                Tap::Nothing => count.nothing += 1,
                Tap::Unclear => {}
            }
        }
        count
    }

    /// Such a part of all, in 25ths, rounded down.
    fn of_25(&self, part: usize) -> usize {
        (part * 25).checked_div(self.all).unwrap_or(0)
    }
}

/// Judges one kind by the rows of the sheet.
#[must_use]
pub fn judge(kind: &Kind, rows: &[Row]) -> Judged {
    let rows: Vec<&Row> = rows.iter().filter(|row| row.kind == kind.number && !row.taps.is_empty()).collect();
    let count = Count::of(rows.iter().flat_map(|row| &row.taps));
    let verdict = match kind.wanted {
        _ if count.all == 0 => Verdict::NotTried,
        Wanted::NeverRead if count.read > 0 => Verdict::Alarm,
        Wanted::Unnoticed if count.nothing == count.all => Verdict::AsItMustBe,
        Wanted::Unnoticed => Verdict::Noticed,
        Wanted::Read | Wanted::EitherWay => of_cards_to_bind(&rows, count),
        Wanted::Refused if rows.iter().any(|row| changes(row)) => Verdict::Changes,
        Wanted::Refused if count.read > 0 => Verdict::ReadAfterAll,
        Wanted::NeverRead | Wanted::Refused if count.of_25(count.refused) >= POOR_OF_25 => Verdict::AsItMustBe,
        Wanted::NeverRead | Wanted::Refused => Verdict::NotNoticed,
    };
    let cards: BTreeSet<u8> = rows.iter().map(|row| row.card).collect();
    let whole = cards.len() >= WHOLE.0 && rows.iter().all(|row| row.taps.len() >= WHOLE.1);
    Judged { read: count.read, taps: count.all, verdict, whole }
}

/// A kind is promised to everybody who has one: a card that never works counts for more than its share of the taps.
fn of_cards_to_bind(rows: &[&Row], count: Count) -> Verdict {
    let refused = rows.iter().filter(|row| Count::of(&row.taps).refused * 2 > row.taps.len()).count();
    if rows.iter().any(|row| changes(row)) {
        Verdict::Changes
    } else if refused == rows.len() {
        Verdict::Refused
    } else if refused > 0 {
        Verdict::SomeRefused
    } else if count.read == 0 {
        Verdict::NotWithThisReader
    } else if rows.iter().any(|row| Count::of(&row.taps).read == 0) {
        Verdict::SomeNever
    } else {
        match count.of_25(count.read) {
            GOOD_OF_25.. => Verdict::Good,
            POOR_OF_25.. => Verdict::LookAgain,
            _ => Verdict::NotWithThisReader,
        }
    }
}

/// Another number than before, or a number at one tap and a random one at another.
fn changes(row: &Row) -> bool {
    let count = Count::of(&row.taps);
    row.number.is_some_and(|number| number.same == Some(false)) || count.read > 0 && count.refused > 0
}

/// Whether cards with short numbers are read and none with a long one is, though such were tried to the end: some copies of the
/// PN532 module are like that.
#[must_use]
pub fn reads_only_short_numbers(rows: &[Row]) -> bool {
    let read = |bytes: fn(u8) -> bool| rows.iter().any(|row| row.number.is_some_and(|number| bytes(number.bytes)));
    let our_own = KINDS.iter().find(|kind| kind.number == 5);
    our_own.is_some_and(|kind| judge(kind, rows).whole) && read(|bytes| bytes == 4) && !read(|bytes| bytes > 4)
}

impl Verdict {
    /// The verdict, in words.
    #[must_use]
    pub fn words(self, tongue: Tongue) -> &'static str {
        match self {
            Self::NotTried => tongue.pick("没试", "not tried"),
            Self::Good => tongue.pick("合格", "good"),
            Self::LookAgain => tongue.pick(
                "漏了几下：查金属、铁氧体、面板厚度，换一张新表再试",
                "taps were lost: look for metal, ferrite, thickness of the plate, then again on a new sheet",
            ),
            Self::SomeNever => tongue.pick(
                "有的卡一次都没读出来：不能说这种卡都行",
                "some cards were never read: the kind cannot be promised",
            ),
            Self::NotWithThisReader => tongue.pick("这个读卡器不行", "not with this reader"),
            Self::Changes => tongue.pick("号码会变，绑不了", "its number changes: it cannot be bound"),
            Self::Refused => tongue.pick("提示不能用，绑不了", "refused in words: it cannot be bound"),
            Self::SomeRefused => tongue.pick(
                "有的卡提示不能用：只有读得出来的能绑，别说这种卡都行",
                "some cards are refused: those that are read can be bound, the kind cannot be promised",
            ),
            Self::ReadAfterAll => {
                tongue.pick("读出来了：记下机型，改天再试", "read after all: write down which one, try another day")
            }
            Self::NotNoticed => tongue.pick(
                "没认出来，或者没认清：人听不到提示（手机的 NFC 开了没有？）",
                "not noticed, or not clearly: people are not told (is a phone's NFC on?)",
            ),
            Self::Alarm => {
                tongue.pick("**读了身份证：停下来，报上去**", "**an identity card was read: stop, and report it**")
            }
            Self::Noticed => tongue.pick("有反应：不只是 125 kHz 的卡", "noticed: it is more than a 125 kHz card"),
            Self::AsItMustBe => tongue.pick("符合要求", "as it must be"),
        }
    }
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;
