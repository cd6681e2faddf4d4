// SPDX-License-Identifier: GPL-3.0-or-later
//! A paper as files in a folder: whole or not at all.

use std::{fs, io, path::Path};

use crate::{Fonts, PaperError, SignInSheet};

impl SignInSheet {
    /// Writes the sheet as PDF and as XLSX, `签到表-2026-11-22-楷书初级班.pdf`; one of the same name is replaced. Gives the names.
    ///
    /// # Errors
    /// When a file cannot be put together or written; then no file of its name is half there.
    pub fn write(&self, folder: &Path, fonts: &mut Fonts) -> Result<Vec<String>, PaperError> {
        let name = format!("签到表-{}-{}", self.date, file_name(&self.activity));
        let files = [(format!("{name}.pdf"), self.pdf(fonts)?.bytes), (format!("{name}.xlsx"), self.xlsx()?)];
        fs::create_dir_all(folder).map_err(|why| PaperError::Folder(folder.to_owned(), why))?;
        for (file, bytes) in &files {
            place(folder, file, bytes).map_err(|why| PaperError::Folder(folder.join(file), why))?;
        }
        Ok(files.map(|(file, _)| file).to_vec())
    }
}

fn place(folder: &Path, file: &str, bytes: &[u8]) -> io::Result<()> {
    let part = folder.join(format!("{file}.part"));
    fs::write(&part, bytes)?;
    fs::File::open(&part)?.sync_all()?;
    fs::rename(&part, folder.join(file))
}

/// A name that every file system takes.
fn file_name(words: &str) -> String {
    words.chars().map(|c| if c.is_alphanumeric() || "（）()-".contains(c) { c } else { '_' }).collect()
}
