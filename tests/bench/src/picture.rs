// SPDX-License-Identifier: GPL-3.0-or-later
//! A virtual display whose memory can be read while others draw: Xvfb keeps its picture in a file (`-fbdir`).

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;
use xuedian_kit::process::Running;

/// Pixels of the display.
pub const SIZE: (u32, u32) = (1280, 800);
/// Bytes of a pixel at depth 24.
const PIXEL: usize = 4;
/// How long it may take to start.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running Xvfb.
#[derive(Debug)]
pub struct Display {
    _server: Running,
    /// `:99`
    pub name: String,
    memory: File,
    /// Where the first row begins in the file, bytes.
    begin: u64,
    /// From one row to the next, bytes.
    stride: u64,
    _folder: TempDir,
}

/// Part of the picture, pixels; of its rows every `step`-th.
#[derive(Clone, Copy, Debug)]
pub struct Area {
    pub x: u32,
    pub y: u32,
    pub width: u32,
    pub height: u32,
    pub step: u32,
}

impl Area {
    /// Of the whole picture every 16th row.
    pub const COARSE: Self = Self { x: 0, y: 0, width: SIZE.0, height: SIZE.1, step: 16 };
}

impl Display {
    /// Starts one; it chooses a free number by itself.
    pub fn start(log: &Path) -> Result<Self> {
        let memory = Path::new("/dev/shm");
        let within = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        let folder = tempfile::Builder::new().prefix("xuedian-display-").tempdir_in(within)?;
        let mut command = Command::new("Xvfb");
        let size = format!("{}x{}x24", SIZE.0, SIZE.1);
        command.args(["-displayfd", "1", "-screen", "0", &size, "-nolisten", "tcp", "-noreset", "-fbdir"]);
        command.arg(folder.path());
        let mut server = Running::start("Xvfb", command, log).context("a virtual display (package xvfb)")?;
        let (number, _) = server.wait_for("", PATIENCE)?;
        let memory = File::open(folder.path().join("Xvfb_screen0")).context("the display's memory")?;
        let (begin, stride) = layout(&memory)?;
        Ok(Self { _server: server, name: format!(":{}", number.trim()), memory, begin, stride, _folder: folder })
    }

    /// Reads what is there now.
    pub fn read(&self, area: Area, into: &mut Vec<u8>) -> Result<()> {
        let row = area.width as usize * PIXEL;
        into.resize(row * area.height.div_ceil(area.step) as usize, 0);
        for (place, line) in (area.y..area.y + area.height).step_by(area.step as usize).zip(into.chunks_mut(row)) {
            let at = self.begin + u64::from(place) * self.stride + u64::from(area.x) * PIXEL as u64;
            self.memory.read_exact_at(line, at)?;
        }
        Ok(())
    }
}

/// The file is an X window dump: a header of big-endian words, the colours, the rows.
fn layout(file: &File) -> Result<(u64, u64)> {
    const WIDTH: usize = 4;
    const STRIDE: usize = 12;
    const COLOURS: usize = 19;
    const COLOUR_BYTES: u64 = 12;
    let mut header = [0; 100];
    file.read_exact_at(&mut header, 0)?;
    let word = |place: usize| header.as_chunks::<4>().0.get(place).map_or(0, |four| u32::from_be_bytes(*four));
    ensure!(word(WIDTH) == SIZE.0, "the display's memory is laid out otherwise than expected");
    Ok((u64::from(word(0)) + u64::from(word(COLOURS)) * COLOUR_BYTES, u64::from(word(STRIDE))))
}

/// Whether nothing is there but a pointer, or a window that is only just opened: almost all is black.
pub fn is_empty(picture: &[u8]) -> bool {
    let (pixels, _) = picture.as_chunks::<PIXEL>();
    pixels.iter().filter(|pixel| pixel[..3] == [0; 3]).count() * 100 > pixels.len() * 99
}

/// How many different colours a picture has, counted up to `most`.
pub fn colours(picture: &[u8], most: usize) -> usize {
    let mut seen: Vec<&[u8; PIXEL]> = Vec::new();
    for pixel in picture.as_chunks::<PIXEL>().0 {
        if !seen.contains(&pixel) {
            seen.push(pixel);
            if seen.len() >= most {
                break;
            }
        }
    }
    seen.len()
}
