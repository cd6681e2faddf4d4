// SPDX-License-Identifier: GPL-3.0-or-later
//! The serial line: a pseudo-terminal, and a symbolic link that keeps its name when it is plugged again.

use std::fs;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

/// A plugged-in line. Dropping it hangs up on whoever has it open, and removes the link.
#[derive(Debug)]
pub struct Port {
    chip_side: OwnedFd,
    /// Held open so that the line does not hang up when its user closes it.
    _host_side: OwnedFd,
    link: PathBuf,
}

impl Port {
    /// Makes a line and points `link` to it.
    ///
    /// # Errors
    /// No pseudo-terminal can be had, or `link` cannot be made; an existing `link` that is no symbolic link is left alone.
    pub fn plug(link: &Path) -> io::Result<Self> {
        let chip_side = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
        grantpt(&chip_side)?;
        unlockpt(&chip_side)?;
        rustix::fs::fcntl_setfl(&chip_side, OFlags::NONBLOCK)?;
        let name = ptsname(&chip_side, Vec::new())?;
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let host_side = rustix::fs::open(name.as_c_str(), flags, Mode::empty())?;
        let mut line = tcgetattr(&host_side)?;
        line.make_raw();
        tcsetattr(&host_side, OptionalActions::Now, &line)?;
        let target = name.to_str().map_err(io::Error::other)?;
        point(link, Path::new(target))?;
        Ok(Self { chip_side, _host_side: host_side, link: link.to_owned() })
    }

    /// Reads what the host has sent so far; empty when nothing is there.
    ///
    /// # Errors
    /// The line is broken.
    pub fn read(&self) -> io::Result<Vec<u8>> {
        let mut bytes = [0; 512];
        match rustix::io::read(&self.chip_side, &mut bytes) {
            Ok(len) => Ok(bytes[..len].to_vec()),
            // EIO: nobody has the other side open just now.
            Err(Errno::AGAIN | Errno::INTR | Errno::IO) => Ok(Vec::new()),
            Err(error) => Err(error.into()),
        }
    }

    /// Sends bytes to the host. What does not fit, because nobody reads, is lost, as on a real line.
    ///
    /// # Errors
    /// The line is broken.
    pub fn write(&self, bytes: &[u8]) -> io::Result<()> {
        match rustix::io::write(&self.chip_side, bytes) {
            Ok(_) | Err(Errno::AGAIN | Errno::INTR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

impl AsFd for Port {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.chip_side.as_fd()
    }
}

impl Drop for Port {
    fn drop(&mut self) {
        // Whoever looks for the reader must find nothing; a link that is gone already is as good.
        if let Err(error) = fs::remove_file(&self.link)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(link = %self.link.display(), %error, "the link stays behind");
        }
    }
}

/// Makes the link in one step, so that nobody ever finds half of it.
fn point(link: &Path, target: &Path) -> io::Result<()> {
    if fs::symlink_metadata(link).is_ok_and(|m| !m.is_symlink()) {
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, format!("{} is no symbolic link", link.display())));
    }
    let mut fresh = link.as_os_str().to_owned();
    fresh.push(format!(".{}", std::process::id()));
    let fresh = PathBuf::from(fresh);
    let _ = fs::remove_file(&fresh);
    std::os::unix::fs::symlink(target, &fresh)?;
    fs::rename(&fresh, link)
}
