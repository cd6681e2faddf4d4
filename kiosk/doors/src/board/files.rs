// SPDX-License-Identifier: GPL-3.0-or-later
//! The small files of the kernel, and the bitmaps in them.

use std::fs;
use std::path::{Path, PathBuf};

/// Bits of a word in the kernel's bitmaps: it writes them in the words of whoever reads (`input_bits_to_string`).
const WORD: usize = usize::BITS as usize;

/// What stands in a file, without the end of the line. None: it is not there, or the driver has nothing to say.
pub(super) fn text(path: &Path) -> Option<String> {
    fs::read_to_string(path).ok().map(|text| text.trim().to_owned())
}

/// What is in a folder under names that begin so; nothing when there is no such folder.
pub(super) fn entries(folder: PathBuf, beginning: &str) -> Vec<PathBuf> {
    let begins =
        |path: &PathBuf| path.file_name().and_then(|name| name.to_str()).is_some_and(|n| n.starts_with(beginning));
    let found = fs::read_dir(folder).into_iter().flatten().flatten();
    found.map(|entry| entry.path()).filter(begins).collect()
}

/// Whether a bit is set in a bitmap: words of hexadecimal digits, the highest first.
pub(super) fn has_bit(bitmap: &str, bit: usize) -> bool {
    let word = bitmap.split_whitespace().rev().nth(bit / WORD);
    word.and_then(|word| u64::from_str_radix(word, 16).ok()).is_some_and(|word| word >> (bit % WORD) & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::has_bit;

    #[test]
    fn bits_are_counted_from_the_end_of_the_last_word() {
        assert!(has_bit("3", 0) && has_bit("3", 1) && !has_bit("3", 2));
        // A touch panel's key bitmap: BTN_TOUCH is 330, the tenth bit of the sixth word of 64 bits.
        if usize::BITS == 64 {
            assert!(has_bit("400 0 0 0 0 0", 330) && !has_bit("400 0 0 0 0 0", 329) && !has_bit("400 0 0 0 0", 330));
        }
        assert!(!has_bit("", 0) && !has_bit("no bitmap", 0));
    }
}
