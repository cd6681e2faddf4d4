// SPDX-License-Identifier: GPL-3.0-or-later
//! The walk: every page in every variant keeps the floors of the experience.

use std::collections::BTreeSet;

use i_slint_backend_testing::{AccessibleRole, ElementHandle};
use xuedian_engine::view::{Language, View};

use crate::samples;
use crate::stage::{PPI, Stage, Variant};

/// Least side of an action, millimetres: the main one, others, and in dense staff lists.
const MAIN_MM: f32 = 20.0;
const OTHER_MM: f32 = 16.0;
const DENSE_MM: f32 = 12.0;
/// Least gap between actions, millimetres.
const GAP_MM: f32 = 3.0;
/// Half a pixel: layouts are fractional, pixels are not.
const SLACK: f32 = 0.5;

fn px(millimetres: f32) -> f32 {
    millimetres * PPI / 25.4
}

#[derive(Clone, Debug)]
struct Box {
    label: String,
    x: f32,
    y: f32,
    w: f32,
    h: f32,
}

impl Box {
    fn of(element: &ElementHandle) -> Self {
        let (at, size) = (element.absolute_position(), element.size());
        let label = element.accessible_label().unwrap_or_default().to_string();
        Self { label, x: at.x, y: at.y, w: size.width, h: size.height }
    }

    /// How far apart; negative when they overlap.
    fn gap(&self, other: &Self) -> f32 {
        let across = (other.x - self.x - self.w).max(self.x - other.x - other.w);
        let down = (other.y - self.y - self.h).max(self.y - other.y - other.h);
        across.max(down)
    }
}

fn all_samples(language: Language) -> Vec<(String, View)> {
    let pages = samples::pages(language).into_iter().map(|(name, view)| (name.to_owned(), view));
    pages.chain(samples::more(language)).collect()
}

fn walk(upright: bool) -> BTreeSet<String> {
    let stage = Stage::new(upright);
    let mut found = BTreeSet::new();
    for variant in Variant::all().into_iter().filter(|variant| variant.upright == upright) {
        for (name, view) in all_samples(variant.language) {
            stage.show(&view, variant);
            let Variant { language, type_size, theme, .. } = variant;
            let place = format!("{name} {language:?} {type_size:?} {theme:?}{}", if upright { " upright" } else { "" });
            judge(&stage, &name, variant, &mut |words| {
                found.insert(format!("{place}: {words}"));
            });
        }
    }
    found
}

fn judge(stage: &Stage, name: &str, variant: Variant, say: &mut dyn FnMut(String)) {
    let elements = stage.elements();
    let of_role = |role| elements.iter().filter(move |element| element.accessible_role() == Some(role));
    let (width, height) = variant.panel();
    let actions: Vec<(Box, bool)> = of_role(AccessibleRole::Button)
        .map(|element| (Box::of(element), element.accessible_description().is_some_and(|words| words == "main")))
        .collect();
    if actions.len() < 2 {
        say("help and type size are missing".to_owned());
    }
    for (index, (action, main)) in actions.iter().enumerate() {
        let least = if *main {
            MAIN_MM
        } else if name.contains("staff") {
            DENSE_MM
        } else {
            OTHER_MM
        };
        if action.w.min(action.h) + SLACK < px(least) {
            say(format!("{:?} is {:.0} by {:.0}, under {least} mm", action.label, action.w, action.h));
        }
        if action.label.trim().is_empty() {
            say(format!("an action without a label at {:.0}, {:.0}", action.x, action.y));
        }
        if action.x < -SLACK
            || action.y < -SLACK
            || action.x + action.w > width as f32 + SLACK
            || action.y + action.h > height as f32 + SLACK
        {
            say(format!("{:?} leaves the panel", action.label));
        }
        for (other, _) in actions.iter().skip(index + 1) {
            if action.gap(other) + SLACK < px(GAP_MM) && !name.contains("band") && !name.contains("still") {
                say(format!("{:?} and {:?} are {:.0} px apart", action.label, other.label, action.gap(other)));
            }
        }
    }
    for element in of_role(AccessibleRole::Text) {
        let words = Box::of(element);
        if words.label.trim().is_empty() {
            continue;
        }
        if element.accessible_description().is_some_and(|words| words == "cut") {
            say(format!("{:?} does not fit its {:.0} by {:.0}", words.label, words.w, words.h));
        }
        if words.x < -1.0 || words.x + words.w > width as f32 + 1.0 || words.y + words.h > height as f32 + 4.0 {
            say(format!("{:?} leaves the panel", words.label));
        }
    }
}

fn check(upright: bool) {
    let found = walk(upright);
    let list: Vec<_> = found.iter().map(String::as_str).collect();
    assert!(found.is_empty(), "{} things below the floors:\n{}", found.len(), list.join("\n"));
}

#[test]
fn landscape_pages_keep_the_floors() {
    check(false);
}

#[test]
fn upright_pages_keep_the_floors() {
    check(true);
}
