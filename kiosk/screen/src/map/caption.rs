// SPDX-License-Identifier: GPL-3.0-or-later
//! Captions at large type: a sentence that does not fit its two lines is shown in turns.

/// Lines of a caption's room.
const LINES: usize = 2;
/// How long a glyph of a turn stays, milliseconds: an older reader's pace.
const GLYPH_MS: u64 = 260;

/// Width of a glyph in ems: Chinese is square, Latin about half.
fn ems(glyph: char) -> f32 {
    if glyph.is_ascii() { 0.58 } else { 1.0 }
}

/// The part of a caption to show so many milliseconds after it began, where a line holds `line` ems.
pub(super) fn turn(caption: &str, line: f32, since_ms: u64) -> String {
    let turns = turns(caption, line);
    let mut left = since_ms;
    for (index, words) in turns.iter().enumerate() {
        let stays = words.chars().count() as u64 * GLYPH_MS;
        if left < stays || index + 1 == turns.len() {
            return words.clone();
        }
        left -= stays;
    }
    String::new()
}

fn turns(caption: &str, line: f32) -> Vec<String> {
    lines(caption, line).chunks(LINES).map(|pair| pair.join("\n")).collect()
}

/// Breaks where words end; a mark never begins a line.
fn lines(caption: &str, most: f32) -> Vec<String> {
    let mut all = Vec::new();
    for given in caption.lines() {
        let mut line = String::new();
        let mut width = 0.0;
        for word in words(given) {
            let wide: f32 = word.chars().map(ems).sum();
            if width + wide > most && !line.is_empty() {
                all.push(line.trim_end().to_owned());
                line = String::new();
                width = 0.0;
            }
            line.push_str(&word);
            width += wide;
        }
        if !line.trim().is_empty() {
            all.push(line.trim_end().to_owned());
        }
    }
    all
}

/// A Chinese character with the marks after it, or a Latin word with its space.
fn words(line: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for glyph in line.chars() {
        let mark = "，。：；！？、）》”’…".contains(glyph);
        let goes_on = all.last().and_then(|word| word.chars().last()).is_some_and(|last| {
            mark || (last.is_ascii() && last != ' ' && glyph.is_ascii()) || "（《“‘".contains(last)
        });
        match all.last_mut() {
            Some(word) if goes_on => word.push(glyph),
            _ => all.push(glyph.to_string()),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAVE: &str = "捺要一波三折：先轻，再重，收笔时提起来。";

    #[test]
    fn what_fits_is_shown_at_once() {
        assert_eq!(turn(WAVE, 15.0, 0), "捺要一波三折：先轻，再重，收笔\n时提起来。");
    }

    #[test]
    fn what_does_not_fit_is_shown_in_turns() {
        assert_eq!(turn(WAVE, 8.0, 0), "捺要一波三折：先\n轻，再重，收笔时");
        assert_eq!(turn(WAVE, 8.0, 5_000), "提起来。");
        assert_eq!(turn(WAVE, 8.0, 60_000), "提起来。");
    }

    #[test]
    fn latin_words_stay_whole() {
        assert_eq!(turns("Light, then heavy, then lift.", 8.0), ["Light, then\nheavy, then", "lift."]);
    }

    #[test]
    fn no_caption_is_none() {
        assert_eq!(turn("", 8.0, 0), "");
    }
}
