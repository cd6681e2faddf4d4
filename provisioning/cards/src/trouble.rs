// SPDX-License-Identifier: GPL-3.0-or-later
//! What can be wrong with a sheet, in words for the people at the table.

use std::fmt;
use std::io;
use std::path::PathBuf;

use crate::tongue::Tongue;

/// Why a sheet cannot be used.
#[derive(Debug)]
pub enum SheetTrouble {
    /// It cannot be opened, read or written.
    Unusable(PathBuf, io::Error),
    /// It is a folder, a pipe or a device.
    NoFile(PathBuf),
    /// It is not UTF-8: a spreadsheet has saved it in another encoding.
    NotUtf8(PathBuf),
    /// It is no sheet of a card trial, or somebody has changed it.
    NoSheet(PathBuf, anyhow::Error),
    /// Another trial writes it.
    InUse(PathBuf),
    /// Somebody has changed or removed it while the trial was running.
    Changed(PathBuf),
}

impl SheetTrouble {
    /// What is wrong and what to do.
    #[must_use]
    pub fn words(&self, tongue: Tongue) -> String {
        match (self, tongue) {
            (Self::Unusable(path, error), Tongue::Zh) => format!("{}：打不开或写不进（{error}）", path.display()),
            (Self::Unusable(path, error), Tongue::En) => {
                format!("{}: cannot be read or written ({error})", path.display())
            }
            (Self::NoFile(path), Tongue::Zh) => format!("{}：不是文件。换个文件名（--sheet）", path.display()),
            (Self::NoFile(path), Tongue::En) => format!("{}: is no file; give another name (--sheet)", path.display()),
            (Self::NotUtf8(path), Tongue::Zh) => {
                format!("{}：不是 UTF-8。在表格软件里另存为「CSV UTF-8（逗号分隔）」", path.display())
            }
            (Self::NotUtf8(path), Tongue::En) => {
                format!("{}: is not UTF-8; save it as \"CSV UTF-8 (comma delimited)\"", path.display())
            }
            (Self::NoSheet(path, why), Tongue::Zh) => {
                format!("{}：不是试卡的表，或者被人改过（{why:#}）。换个文件名（--sheet）", path.display())
            }
            (Self::NoSheet(path, why), Tongue::En) => format!(
                "{}: is no sheet of a card trial, or somebody has changed it ({why:#}); give another name (--sheet)",
                path.display()
            ),
            (Self::InUse(path), Tongue::Zh) => format!("{}：另一个试卡程序正在写", path.display()),
            (Self::InUse(path), Tongue::En) => format!("{}: another trial is writing it", path.display()),
            (Self::Changed(path), Tongue::Zh) => {
                format!("{}：试着试着，被别的程序改了（表格软件开着？）", path.display())
            }
            (Self::Changed(path), Tongue::En) => {
                format!("{}: was changed meanwhile (is it open in a spreadsheet?)", path.display())
            }
        }
    }
}

impl fmt::Display for SheetTrouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words(Tongue::En))
    }
}

impl std::error::Error for SheetTrouble {}
