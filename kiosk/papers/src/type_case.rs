// SPDX-License-Identifier: GPL-3.0-or-later
//! Setting type for a PDF: which font has a character, how wide a line is, where it goes.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use krilla::geom::Point;
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::instance::{LocationRef, Size};
use skrifa::raw::FileRef;
use skrifa::string::StringId;
use skrifa::{FontRef, MetadataProvider};

use crate::PaperError;

/// Points in a millimetre.
pub(crate) const POINTS_A_MM: f32 = 72.0 / 25.4;
/// The printers' sign for a character that is not in the case.
const NO_GLYPH: char = '〓';
/// How high the middle of a Chinese character stands above the baseline, share of the size.
const MIDDLE: f32 = 0.38;
/// Smallest size at which a line is set before it is broken in two, points.
const SMALLEST: f32 = 8.0;
/// Distance of two lines, share of the size.
const LEADING: f32 = 1.15;

/// A finished paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pdf {
    /// The file.
    pub bytes: Vec<u8>,
    /// Pages.
    pub pages: usize,
    /// Characters that no font has: they stand as 〓 and are to be written in by hand.
    pub missing: Vec<char>,
}

/// The font files to print with. Only the characters used are embedded. Give rare characters' fonts (a system's whole Chinese
/// font, say) as fallbacks: they are read only when needed.
#[derive(Debug)]
pub struct Fonts {
    faces: Vec<Face>,
    waiting: Vec<PathBuf>,
    missing: Vec<char>,
}

#[derive(Debug)]
struct Face {
    data: Arc<Vec<u8>>,
    index: u32,
    font: Font,
}

/// How a line stands to its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Centre,
    Right,
}

/// A line's place: a box that it is centred in from top to bottom, millimetres from the top left of the page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slot {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) width: f32,
    pub(crate) height: f32,
    pub(crate) align: Align,
}

/// Characters that one face has, one behind the other.
struct Run {
    face: usize,
    text: String,
    glyphs: Vec<KrillaGlyph>,
}

impl Fonts {
    /// Reads the text font; `fallbacks` are tried in their order for what it lacks, and passed over where they are not there.
    ///
    /// # Errors
    /// When the text font cannot be read.
    pub fn read(text: &Path, fallbacks: &[PathBuf]) -> Result<Self, PaperError> {
        let face = Face::read(text).map_err(|why| PaperError::Font { path: text.to_owned(), why })?;
        Ok(Self { faces: vec![face], waiting: fallbacks.iter().rev().cloned().collect(), missing: Vec::new() })
    }

    /// Draws `text` into `slot`, smaller if it is too wide, on two lines if it is too wide even so.
    pub(crate) fn draw(&mut self, surface: &mut Surface<'_>, slot: Slot, size: f32, text: &str) {
        let room = slot.width * POINTS_A_MM;
        let width = self.width(text);
        if width * size <= room || width * SMALLEST <= room || text.chars().count() < 2 {
            let middle = slot.y + slot.height / 2.0;
            return self.draw_line(surface, slot, middle, size.min(room / width.max(0.01)), text);
        }
        let (first, second) = halves(text);
        let size = SMALLEST.min(room / self.width(first).max(self.width(second)));
        let middle = slot.y + slot.height / 2.0;
        let apart = size * LEADING / POINTS_A_MM / 2.0;
        self.draw_line(surface, slot, middle - apart, size, first);
        self.draw_line(surface, slot, middle + apart, size, second);
    }

    /// The characters that no font has had since the last call.
    pub(crate) fn take_missing(&mut self) -> Vec<char> {
        std::mem::take(&mut self.missing)
    }

    fn draw_line(&mut self, surface: &mut Surface<'_>, slot: Slot, middle_mm: f32, size: f32, text: &str) {
        let runs = self.runs(text);
        let width: f32 = runs.iter().map(|run| run.width() * size).sum();
        let spare = slot.width * POINTS_A_MM - width;
        let mut x = slot.x * POINTS_A_MM
            + match slot.align {
                Align::Left => 0.0,
                Align::Centre => spare / 2.0,
                Align::Right => spare,
            };
        let y = middle_mm * POINTS_A_MM + MIDDLE * size;
        for run in &runs {
            surface.draw_glyphs(
                Point::from_xy(x, y),
                &run.glyphs,
                self.faces[run.face].font.clone(),
                &run.text,
                size,
                false,
            );
            x += run.width() * size;
        }
    }

    /// Width at size 1.
    fn width(&mut self, text: &str) -> f32 {
        self.runs(text).iter().map(Run::width).sum()
    }

    fn runs(&mut self, text: &str) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        for character in text.chars() {
            let (face, id, advance) = self.glyph(character);
            if runs.last().is_none_or(|run| run.face != face) {
                runs.push(Run { face, text: String::new(), glyphs: Vec::new() });
            }
            if let Some(run) = runs.last_mut() {
                let start = run.text.len();
                run.text.push(character);
                run.glyphs.push(KrillaGlyph::new(
                    GlyphId::new(id),
                    advance,
                    0.0,
                    0.0,
                    0.0,
                    start..run.text.len(),
                    None,
                ));
            }
        }
        runs
    }

    fn glyph(&mut self, character: char) -> (usize, u32, f32) {
        if let Some(found) = self.find(character) {
            return found;
        }
        if !self.missing.contains(&character) {
            self.missing.push(character);
        }
        self.find(NO_GLYPH).unwrap_or((0, 0, 1.0))
    }

    /// Face, glyph and width at size 1. Reads the next fallback when the faces at hand do not have it.
    fn find(&mut self, character: char) -> Option<(usize, u32, f32)> {
        let mut at = 0;
        loop {
            while let Some(face) = self.faces.get(at) {
                if let Some((id, advance)) = face.glyph(character) {
                    return Some((at, id, advance));
                }
                at += 1;
            }
            let path = self.waiting.pop()?;
            self.faces.extend(Face::read(&path));
        }
    }
}

impl Face {
    fn read(path: &Path) -> Result<Self, String> {
        let data = Arc::new(std::fs::read(path).map_err(|e| e.to_string())?);
        let index = match FileRef::new(&data).map_err(|e| e.to_string())? {
            FileRef::Font(_) => 0,
            FileRef::Collection(all) => {
                (0..all.len()).find(|at| all.get(*at).is_ok_and(|font| is_mainland(&font))).unwrap_or(0)
            }
        };
        let font = Font::new(Arc::clone(&data).into(), index).ok_or("not a font that can be embedded")?;
        Ok(Self { data, index, font })
    }

    fn glyph(&self, character: char) -> Option<(u32, f32)> {
        let font = FontRef::from_index(&self.data, self.index).ok()?;
        let id = font.charmap().map(character).filter(|id| id.to_u32() != 0)?;
        let advance = font.glyph_metrics(Size::new(1.0), LocationRef::default()).advance_width(id)?;
        Some((id.to_u32(), advance))
    }
}

impl Run {
    fn width(&self) -> f32 {
        self.glyphs.iter().map(|glyph| glyph.x_advance).sum()
    }
}

/// Whether a face of a collection has the forms of mainland China: the same code points look Japanese in another.
fn is_mainland(font: &FontRef<'_>) -> bool {
    let name = |id| font.localized_strings(id).english_or_first().map(|name| name.to_string()).unwrap_or_default();
    let family = name(StringId::FAMILY_NAME);
    family.ends_with(" SC") && !family.contains("Mono")
}

/// Two lines of about the same length, broken where one may be broken.
fn halves(text: &str) -> (&str, &str) {
    let middle = text.chars().count() / 2;
    let at = text
        .char_indices()
        .enumerate()
        .filter(|(n, (_, c))| *n > 0 && (*n == middle || matches!(c, ' ' | '·' | '、' | '　')))
        .min_by_key(|(n, _)| n.abs_diff(middle) * 2 / 3)
        .map_or(0, |(_, (at, _))| at);
    let (first, second) = text.split_at(at);
    (first.trim_end(), second.trim_start())
}
