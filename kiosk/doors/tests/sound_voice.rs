// SPDX-License-Identifier: GPL-3.0-or-later
//! The voice: every clip that a sentence needs is there, and the Mandarin is Mandarin.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use xuedian_doors::sound::clips_of;
use xuedian_engine::ports::sound::{Saying, Tongue};

struct Row {
    zh: String,
    pinyin: String,
    en: String,
}

fn folder() -> PathBuf {
    PathBuf::from("../../assets/voice")
}

/// `voice.csv`: no field holds a quotation mark or spans lines.
fn table() -> BTreeMap<String, Row> {
    let text = std::fs::read_to_string(folder().join("voice.csv")).expect("voice.csv");
    text.lines().skip(1).map(fields).map(|f| (f[0].clone(), row(&f))).collect()
}

fn row(fields: &[String]) -> Row {
    let [_, zh, pinyin, en] = fields else { panic!("four columns: {fields:?}") };
    Row { zh: zh.clone(), pinyin: pinyin.clone(), en: en.clone() }
}

fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    for sign in line.chars() {
        match sign {
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            other => fields.last_mut().expect("never empty").push(other),
        }
    }
    fields
}

fn sayings() -> Vec<Saying> {
    let mut all = vec![
        Saying::Welcome,
        Saying::HoldCard,
        Saying::SignedIn,
        Saying::Already,
        Saying::InTheMiddle,
        Saying::ForgotLastTime,
        Saying::HalfOnly,
        Saying::TooShort,
        Saying::WhichClass,
        Saying::NotEnrolled,
        Saying::Full,
        Saying::Cancelled,
        Saying::Moved,
        Saying::UnknownCard,
        Saying::AnotherCard,
        Saying::IdentityCard,
        Saying::OneCard,
        Saying::HoldAgain,
        Saying::LostCard,
        Saying::WhichName,
        Saying::Expiring,
        Saying::SureToRedeem,
        Saying::ReaderGone,
        Saying::StillThere,
        Saying::MaySwitchOff,
        Saying::NothingLost,
        Saying::Home,
        Saying::TypeNormal,
        Saying::TypeLarge,
        Saying::TypeVeryLarge,
    ];
    for number in 0..1_100 {
        all.extend([
            Saying::SignedOut { minutes: number },
            Saying::PointsShort { points: number },
            Saying::SignedInCredits { credits: number },
            Saying::LessonFinished { credits: number },
        ]);
    }
    all
}

#[test]
fn every_clip_of_every_sentence_is_there_in_both_languages() {
    for (tongue, language) in [(Tongue::Mandarin, "zh"), (Tongue::English, "en")] {
        for saying in sayings() {
            for clip in clips_of(saying, tongue) {
                let path = folder().join(language).join(format!("{clip}.ogg"));
                assert!(path.exists(), "{saying:?} needs {path:?}");
            }
        }
    }
}

#[test]
fn every_recording_has_a_row_and_all_are_small() {
    let table = table();
    let mut bytes = 0;
    for language in ["zh", "en"] {
        for entry in folder().join(language).read_dir().expect("recordings") {
            let path = entry.expect("an entry").path();
            let id = path.file_stem().expect("a name").to_string_lossy().into_owned();
            assert!(table.contains_key(&id), "{path:?} has no row");
            bytes += path.metadata().expect("size").len();
        }
    }
    assert!(bytes < 6_000_000, "{bytes} bytes of voice");
}

#[test]
fn each_character_has_its_toned_syllable() {
    for (id, row) in table() {
        let characters = row.zh.chars().filter(|sign| ('\u{4e00}'..='\u{9fff}').contains(sign)).count();
        let syllables: Vec<_> = row.pinyin.split([' ', ',', '.', '?']).filter(|part| !part.is_empty()).collect();
        assert_eq!(characters, syllables.len(), "{id}");
        for syllable in syllables {
            let (letters, tone) = syllable.split_at(syllable.len() - 1);
            assert!(letters.bytes().all(|b| b.is_ascii_lowercase()), "{id}: {syllable}");
            assert!(("1"..="5").contains(&tone), "{id}: {syllable}");
        }
        assert!(!row.en.is_empty() || !row.zh.is_empty(), "{id} says nothing");
    }
}

/// espeak-ng marks what it takes for English, and names a digit that it reads as a number.
fn phonemes(pinyin: &str) -> String {
    let spoken = Command::new("espeak-ng").args(["-v", "cmn-latn-pinyin", "-q", "-x", pinyin]).output();
    String::from_utf8_lossy(&spoken.expect("espeak-ng is installed").stdout).into_owned()
}

#[test]
fn no_mandarin_prompt_is_read_as_english_or_as_digits() {
    assert!(phonemes("hello").contains("(en)"), "the test can see English");
    for (id, row) in table().into_iter().filter(|(_, row)| !row.pinyin.is_empty()) {
        let heard = phonemes(&row.pinyin);
        assert!(!heard.contains("(en)"), "{id}: {heard}");
        // A tone that was read as a number would be a word more than there are syllables.
        let syllables = row.pinyin.chars().filter(char::is_ascii_digit).count();
        let tones = heard.matches(['1', '2', '3', '4', '5']).count();
        assert!(tones >= syllables, "{id}: {heard}");
        let said = heard.split(['_', ' ', '\n']).filter(|part| part.chars().any(|c| c.is_ascii_digit())).count();
        assert!(said <= syllables, "{id}: {said} spoken for {syllables} syllables: {heard}");
    }
}
