// SPDX-License-Identifier: GPL-3.0-or-later
//! The catalogues are whole, their glyphs are in the fonts, and the colours can be told apart.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use skrifa::MetadataProvider;

fn crate_folder() -> &'static Path {
    Path::new(".")
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(files(&path, ending));
        } else if path.extension().is_some_and(|extension| extension == ending) {
            all.push(path);
        }
    }
    all
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Vec<&'a str> {
    text.split(start).skip(1).filter_map(|rest| rest.split_once(end)).map(|(words, _)| words).collect()
}

fn source_words() -> BTreeSet<String> {
    let pages = files(&crate_folder().join("ui"), "slint");
    let read = pages.iter().map(|path| std::fs::read_to_string(path).unwrap());
    read.flat_map(|text| between(&text, "@tr(\"", "\"").into_iter().map(str::to_owned).collect::<Vec<_>>()).collect()
}

#[test]
fn every_sentence_has_an_english_one_with_the_same_numbers() {
    let catalogue = std::fs::read_to_string(crate_folder().join("lang/en/LC_MESSAGES/xuedian-screen.po")).unwrap();
    let ids = between(&catalogue, "\nmsgid \"", "\"\n");
    let translated = between(&catalogue, "\nmsgstr \"", "\"\n");
    assert_eq!(ids.len(), translated.len());
    let holes = |words: &str| words.matches("{}").count();
    for (id, words) in ids.iter().zip(&translated).filter(|(id, _)| !id.is_empty()) {
        assert!(!words.is_empty(), "{id} has no translation");
        if !id.starts_with("农历") {
            assert!(holes(id) == holes(words), "{id} and {words} have not the same holes");
        }
    }
    let kept: BTreeSet<String> = ids.iter().filter(|id| !id.is_empty()).map(|id| (*id).to_owned()).collect();
    assert_eq!(source_words().symmetric_difference(&kept).collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn every_glyph_is_in_the_fonts() {
    let mut wanted = BTreeSet::new();
    for path in files(&crate_folder().join("ui"), "slint").into_iter().chain(files(&crate_folder().join("lang"), "po"))
    {
        wanted.extend(std::fs::read_to_string(path).unwrap().chars().filter(|c| !c.is_control()));
    }
    let fonts = files(&crate_folder().join("../../assets/fonts"), "otf");
    assert_eq!(fonts.len(), 3);
    for path in fonts {
        let bytes = std::fs::read(&path).unwrap();
        let glyphs = skrifa::FontRef::new(&bytes).unwrap().charmap();
        let missing: String = wanted.iter().filter(|c| glyphs.map(**c).is_none()).collect();
        assert!(missing.is_empty(), "{} lacks {missing}: run assets/fonts/make.py", path.display());
    }
}

/// Two colours of the look that stand on one another, and the contrast they need.
const PAIRS: [(&str, &str, f64); 24] = [
    ("#10262C", "#E6EFEC", 7.0),
    ("#2B474E", "#E6EFEC", 7.0),
    ("#10262C", "#FFFFFF", 7.0),
    ("#2B474E", "#FFFFFF", 7.0),
    ("#10262C", "#DCEBF2", 7.0),
    ("#10262C", "#F7ECD2", 7.0),
    ("#10262C", "#D5EADF", 7.0),
    ("#2F625F", "#E6EFEC", 3.0),
    ("#D2361F", "#FFFFFF", 3.0),
    ("#FFFFFF", "#A4271B", 7.0),
    ("#F2F7F5", "#20454E", 7.0),
    ("#7FB0A6", "#10262C", 3.0),
    ("#FFFFFF", "#0B574A", 7.0),
    ("#FFFFFF", "#0E4467", 7.0),
    ("#10262C", "#F8DB8E", 7.0),
    ("#10262C", "#EBD9C2", 7.0),
    ("#8CC0DA", "#0E4467", 3.0),
    ("#7A4A22", "#F8DB8E", 3.0),
    ("#7A4A22", "#DDBF9A", 3.0),
    ("#EEF6F3", "#0A171C", 7.0),
    ("#C3D6D1", "#16313A", 7.0),
    ("#EEF6F3", "#163C52", 7.0),
    ("#EEF6F3", "#3D3417", 7.0),
    ("#F0553D", "#16313A", 3.0),
];

fn luminance(colour: &str) -> f64 {
    let channel = |at: usize| {
        let c = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

#[test]
fn colours_can_be_told_apart() {
    let pages: String =
        files(&crate_folder().join("ui"), "slint").iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    for (front, back, floor) in PAIRS {
        let (a, b) = (luminance(front), luminance(back));
        let ratio = (a.max(b) + 0.05) / (a.min(b) + 0.05);
        assert!(ratio >= floor, "{front} on {back}: {ratio:.1}, needs {floor}");
        // The mountains of #DDBF9A are in a picture; every other colour is the pages' own.
        for colour in [front, back].into_iter().filter(|colour| *colour != "#DDBF9A") {
            assert!(pages.contains(colour), "{colour} is not in the look any more");
        }
    }
}
