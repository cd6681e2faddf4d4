// SPDX-License-Identifier: GPL-3.0-or-later
//! Characters that old systems kept in Unicode's private area, and where they are now.
//!
//! GBK of 1995 had 80 characters at FE50 to FEA0 that Unicode did not have yet, and put them at U+E815 to U+E864; GB 18030 of 2005
//! and 2022 gives each its place. What a private code means otherwise only the system knows that wrote it: it is kept as it is.

/// The first private code of the 80.
const FIRST: u32 = 0xe815;

/// What U+E815 and those after it are now.
#[rustfmt::skip]
const NOW: [u32; 80] = [
    0x02e81, 0x20087, 0x20089, 0x200cc, 0x02e84, 0x03473, 0x03447, 0x02e88,
    0x02e8b, 0x09fb4, 0x0359e, 0x0361a, 0x0360e, 0x02e8c, 0x02e97, 0x0396e,
    0x03918, 0x09fb5, 0x039cf, 0x039df, 0x03a73, 0x039d0, 0x09fb6, 0x09fb7,
    0x03b4e, 0x03c6e, 0x03ce0, 0x02ea7, 0x215d7, 0x09fb8, 0x02eaa, 0x04056,
    0x0415f, 0x02eae, 0x04337, 0x02eb3, 0x02eb6, 0x02eb7, 0x2298f, 0x043b1,
    0x043ac, 0x02ebb, 0x043dd, 0x044d6, 0x04661, 0x0464c, 0x09fb9, 0x04723,
    0x04729, 0x0477c, 0x0478d, 0x02eca, 0x04947, 0x0497a, 0x0497d, 0x04982,
    0x04983, 0x04985, 0x04986, 0x0499f, 0x0499b, 0x049b7, 0x049b6, 0x09fba,
    0x241fe, 0x04ca3, 0x04c9f, 0x04ca0, 0x04ca1, 0x04c77, 0x04ca2, 0x04d13,
    0x04d14, 0x04d15, 0x04d16, 0x04d17, 0x04d18, 0x04d19, 0x04dae, 0x09fbb,
];

/// The character that a private code stands for; the same character when it is none, or nobody knows.
pub(super) fn mapped(glyph: char) -> char {
    let code = u32::from(glyph);
    let now = code.checked_sub(FIRST).and_then(|n| NOW.get(usize::try_from(n).ok()?));
    now.and_then(|now| char::from_u32(*now)).unwrap_or(glyph)
}

/// Whether a character is in one of the three private areas.
pub(super) fn private(glyph: char) -> bool {
    matches!(u32::from(glyph), 0xe000..=0xf8ff | 0xf_0000..=0xf_fffd | 0x10_0000..=0x10_fffd)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_private_codes_are_now_characters() {
        assert_eq!(mapped('\u{e863}'), '䶮');
        assert_eq!(mapped('\u{e815}'), '⺁');
        assert_eq!(mapped('\u{e864}'), '\u{9fbb}');
        assert_eq!(mapped('\u{e865}'), '\u{e865}');
        assert_eq!(mapped('王'), '王');
        assert!(NOW.iter().all(|now| char::from_u32(*now).is_some_and(|c| !private(c))));
    }
}
