// SPDX-License-Identifier: GPL-3.0-or-later
//! The keys of the trial.

use crate::tongue::Tongue;

/// What the people at the keyboard want.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Go on.
    Enter,
    /// The card was held to the ring, and nothing happened.
    Nothing,
    /// It is as the reader says, however odd: count it.
    Yes,
    /// The last tap shall not count.
    TakeBack,
    /// The next card of this kind.
    NextCard,
    /// The next kind.
    NextKind,
    /// Stop for now.
    Stop,
}

impl Wish {
    /// What a typed line wants; none when it is none of the keys.
    #[must_use]
    pub fn of(line: &str) -> Option<Self> {
        Some(match plain(line).as_str() {
            "" => Self::Enter,
            "0" => Self::Nothing,
            "y" => Self::Yes,
            "x" => Self::TakeBack,
            "n" => Self::NextCard,
            "k" => Self::NextKind,
            "q" => Self::Stop,
            _ => return None,
        })
    }
}

/// The keys, in words.
#[must_use]
pub fn keys(tongue: Tongue) -> &'static str {
    tongue.pick(
        "0：没反应 · x：上一下不算 · n：下一张 · k：下一种 · q：停（表留着，再用同一条命令接着试）",
        "0: nothing happened · x: the tap before does not count · n: next card · k: next kind · q: stop (the sheet stays, and the \
         same command goes on with it)",
    )
}

/// A whole number of millimetres, also with its unit behind it.
#[must_use]
pub fn millimetres(line: &str) -> Option<u16> {
    plain(line).trim_end_matches("mm").trim_end_matches("毫米").trim_end().parse().ok()
}

/// Small letters of one width: a Chinese keyboard types wide ones.
fn plain(line: &str) -> String {
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        c => c,
    };
    line.chars().map(narrow).flat_map(char::to_lowercase).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_any_keyboard_types_them() {
        let read = [" x ", "X", "ｘ", "Ｘ"].map(Wish::of);
        assert_eq!(read, [Some(Wish::TakeBack); 4]);
        assert_eq!(Wish::of("　"), Some(Wish::Enter));
        assert_eq!(Wish::of("０"), Some(Wish::Nothing));
        assert_eq!(Wish::of("exit"), None);
    }

    #[test]
    fn distances_are_read_with_and_without_their_unit() {
        let read = ["12", "12 mm", "12毫米", "１２"].map(millimetres);
        assert_eq!(read, [Some(12); 4]);
        assert_eq!(["", "far", "-3", "1.5"].map(millimetres), [None; 4]);
    }
}
