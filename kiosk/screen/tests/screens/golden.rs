// SPDX-License-Identifier: GPL-3.0-or-later
//! Golden pictures of each page in four variants, looked at by a person before they are accepted.
//!
//! `XUEDIAN_BLESS=1 cargo test -p xuedian-screen golden` writes them anew. When one differs, what was drawn and where
//! it differs lie in `target/golden/`.

use std::path::{Path, PathBuf};

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

#[test]
fn golden_chinese() {
    let variant =
        Variant { language: Language::Chinese, type_size: TypeSize::Normal, theme: Theme::Light, upright: false };
    pictures("zh", variant);
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
