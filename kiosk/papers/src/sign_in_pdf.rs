// SPDX-License-Identifier: GPL-3.0-or-later
//! The sign-in sheet as PDF: A4, twenty lines to a page, head and foot on each.

use krilla::Document;
use krilla::color::luma;
use krilla::geom::{PathBuilder, Size};
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;

use crate::PaperError;
use crate::sign_in::{COLUMNS, LINE_MM, MASKED_NOTE, Names, ROWS_A_PAGE, SignInRow, SignInSheet};
use crate::type_case::{Align, Fonts, POINTS_A_MM, Pdf, Slot};

/// A4, millimetres.
const PAGE_MM: (f32, f32) = (210.0, 297.0);
/// Left edge of everything, millimetres.
const LEFT: f32 = 10.0;
/// Width of everything, millimetres.
const WIDTH: f32 = 190.0;
/// Tops of the parts, millimetres from the top of the page. Twenty lines of 12 mm leave 57 mm for all of them.
const ORGANISATION_TOP: f32 = 7.0;
const TITLE_TOP: f32 = 13.0;
const ABOUT_TOP: f32 = 21.5;
const WHEN_TOP: f32 = 27.5;
const TABLE_TOP: f32 = 34.5;
/// Height of the table's head, millimetres.
const HEAD_MM: f32 = 7.0;
/// Height of a line of words, millimetres.
const WORDS_MM: f32 = 6.0;
/// Sizes of type, points.
const TITLE_SIZE: f32 = 18.0;
const TEXT_SIZE: f32 = 11.0;
const SMALL_SIZE: f32 = 9.0;
/// Room between a cell's rule and its words, millimetres.
const PADDING: f32 = 1.0;
/// Rules, points.
const THIN: f32 = 0.5;
const THICK: f32 = 1.1;
/// Closes the list, so that nobody can be added after it was signed.
const NOTHING_BELOW: &str = "以下空白";

impl SignInSheet {
    /// The sheet as PDF. A page has twenty lines, and an empty sheet has a page.
    ///
    /// # Errors
    /// When the PDF cannot be put together.
    pub fn pdf(&self, fonts: &mut Fonts) -> Result<Pdf, PaperError> {
        fonts.take_missing();
        let mut document = Document::new();
        let title = format!("签到表 {}", self.activity);
        document.set_metadata(Metadata::new().title(title).language("zh-CN".into()).creator("Xuedian".into()));
        let size = Size::from_wh(PAGE_MM.0 * POINTS_A_MM, PAGE_MM.1 * POINTS_A_MM).expect("A4 has a size");
        let pages = self.rows.len().div_ceil(ROWS_A_PAGE).max(1);
        for number in 0..pages {
            let mut page = document.start_page_with(PageSettings::new(size));
            let mut leaf = Leaf { surface: page.surface(), fonts };
            leaf.head(self);
            leaf.rules();
            leaf.rows(self, number * ROWS_A_PAGE);
            leaf.foot(self, number + 1, pages);
        }
        let bytes = document.finish().map_err(|e| PaperError::Pdf(format!("{e:?}")))?;
        Ok(Pdf { bytes, pages, missing: fonts.take_missing() })
    }
}

/// A page in the making.
struct Leaf<'a, 'f> {
    surface: Surface<'a>,
    fonts: &'f mut Fonts,
}

impl Leaf<'_, '_> {
    fn head(&mut self, sheet: &SignInSheet) {
        self.words(ORGANISATION_TOP, Align::Centre, TEXT_SIZE, &sheet.organisation);
        self.words(TITLE_TOP + 1.0, Align::Centre, TITLE_SIZE, "签 到 表");
        self.words(ABOUT_TOP, Align::Left, TEXT_SIZE, &sheet.about());
        self.words(WHEN_TOP, Align::Left, TEXT_SIZE, &sheet.when_and_where());
        let mut x = LEFT;
        for (title, width) in COLUMNS {
            self.cell(x, TABLE_TOP, width, HEAD_MM, title);
            x += width;
        }
    }

    fn rules(&mut self) {
        let bottom = TABLE_TOP + HEAD_MM + LINE_MM * ROWS_A_PAGE as f32;
        let mut x = LEFT;
        for (_, width) in COLUMNS.iter().take(COLUMNS.len() - 1) {
            x += width;
            self.rule((x, TABLE_TOP), (x, bottom), THIN);
        }
        for line in 0..ROWS_A_PAGE {
            let y = TABLE_TOP + HEAD_MM + LINE_MM * line as f32;
            self.rule((LEFT, y), (LEFT + WIDTH, y), THIN);
        }
        let (right, top) = (LEFT + WIDTH, TABLE_TOP);
        for (from, to) in [
            ((LEFT, top), (right, top)),
            ((right, top), (right, bottom)),
            ((right, bottom), (LEFT, bottom)),
            ((LEFT, bottom), (LEFT, top)),
        ] {
            self.rule(from, to, THICK);
        }
    }

    fn rows(&mut self, sheet: &SignInSheet, first: usize) {
        let top = |line: usize| TABLE_TOP + HEAD_MM + LINE_MM * line as f32;
        let here = sheet.rows.iter().enumerate().skip(first).take(ROWS_A_PAGE);
        let mut lines = 0;
        for (n, row) in here {
            self.row(top(lines), n + 1, row);
            lines += 1;
        }
        if lines < ROWS_A_PAGE {
            let (number, name) = (COLUMNS[0].1, COLUMNS[1].1);
            self.cell(LEFT + number, top(lines), name, LINE_MM, NOTHING_BELOW);
        }
    }

    fn row(&mut self, top: f32, number: usize, row: &SignInRow) {
        let mut x = LEFT;
        for ((_, width), words) in COLUMNS.iter().zip(row.words(number)) {
            self.cell(x, top, *width, LINE_MM, &words);
            x += width;
        }
    }

    fn foot(&mut self, sheet: &SignInSheet, page: usize, pages: usize) {
        let top = TABLE_TOP + HEAD_MM + LINE_MM * ROWS_A_PAGE as f32 + 0.8;
        self.words(top, Align::Left, TEXT_SIZE, &sheet.totals_line());
        self.words(top, Align::Right, SMALL_SIZE, &format!("第 {page} 页　共 {pages} 页"));
        self.words(top + WORDS_MM, Align::Left, TEXT_SIZE, &sheet.hands_line());
        if sheet.names == Names::Masked {
            self.words(top + WORDS_MM, Align::Right, SMALL_SIZE, MASKED_NOTE);
        }
    }

    fn words(&mut self, y: f32, align: Align, size: f32, text: &str) {
        self.ink();
        let slot = Slot { x: LEFT, y, width: WIDTH, height: WORDS_MM, align };
        self.fonts.draw(&mut self.surface, slot, size, text);
    }

    fn cell(&mut self, x: f32, y: f32, width: f32, height: f32, text: &str) {
        self.ink();
        let slot = Slot { x: x + PADDING, y, width: width - 2.0 * PADDING, height, align: Align::Centre };
        self.fonts.draw(&mut self.surface, slot, TEXT_SIZE, text);
    }

    fn ink(&mut self) {
        self.surface.set_stroke(None);
        self.surface.set_fill(Some(Fill { paint: luma::Color::black().into(), ..Fill::default() }));
    }

    fn rule(&mut self, from: (f32, f32), to: (f32, f32), width: f32) {
        self.surface.set_fill(None);
        self.surface.set_stroke(Some(Stroke { paint: luma::Color::black().into(), width, ..Stroke::default() }));
        let mut path = PathBuilder::new();
        path.move_to(from.0 * POINTS_A_MM, from.1 * POINTS_A_MM);
        path.line_to(to.0 * POINTS_A_MM, to.1 * POINTS_A_MM);
        if let Some(path) = path.finish() {
            self.surface.draw_path(&path);
        }
    }
}
