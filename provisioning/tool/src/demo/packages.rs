// SPDX-License-Identifier: GPL-3.0-or-later
//! Where the demo's courses come from: made once from texts and drawings, then kept in a cache.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// How many course packages there should be.
const COURSES: usize = 8;

/// The cache for things that can be made again: `$XDG_CACHE_HOME/xuedian`, or `~/.cache/xuedian`.
pub fn cache() -> Result<PathBuf> {
    let base = std::env::var_os("XDG_CACHE_HOME").filter(|set| !set.is_empty()).map(PathBuf::from);
    let base = base
        .or_else(|| Some(std::env::home_dir()?.join(".cache")))
        .context("neither XDG_CACHE_HOME nor HOME is set")?;
    Ok(base.join("xuedian"))
}

/// A folder with the course packages. What is not in the cache yet is made there, which takes a minute or two, once.
pub fn courses(assets: &Path) -> Result<PathBuf> {
    let folder = cache()?.join("courses");
    if whole(&folder) < COURSES {
        eprintln!("making the demo's courses in {} (once)", folder.display());
        std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
        let made = Command::new(assets.join("courses").join("make"))
            .arg(&folder)
            .stdin(Stdio::null())
            .stdout(std::io::stderr())
            .status()
            .context("starting assets/courses/make (it needs python3, ffmpeg and espeak-ng)")?;
        if !made.success() || whole(&folder) < COURSES {
            bail!("assets/courses/make did not make all courses (it needs ffmpeg and espeak-ng)");
        }
    }
    Ok(folder)
}

/// Packages that are complete: a `course.toml` is written last.
fn whole(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter(|entry| entry.path().join("course.toml").exists()).count()
}
