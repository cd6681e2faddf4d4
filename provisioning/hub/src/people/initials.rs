// SPDX-License-Identifier: GPL-3.0-or-later
//! Pinyin initials of a whole name, every reading of a surname that has two: made here, so that a kiosk needs no dictionary.

use pinyin::ToPinyin;
use xuedian_domain::name::mask;

/// Surnames whose reading as a surname is another, or is not the only one people know.
const SURNAMES: [(&str, &[&str]); 16] = [
    ("单", &["s", "d"]),
    ("仇", &["q", "c"]),
    ("解", &["x", "j"]),
    ("区", &["o", "q"]),
    ("查", &["z", "c"]),
    ("曾", &["z", "c"]),
    ("盖", &["g"]),
    ("任", &["r"]),
    ("翟", &["z", "d"]),
    ("乐", &["y", "l"]),
    ("朴", &["p"]),
    ("尉迟", &["yc"]),
    ("缪", &["m"]),
    ("覃", &["q", "t"]),
    ("员", &["y"]),
    ("冼", &["x"]),
];

/// The initials by which staff find a name; a character without a reading is left out.
#[must_use]
pub fn initials(name: &str) -> Vec<String> {
    let name = name.trim();
    if name.is_empty() {
        return Vec::new();
    }
    if name.is_ascii() {
        let letters = name.split_whitespace().filter_map(|word| word.chars().next());
        return vec![letters.map(|c| c.to_ascii_lowercase()).collect()];
    }
    // What a mask shows of the beginning is the surname.
    let masked = mask(name);
    let first = masked.split('*').next().unwrap_or_default();
    let given = letters(name.strip_prefix(first).unwrap_or(name));
    match SURNAMES.iter().find(|(surname, _)| *surname == first) {
        Some((_, readings)) => readings.iter().map(|reading| format!("{reading}{given}")).collect(),
        None => vec![format!("{}{given}", letters(if name.starts_with(first) { first } else { "" }))],
    }
}

fn letters(text: &str) -> String {
    text.chars()
        .filter_map(|glyph| match glyph.to_pinyin() {
            Some(reading) => reading.first_letter().chars().next(),
            None => glyph.is_ascii_alphabetic().then(|| glyph.to_ascii_lowercase()),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reading_of_a_surname_is_found() {
        for (name, expected) in [
            ("王淑珍", &["wsz"][..]),
            ("单福生", &["sfs", "dfs"]),
            ("仇秀兰", &["qxl", "cxl"]),
            ("解玉华", &["xyh", "jyh"]),
            ("欧阳文博", &["oywb"]),
            ("尉迟恭敬", &["ycgj"]),
            ("阿依努尔·麦麦提", &["aynemmt"]),
            ("Anna Schmidt", &["as"]),
            ("", &[]),
        ] {
            assert_eq!(initials(name), expected, "{name}");
        }
    }
}
