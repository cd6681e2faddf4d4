// SPDX-License-Identifier: GPL-3.0-or-later
//! What the sheet says of each kind: may it be promised to people?

use crate::kinds::{KINDS, Kind, Wanted};
use crate::sheet::{Row, Tap};
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
    /// Not with this reader.
    NotWithThisReader,
    /// Its number changes, so it cannot be bound to a person.
    Changes,
    /// It is refused in words, so it cannot be bound to a person.
    Refused,
    /// A phone, or the like, was read with a number that stayed.
    ReadAfterAll,
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

/// Judges one kind by the rows of the sheet.
#[must_use]
pub fn judge(kind: &Kind, rows: &[Row]) -> Judged {
    let rows: Vec<&Row> = rows.iter().filter(|row| row.kind == kind.number && !row.taps.is_empty()).collect();
    let taps: Vec<Tap> = rows.iter().flat_map(|row| row.taps.iter().copied()).collect();
    let count = |wanted: fn(&Tap) -> bool| taps.iter().filter(|tap| wanted(tap)).count();
    let read = count(|tap| matches!(tap, Tap::Read(_)));
    let refused = count(|tap| *tap == Tap::Refused);
    let noticed = taps.len() - count(|tap| *tap == Tap::Nothing);
    let of_25 = |taps_of_it: usize| (taps_of_it * 25).checked_div(taps.len()).unwrap_or(0);
    let changes = rows.iter().any(|row| row.number.is_some_and(|number| number.same == Some(false)));
    let by_share = |answered| match of_25(answered) {
        GOOD_OF_25.. => Verdict::Good,
        POOR_OF_25.. => Verdict::LookAgain,
        _ => Verdict::NotWithThisReader,
    };
    let verdict = match kind.wanted {
        _ if taps.is_empty() => Verdict::NotTried,
        Wanted::NeverRead if read > 0 => Verdict::Alarm,
        Wanted::NeverRead => Verdict::AsItMustBe,
        Wanted::Unnoticed if noticed > 0 => Verdict::Noticed,
        Wanted::Unnoticed => Verdict::AsItMustBe,
        _ if changes => Verdict::Changes,
        Wanted::Refused if read > 0 => Verdict::ReadAfterAll,
        Wanted::Refused if of_25(refused) >= POOR_OF_25 => Verdict::AsItMustBe,
        Wanted::Refused => Verdict::LookAgain,
        Wanted::EitherWay if read > 0 => by_share(read + refused),
        Wanted::Read | Wanted::EitherWay if of_25(refused) >= POOR_OF_25 => Verdict::Refused,
        Wanted::Read | Wanted::EitherWay => by_share(read),
    };
    let whole = rows.len() >= WHOLE.0 && rows.iter().all(|row| row.taps.len() >= WHOLE.1);
    Judged { read, taps: taps.len(), verdict, whole }
}

/// Whether cards with short numbers are read and none with a long one is, though such were tried: some copies of the PN532
/// module are like that.
#[must_use]
pub fn reads_only_short_numbers(rows: &[Row]) -> bool {
    let read = |bytes: fn(u8) -> bool| rows.iter().any(|row| row.number.is_some_and(|number| bytes(number.bytes)));
    let long_kinds_tried = KINDS
        .iter()
        .filter(|kind| [5, 7].contains(&kind.number))
        .all(|kind| judge(kind, rows).verdict != Verdict::NotTried);
    long_kinds_tried && read(|bytes| bytes == 4) && !read(|bytes| bytes > 4)
}

impl Verdict {
    /// The verdict, in words.
    #[must_use]
    pub fn words(self, tongue: Tongue) -> &'static str {
        match self {
            Self::NotTried => tongue.pick("没试", "not tried"),
            Self::Good => tongue.pick("过", "good"),
            Self::LookAgain => tongue.pick(
                "漏了几下：查金属、铁氧体、面板厚度，再来一遍",
                "taps were lost: look for metal, ferrite, thickness of the plate, then again",
            ),
            Self::NotWithThisReader => tongue.pick("这个读卡器不行", "not with this reader"),
            Self::Changes => tongue.pick("号码会变，不能绑", "its number changes: it cannot be bound"),
            Self::Refused => tongue.pick("用话拒绝了，不能绑", "refused in words: it cannot be bound"),
            Self::ReadAfterAll => tongue.pick(
                "读到了，号码没变：看备注，改天再试",
                "read, and the number stayed: see the remark, try another day",
            ),
            Self::Alarm => {
                tongue.pick("**读了身份证：停下来，报上去**", "**an identity card was read: stop, and report it**")
            }
            Self::Noticed => tongue.pick("有反应：不只是 125 kHz 的卡", "noticed: it is more than a 125 kHz card"),
            Self::AsItMustBe => tongue.pick("该这样", "as it must be"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::Number;

    const READ: Tap = Tap::Read(30);

    fn row(kind: u8, card: u8, taps: &[Tap], same: Option<bool>) -> Row {
        let number = taps.contains(&READ).then_some(Number { bytes: 4, same, atqa: 4, sak: 8 });
        Row { kind, card, taps: taps.to_vec(), number, distance_mm: None, remark: String::new() }
    }

    /// Five cards of a kind; the taps of the first one are these, and those of the others its first, five times.
    fn check(kind: u8, first: &[Tap], same: Option<bool>, expected: Verdict) {
        let mut rows = vec![row(kind, 1, first, same)];
        rows.extend((2..=5).map(|card| row(kind, card, &[first[0]; 5], Some(true))));
        let kind = KINDS.iter().find(|known| known.number == kind).expect("a kind");
        let judged = judge(kind, &rows);
        assert_eq!((judged.verdict, judged.whole), (expected, true), "kind {}: {first:?}", kind.number);
    }

    #[test]
    fn each_kind_is_judged_by_what_must_happen_to_it() {
        use Tap::{Nothing, Refused, Unclear};
        check(1, &[READ; 5], Some(true), Verdict::Good);
        check(1, &[READ, READ, READ, READ, Nothing], Some(true), Verdict::Good);
        check(1, &[READ, READ, READ, Unclear, Nothing], Some(true), Verdict::LookAgain);
        check(1, &[Nothing, READ, READ, READ, READ], Some(true), Verdict::NotWithThisReader);
        check(1, &[READ; 5], Some(false), Verdict::Changes);
        check(7, &[Refused; 5], None, Verdict::Refused);
        check(9, &[READ, Refused, READ, READ, READ], Some(true), Verdict::Good);
        check(9, &[Refused; 5], None, Verdict::Refused);
        check(10, &[Refused; 5], None, Verdict::AsItMustBe);
        check(10, &[Nothing; 5], None, Verdict::AsItMustBe);
        check(10, &[Refused, Refused, READ, Refused, Refused], None, Verdict::Alarm);
        check(11, &[Refused; 5], None, Verdict::AsItMustBe);
        check(11, &[READ; 5], Some(true), Verdict::ReadAfterAll);
        check(11, &[READ; 5], Some(false), Verdict::Changes);
        check(11, &[Nothing; 5], None, Verdict::LookAgain);
        check(12, &[Nothing; 5], None, Verdict::AsItMustBe);
        check(12, &[Nothing, READ, Nothing, Nothing, Nothing], None, Verdict::Noticed);
    }

    #[test]
    fn without_cards_there_is_no_verdict_and_with_few_it_is_one_so_far() {
        let nobody = judge(&KINDS[0], &[]);
        assert_eq!((nobody.verdict, nobody.whole), (Verdict::NotTried, false));
        let one = judge(&KINDS[0], &[row(1, 1, &[READ; 5], Some(true))]);
        assert_eq!((one.verdict, one.whole), (Verdict::Good, false));
    }

    #[test]
    fn a_module_that_reads_only_short_numbers_is_found_out() {
        let mute = [row(5, 1, &[Tap::Nothing; 5], None), row(7, 1, &[Tap::Nothing; 5], None)];
        let short = row(6, 1, &[READ; 5], Some(true));
        assert!(reads_only_short_numbers(&[mute[0].clone(), mute[1].clone(), short.clone()]));
        assert!(!reads_only_short_numbers(&[mute[0].clone(), short.clone()]), "kind 7 was not tried");
        let mut long = row(5, 2, &[READ; 5], Some(true));
        long.number.as_mut().expect("it was read").bytes = 7;
        assert!(!reads_only_short_numbers(&[mute[0].clone(), mute[1].clone(), short, long]));
    }
}
