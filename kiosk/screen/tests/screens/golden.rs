// SPDX-License-Identifier: GPL-3.0-or-later
//! Golden pictures of each page in four variants, looked at by a person before they are accepted.
//!
//! `XUEDIAN_BLESS=1 cargo test -p xuedian-screen golden` writes them anew. When one differs, what was drawn and where
//! it differs lie in `target/golden/`.
//!
//! Beside the Chinese pictures lies `places-zh.json`: where each label is on each page. Whoever sees a terminal only from outside
//! (the box in its test machine) looks for a part of these pictures, and touches there.

use std::path::{Path, PathBuf};

use i_slint_backend_testing::AccessibleRole;
use serde_json::json;
use slint::ComponentHandle;
use xuedian_engine::view::{Language, Theme, TypeSize};

use crate::picture::Picture;
use crate::samples;
use crate::stage::{Stage, Variant};

/// Rounding of a blend may differ between processors by this much in a colour.
const MOST: u8 = 3;
/// Points that may differ by more, of a million.
const FEW: usize = 20;

fn kept() -> PathBuf {
    PathBuf::from("tests/golden")
}

fn seen() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("golden")
}

fn compare(name: &str, drawn: &Picture, wrong: &mut Vec<String>) {
    let path = kept().join(name);
    if std::env::var_os("XUEDIAN_BLESS").is_some() {
        if Picture::read(&path).is_none_or(|before| before != *drawn) {
            drawn.write(&path);
        }
        return;
    }
    let Some(golden) = Picture::read(&path) else {
        drawn.write(&seen().join(name));
        wrong.push(format!("{name}: no golden picture"));
        return;
    };
    let differing = drawn.differing(&golden, MOST);
    if differing > FEW {
        drawn.write(&seen().join(name));
        drawn.difference(&golden).write(&seen().join(format!("difference-{name}")));
        wrong.push(format!("{name}: {differing} points differ"));
    }
}

fn pictures(label: &str, variant: Variant) {
    let stage = Stage::new(variant.upright);
    let mut wrong = Vec::new();
    for (name, view) in samples::pages(variant.language) {
        stage.show(&view, variant);
        let drawn = Picture::of(&stage.screen.app().window().take_snapshot().unwrap());
        compare(&format!("{name}-{label}.png"), &drawn, &mut wrong);
    }
    assert!(wrong.is_empty(), "in {}:\n{}", seen().display(), wrong.join("\n"));
}

/// What can be read or touched on the page that is shown, in whole pixels, a line each.
fn places(stage: &Stage) -> Vec<String> {
    let mut places = Vec::new();
    for element in stage.elements() {
        let role = match element.accessible_role() {
            Some(AccessibleRole::Button) => "button",
            Some(AccessibleRole::Text) => "text",
            _ => continue,
        };
        let label = element.accessible_label().unwrap_or_default();
        let (at, size) = (element.absolute_position(), element.size());
        let [x, y, w, h] = [at.x, at.y, size.width, size.height].map(|side| side.round() as i32);
        places.push(json!({ "label": label.as_str(), "role": role, "at": [x, y, w, h] }).to_string());
    }
    places
}

fn chinese() -> Variant {
    Variant { language: Language::Chinese, type_size: TypeSize::Normal, theme: Theme::Light, upright: false }
}

#[test]
fn golden_chinese() {
    pictures("zh", chinese());
}

#[test]
fn places_chinese() {
    let stage = Stage::new(false);
    let mut pages = Vec::new();
    for (name, view) in samples::pages(Language::Chinese) {
        stage.show(&view, chinese());
        pages.push(format!("{}: [\n{}\n]", json!(name), places(&stage).join(",\n")));
    }
    let drawn = format!("{{{}}}\n", pages.join(",\n"));
    let path = kept().join("places-zh.json");
    if std::env::var_os("XUEDIAN_BLESS").is_some() {
        std::fs::write(&path, drawn).unwrap();
        return;
    }
    let golden = std::fs::read_to_string(&path).unwrap();
    assert_eq!(drawn, golden, "{}: bless the pictures, which write it, too", path.display());
}

#[test]
fn golden_english_large_dark() {
    let variant =
        Variant { language: Language::English, type_size: TypeSize::Large, theme: Theme::Dark, upright: false };
    pictures("en-large-dark", variant);
}

#[test]
fn golden_chinese_very_large() {
    let variant =
        Variant { language: Language::Chinese, type_size: TypeSize::VeryLarge, theme: Theme::Light, upright: false };
    pictures("zh-very-large", variant);
}

#[test]
fn golden_chinese_upright() {
    let variant =
        Variant { language: Language::Chinese, type_size: TypeSize::Normal, theme: Theme::Light, upright: true };
    pictures("zh-upright", variant);
}
