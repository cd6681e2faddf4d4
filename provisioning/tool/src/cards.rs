// SPDX-License-Identifier: GPL-3.0-or-later
//! `xuedian cards`: hands over to `xuedian-cards`, a program of its own, since it needs libnfc and a card reader.

use std::convert::Infallible;
use std::ffi::OsString;
use std::io::ErrorKind;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

/// The program.
const PROGRAM: &str = "xuedian-cards";

/// Becomes that program: the one that lies beside this one, or else the one that the shell would find.
///
/// # Errors
/// When it is not installed, or does not start.
pub fn run(arguments: &[OsString]) -> Result<Infallible> {
    let beside = std::env::current_exe().ok().map(|own| own.with_file_name(PROGRAM)).filter(|program| program.exists());
    let program = beside.unwrap_or_else(|| PathBuf::from(PROGRAM));
    let error = Command::new(&program).args(arguments).exec();
    if error.kind() == ErrorKind::NotFound {
        bail!("{PROGRAM} is not installed here: put it beside this program (the guide to build the box, section 7)");
    }
    Err(error).with_context(|| program.display().to_string())
}
