// SPDX-License-Identifier: GPL-3.0-or-later
//! The three papers of the office, right to the column: sign-in sheet (签到表), activity ledger (活动台账), redemption register (兑换登记表).
//!
//! A kiosk and a hub print with the same code and know different names: a kiosk only masked ones, a hub whole ones.
//! Everything here is given as it shall stand on the paper. What is deliberately absent: reading records, asking the time, choosing fonts.

mod cells;
mod folder;
mod ledger;
mod redemption;
mod sign_in;
mod sign_in_pdf;
mod type_case;

use thiserror::Error;

pub use ledger::{ActivityLedger, LedgerFigures, LedgerRow, LedgerTotals};
pub use redemption::{RedemptionRegister, RedemptionRow};
pub use sign_in::{Names, Remark, SignInRow, SignInSheet, SignInTotals};
pub use type_case::{Fonts, Pdf};

/// The whole font of a Debian system, for names with rare characters; papers do without when it is not there.
pub const SYSTEM_FONT: &str = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc";

/// A paper could not be made.
#[derive(Debug, Error)]
pub enum PaperError {
    /// The font for the text cannot be read or is no font.
    #[error("reading the font {path}: {why}")]
    Font {
        /// Its file.
        path: std::path::PathBuf,
        /// Why.
        why: String,
    },
    /// The PDF could not be put together.
    #[error("writing the PDF: {0}")]
    Pdf(String),
    /// A file or folder could not be written.
    #[error("writing {0}: {1}")]
    Folder(std::path::PathBuf, std::io::Error),
    /// The spreadsheet could not be put together.
    #[error("writing the spreadsheet: {0}")]
    Spreadsheet(#[from] rust_xlsxwriter::XlsxError),
}

/// "2026年11月22日".
fn date_words(date: jiff::civil::Date) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}

/// "09:05".
fn clock(time: jiff::civil::Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}
