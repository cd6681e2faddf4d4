// SPDX-License-Identifier: GPL-3.0-or-later
//! Which clips say a sentence. Numbers are put together from spoken words, the rest is whole sentences.

use xuedian_engine::ports::sound::{Saying, Tongue};

/// The clips of a sentence in their order, as names of files in `voice/<language>/` without their ending.
///
/// A number that the voice cannot say (above 999) is left out together with what would stand around it.
#[must_use]
pub fn clips_of(saying: Saying, tongue: Tongue) -> Vec<&'static str> {
    match saying {
        Saying::SignedInCredits { credits } => {
            with_number("signed-in", "that-gives", decimal(credits, tongue), credit(credits, tongue))
        }
        Saying::LessonFinished { credits } => {
            with_number("finished", "you-gain", decimal(credits, tongue), credit(credits, tongue))
        }
        Saying::SignedOut { minutes } => {
            let unit = if minutes == 1 && tongue == Tongue::English { "minute" } else { "minutes" };
            with_number("signed-out", "studied-today", whole(minutes, tongue), unit)
        }
        Saying::PointsShort { points } => {
            let unit = if points == 1 && tongue == Tongue::English { "point-one" } else { "points" };
            with_number("", "still-short", whole(points, tongue), unit)
        }
        whole_sentence => vec![sentence(whole_sentence)],
    }
}

fn with_number(
    before: &'static str,
    lead: &'static str,
    number: Option<Vec<&'static str>>,
    unit: &'static str,
) -> Vec<&'static str> {
    let mut clips = Vec::new();
    if !before.is_empty() {
        clips.push(before);
    }
    if let Some(number) = number {
        clips.push(lead);
        clips.extend(number);
        clips.push(unit);
    }
    clips
}

fn credit(credits: u32, tongue: Tongue) -> &'static str {
    if credits == 100 && tongue == Tongue::English { "credit" } else { "credits" }
}

/// Hundredths as one, half, one point five. Nothing for nothing.
fn decimal(hundredths: u32, tongue: Tongue) -> Option<Vec<&'static str>> {
    let (before, after) = (hundredths / 100, hundredths % 100);
    if after == 0 {
        return if before == 0 { None } else { whole(before, tongue) };
    }
    let mut words = match before {
        // 二点五, never 两点五.
        2 => vec![DIGITS[2]],
        before => whole(before, tongue)?,
    };
    words.push("decimal");
    words.push(DIGITS[after as usize / 10]);
    if !after.is_multiple_of(10) {
        words.push(DIGITS[after as usize % 10]);
    }
    Some(words)
}

fn whole(number: u32, tongue: Tongue) -> Option<Vec<&'static str>> {
    match (number, tongue) {
        (1_000.., _) => None,
        // 两 before a measure word.
        (2, Tongue::Mandarin) => Some(vec!["liang"]),
        (_, Tongue::Mandarin) => Some(mandarin(number as usize)),
        (_, Tongue::English) => Some(english(number as usize)),
    }
}

const DIGITS: [&str; 10] = ["n0", "n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8", "n9"];
const TEENS: [&str; 10] = ["n10", "n11", "n12", "n13", "n14", "n15", "n16", "n17", "n18", "n19"];
const TENS: [&str; 10] = ["", "n10", "n20", "n30", "n40", "n50", "n60", "n70", "n80", "n90"];

/// 0 to 999: 九十, 一百零五, 一百一十.
fn mandarin(number: usize) -> Vec<&'static str> {
    let (hundreds, tens, ones) = (number / 100, number / 10 % 10, number % 10);
    let mut words = Vec::new();
    if hundreds > 0 {
        words.extend([DIGITS[hundreds], "n100"]);
        if tens == 0 && ones > 0 {
            words.push("n0");
        }
    }
    if tens > 0 {
        if tens > 1 || hundreds > 0 {
            words.push(DIGITS[tens]);
        }
        words.push("n10");
    }
    if ones > 0 || number == 0 {
        words.push(DIGITS[ones]);
    }
    words
}

/// 0 to 999.
fn english(number: usize) -> Vec<&'static str> {
    let (hundreds, rest) = (number / 100, number % 100);
    let mut words = Vec::new();
    if hundreds > 0 {
        words.extend([DIGITS[hundreds], "n100"]);
    }
    match rest {
        0 if hundreds > 0 => {}
        0..=9 => words.push(DIGITS[rest]),
        10..=19 => words.push(TEENS[rest - 10]),
        _ => {
            words.push(TENS[rest / 10]);
            if !rest.is_multiple_of(10) {
                words.push(DIGITS[rest % 10]);
            }
        }
    }
    words
}

fn sentence(saying: Saying) -> &'static str {
    match saying {
        Saying::Welcome => "welcome",
        Saying::HoldCard => "hold-card",
        Saying::SignedIn | Saying::SignedInCredits { .. } => "signed-in",
        Saying::Already => "already",
        Saying::InTheMiddle => "in-the-middle",
        Saying::SignedOut { .. } => "signed-out",
        Saying::ForgotLastTime => "forgot-last-time",
        Saying::HalfOnly => "half-only",
        Saying::TooShort => "too-short",
        Saying::WhichClass => "which-class",
        Saying::NotEnrolled => "not-enrolled",
        Saying::Full => "full",
        Saying::Cancelled => "cancelled",
        Saying::Moved => "moved",
        Saying::UnknownCard => "unknown-card",
        Saying::AnotherCard => "another-card",
        Saying::IdentityCard => "identity-card",
        Saying::OneCard => "one-card",
        Saying::HoldAgain => "hold-again",
        Saying::LostCard => "lost-card",
        Saying::WhichName => "which-name",
        Saying::Expiring => "expiring",
        Saying::SureToRedeem => "sure-to-redeem",
        Saying::PointsShort { .. } => "still-short",
        Saying::ReaderGone => "reader-gone",
        Saying::StillThere => "still-there",
        Saying::MaySwitchOff => "may-switch-off",
        Saying::NothingLost => "nothing-lost",
        Saying::Home => "home",
        Saying::TypeNormal => "type-normal",
        Saying::TypeLarge => "type-large",
        Saying::TypeVeryLarge => "type-very-large",
        Saying::LessonFinished { .. } => "finished",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Tongue::{English, Mandarin};

    fn check(saying: Saying, tongue: Tongue, clips: &str) {
        assert_eq!(clips_of(saying, tongue).join(" "), clips);
    }

    #[test]
    fn numbers_are_said_as_people_say_them() {
        let out = |minutes| Saying::SignedOut { minutes };
        check(out(90), Mandarin, "signed-out studied-today n9 n10 minutes");
        check(out(2), Mandarin, "signed-out studied-today liang minutes");
        check(out(12), Mandarin, "signed-out studied-today n10 n2 minutes");
        check(out(105), Mandarin, "signed-out studied-today n1 n100 n0 n5 minutes");
        check(out(110), Mandarin, "signed-out studied-today n1 n100 n1 n10 minutes");
        check(out(120), English, "signed-out studied-today n1 n100 n20 minutes");
        check(out(15), English, "signed-out studied-today n15 minutes");
        check(out(1), English, "signed-out studied-today n1 minute");
        check(out(1_000), Mandarin, "signed-out");
        check(Saying::PointsShort { points: 15 }, Mandarin, "still-short n10 n5 points");
    }

    #[test]
    fn credits_are_said_as_people_say_them() {
        let done = |credits| Saying::LessonFinished { credits };
        check(done(25), Mandarin, "finished you-gain n0 decimal n2 n5 credits");
        check(done(0), Mandarin, "finished");
        check(done(150), English, "finished you-gain n1 decimal n5 credits");
        check(done(250), Mandarin, "finished you-gain n2 decimal n5 credits");
        check(done(200), Mandarin, "finished you-gain liang credits");
        check(Saying::SignedInCredits { credits: 100 }, English, "signed-in that-gives n1 credit");
    }
}
