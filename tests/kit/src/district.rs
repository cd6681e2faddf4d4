// SPDX-License-Identifier: GPL-3.0-or-later
//! A demo district in a folder of its own, as `xuedian demo` writes it.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::programs::{assets, program};

/// Learners of a district whose size nobody asked for.
const LEARNERS: usize = 200;

/// What was written.
#[derive(Debug)]
pub struct District {
    /// Its folder.
    pub folder: PathBuf,
    /// Removed at the end, unless it is somebody's own folder.
    _temporary: Option<tempfile::TempDir>,
}

impl District {
    /// Writes one into a temporary folder.
    ///
    /// # Errors
    /// When `xuedian demo` fails.
    pub fn temporary(kiosks: usize) -> Result<Self> {
        Self::of_learners(kiosks, LEARNERS)
    }

    /// The same with so many learners.
    ///
    /// # Errors
    /// When `xuedian demo` fails.
    pub fn of_learners(kiosks: usize, learners: usize) -> Result<Self> {
        let temporary = tempfile::Builder::new().prefix("xuedian-").tempdir()?;
        // It wants an empty folder that nobody else has looked into.
        let folder = temporary.path().join("district");
        write(&folder, kiosks, learners)?;
        Ok(Self { folder, _temporary: Some(temporary) })
    }

    /// Writes one into a folder that stays.
    ///
    /// # Errors
    /// When `xuedian demo` fails.
    pub fn at(folder: &Path, kiosks: usize) -> Result<Self> {
        write(folder, kiosks, LEARNERS)?;
        Ok(Self { folder: folder.to_owned(), _temporary: None })
    }

    /// The wallet.
    #[must_use]
    pub fn cards(&self) -> PathBuf {
        self.folder.join("cards.csv")
    }

    /// The folder of the hub.
    #[must_use]
    pub fn hub(&self) -> PathBuf {
        self.folder.join("hub")
    }

    /// The folder of a kiosk, counted from 1.
    #[must_use]
    pub fn kiosk(&self, number: usize) -> PathBuf {
        self.folder.join(format!("kiosk-{number}"))
    }
}

/// The text of a settings file as a table, with some of its keys changed.
///
/// # Errors
/// When it cannot be read, understood or written.
pub fn change_settings(file: &Path, changes: &[(&str, &str, toml::Value)]) -> Result<()> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let mut settings: toml::Table = text.parse().with_context(|| file.display().to_string())?;
    for (table, key, value) in changes {
        let section = settings.entry(*table).or_insert_with(|| toml::Value::Table(toml::Table::new()));
        let section = section.as_table_mut().with_context(|| format!("[{table}] is no table"))?;
        section.insert((*key).to_owned(), value.clone());
    }
    std::fs::write(file, toml::to_string(&settings)?)?;
    Ok(())
}

fn write(folder: &Path, kiosks: usize, learners: usize) -> Result<()> {
    let mut command = Command::new(program("xuedian")?);
    command.arg("demo").arg(folder).args(["--kiosks", &kiosks.to_string(), "--learners", &learners.to_string()]);
    command.arg("--assets").arg(assets()?);
    let done = command.output()?;
    ensure!(done.status.success(), "xuedian demo: {}", String::from_utf8_lossy(&done.stderr));
    Ok(())
}
