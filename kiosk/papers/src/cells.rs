// SPDX-License-Identifier: GPL-3.0-or-later
//! A printed table as a spreadsheet: title, lines, head, rows, foot, on A4.

use jiff::civil::{Date, Time};
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};

use crate::PaperError;

/// Points in a millimetre.
const POINTS_A_MM: f64 = 72.0 / 25.4;
/// Width of a character of the spreadsheet's own measure, millimetres, in the font below.
const CHARACTER_MM: f64 = 2.05;
/// Heights of lines that are not rows of the table, points.
const TITLE_POINTS: f64 = 24.0;
const LINE_POINTS: f64 = 17.0;
/// Margin of the page, inches: 20 lines of 12 mm leave no more.
const MARGIN_INCHES: f64 = 0.27;
/// What Chinese office software has under this name on every system.
const FONT: &str = "宋体";

/// A column, with the width that it has on paper.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    pub(crate) title: &'static str,
    /// Millimetres.
    pub(crate) mm: f32,
}

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cell {
    Blank,
    Text(String),
    Whole(i64),
    /// A number with two decimal places, as hundredths.
    Hundredths(i64),
    Day(Date),
    Clock(Time),
}

/// A sheet in the making, filled from the top.
pub(crate) struct Grid {
    book: Workbook,
    sheet: Worksheet,
    columns: Vec<Column>,
    next: u32,
    first_row: u32,
    cell: Format,
}

impl Grid {
    pub(crate) fn portrait(name: &str, columns: Vec<Column>) -> Result<Self, PaperError> {
        let mut sheet = Worksheet::new();
        sheet.set_name(name)?.set_paper_size(9).set_print_fit_to_pages(1, 0).set_print_center_horizontally(true);
        sheet.set_margins(MARGIN_INCHES, MARGIN_INCHES, MARGIN_INCHES, MARGIN_INCHES, 0.0, 0.0);
        for (at, column) in (0u16..).zip(&columns) {
            sheet.set_column_width(at, f64::from(column.mm) / CHARACTER_MM)?;
        }
        let cell = font(11.0).set_border(FormatBorder::Thin).set_align(FormatAlign::Center).set_text_wrap();
        Ok(Self { book: Workbook::new(), sheet, columns, next: 0, first_row: 0, cell })
    }

    pub(crate) fn landscape(name: &str, columns: Vec<Column>) -> Result<Self, PaperError> {
        let mut grid = Self::portrait(name, columns)?;
        grid.sheet.set_landscape();
        Ok(grid)
    }

    /// Who, and what paper it is.
    pub(crate) fn title(&mut self, organisation: &str, paper: &str) -> Result<(), PaperError> {
        self.merged(organisation, LINE_POINTS, &font(12.0).set_align(FormatAlign::Center))?;
        self.merged(paper, TITLE_POINTS, &font(18.0).set_bold().set_align(FormatAlign::Center))
    }

    /// A line over the whole width.
    pub(crate) fn line(&mut self, text: &str) -> Result<(), PaperError> {
        self.merged(text, LINE_POINTS, &font(11.0).set_align(FormatAlign::Left).set_shrink())
    }

    /// The names of the columns, which are repeated on each page with all that stands above.
    pub(crate) fn head(&mut self) -> Result<(), PaperError> {
        let bold = self.cell.clone().set_bold();
        for (at, column) in (0u16..).zip(&self.columns) {
            self.sheet.write_string_with_format(self.next, at, column.title, &bold)?;
        }
        self.sheet.set_row_height(self.next, TITLE_POINTS)?;
        self.sheet.set_repeat_rows(0, self.next)?;
        self.next += 1;
        self.first_row = self.next;
        self.sheet.set_freeze_panes(self.first_row, 0)?;
        Ok(())
    }

    /// One row of the table, `height_mm` high.
    pub(crate) fn row(&mut self, height_mm: f32, cells: &[Cell]) -> Result<(), PaperError> {
        self.sheet.set_row_height(self.next, f64::from(height_mm) * POINTS_A_MM)?;
        for (at, cell) in (0u16..).zip(cells) {
            self.write(at, cell)?;
        }
        self.next += 1;
        Ok(())
    }

    /// Begins a page after every `rows` rows so far.
    pub(crate) fn page_breaks(&mut self, rows: usize) -> Result<(), PaperError> {
        let breaks: Vec<u32> = (self.first_row..self.next).step_by(rows).skip(1).collect();
        self.sheet.set_page_breaks(&breaks)?;
        Ok(())
    }

    pub(crate) fn finish(mut self) -> Result<Vec<u8>, PaperError> {
        self.book.push_worksheet(self.sheet);
        Ok(self.book.save_to_buffer()?)
    }

    fn write(&mut self, at: u16, cell: &Cell) -> Result<(), XlsxError> {
        let (row, format) = (self.next, &self.cell);
        match cell {
            Cell::Blank => self.sheet.write_blank(row, at, format)?,
            Cell::Text(text) => self.sheet.write_string_with_format(row, at, text, format)?,
            Cell::Whole(n) => self.sheet.write_number_with_format(row, at, *n as f64, format)?,
            Cell::Hundredths(n) => self.sheet.write_number_with_format(row, at, *n as f64 / 100.0, format)?,
            Cell::Day(date) => {
                self.sheet.write_with_format(row, at, date, &format.clone().set_num_format("yyyy-mm-dd"))?
            }
            Cell::Clock(time) => {
                self.sheet.write_with_format(row, at, time, &format.clone().set_num_format("hh:mm"))?
            }
        };
        Ok(())
    }

    fn merged(&mut self, text: &str, points: f64, format: &Format) -> Result<(), PaperError> {
        let last = u16::try_from(self.columns.len() - 1).unwrap_or(u16::MAX);
        self.sheet.merge_range(
            self.next,
            0,
            self.next,
            last,
            text,
            &format.clone().set_align(FormatAlign::VerticalCenter),
        )?;
        self.sheet.set_row_height(self.next, points)?;
        self.next += 1;
        Ok(())
    }
}

fn font(points: f64) -> Format {
    Format::new().set_font_name(FONT).set_font_size(points).set_align(FormatAlign::VerticalCenter)
}
