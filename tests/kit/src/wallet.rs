// SPDX-License-Identifier: GPL-3.0-or-later
//! The wallet window: cards to be tapped with the mouse, plugs to be pulled, the network to be switched.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::kiosk::Kiosk;
use crate::process::Running;
use crate::programs::program;

/// Pixels of a display that it has to itself.
pub const SIZE: (u32, u32) = (560, 800);

/// Opens it on a display.
///
/// # Errors
/// When it was not built or cannot be started.
pub fn open(folder: &Path, kiosk: &Kiosk, display: &str, switch: &Path) -> Result<Running> {
    let mut command = Command::new(program("xuedian-wallet")?);
    command.arg("--control").arg(&kiosk.reader.control).arg("--network-switch").arg(switch);
    command.env("DISPLAY", display).env("SLINT_BACKEND", "winit-software").env_remove("SLINT_MCP_PORT");
    Running::start("xuedian-wallet", command, &folder.join("wallet.log"))
}
