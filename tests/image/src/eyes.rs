// SPDX-License-Identifier: GPL-3.0-or-later
//! Reads a screen from outside: a label is there when its part of a golden picture is.
//!
//! The walk of the pages writes where each label is on each page (`places-zh.json`), beside a picture of the page.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::picture::{Picture, Rectangle};

/// What the pages look like.
#[derive(Debug)]
pub struct Eyes {
    pages: BTreeMap<String, Page>,
}

#[derive(Debug)]
struct Page {
    picture: Picture,
    places: Vec<(String, Rectangle)>,
}

impl Eyes {
    /// Learns the pages from the folder of golden pictures.
    ///
    /// # Errors
    /// When a picture or the list of places is missing.
    pub fn open(golden: &Path) -> Result<Self> {
        let list = std::fs::read_to_string(golden.join("places-zh.json")).context("the places of the golden pages")?;
        let list: BTreeMap<String, Vec<Value>> = serde_json::from_str(&list)?;
        let mut pages = BTreeMap::new();
        for (name, places) in list {
            let picture = Picture::read(&golden.join(format!("{name}-zh.png")))?;
            let places = places.iter().filter_map(place).collect();
            pages.insert(name, Page { picture, places });
        }
        Ok(Self { pages })
    }

    /// Where a label of a page stands on a screen, if it does.
    ///
    /// # Errors
    /// When the page has no such label, so that looking for it would never end.
    pub fn find(&self, screen: &Picture, page: &str, label: &str) -> Result<Option<Rectangle>> {
        let known = self.pages.get(page).with_context(|| format!("no golden page is called {page}"))?;
        let mut places = known.places.iter().filter(|(words, _)| words.contains(label)).peekable();
        places.peek().with_context(|| format!("the page {page} has no {label:?}"))?;
        // Keys are as wide as there is room: the words in the middle are the same.
        let found =
            |part: Rectangle| screen.find(&known.picture, part).or_else(|| screen.find(&known.picture, inner(part)));
        Ok(places.find_map(|(_, part)| found(*part)))
    }

    /// Where the first such label is on its golden page: for keys whose words change and whose place does not.
    ///
    /// # Errors
    /// When the page has no such label.
    pub fn place(&self, page: &str, label: &str) -> Result<Rectangle> {
        let known = self.pages.get(page).with_context(|| format!("no golden page is called {page}"))?;
        let found = known.places.iter().find(|(words, _)| words.contains(label));
        Ok(found.with_context(|| format!("the page {page} has no {label:?}"))?.1)
    }
}

fn inner(part: Rectangle) -> Rectangle {
    Rectangle { x: part.x + part.w / 8, w: part.w - part.w / 4, ..part }
}

fn place(place: &Value) -> Option<(String, Rectangle)> {
    let side = |index: usize| u32::try_from(place["at"][index].as_i64()?.max(0)).ok();
    let part = Rectangle { x: side(0)?, y: side(1)?, w: side(2)?, h: side(3)? };
    Some((place["label"].as_str()?.to_owned(), part))
}
