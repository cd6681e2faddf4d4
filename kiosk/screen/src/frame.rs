// SPDX-License-Identifier: GPL-3.0-or-later
//! A picture of a film, in memory that the screen draws from: filled once, on any thread, and never copied again.

use slint::{Rgba8Pixel, SharedPixelBuffer};

/// One opaque picture.
#[derive(Clone, Debug)]
pub struct Frame(SharedPixelBuffer<Rgba8Pixel>);

impl Frame {
    /// A picture of this size in pixels; `fill` gets its 4 × width × height bytes: red, green, blue, 255, in rows from
    /// the top without padding.
    pub fn filled(width: u32, height: u32, fill: impl FnOnce(&mut [u8])) -> Self {
        let mut buffer = SharedPixelBuffer::new(width, height);
        fill(buffer.make_mut_bytes());
        Self(buffer)
    }

    /// Opaque, and so premultiplied as it is: drawing need not multiply each point.
    pub(crate) fn into_image(self) -> slint::Image {
        slint::Image::from_rgba8_premultiplied(self.0)
    }
}

/// Memory for the pictures of a film, used again once the screen has let go of it: while one is shown and one waits to be
/// drawn, a third is filled.
#[derive(Debug, Default)]
pub struct FrameMemory {
    buffers: [Option<SharedPixelBuffer<Rgba8Pixel>>; 3],
    next: usize,
}

impl FrameMemory {
    /// As [`Frame::filled`], in memory that was used before where it has the size. What is still shown is not touched.
    pub fn filled(&mut self, width: u32, height: u32, fill: impl FnOnce(&mut [u8])) -> Frame {
        let place = self.next;
        self.next = (place + 1) % self.buffers.len();
        let buffer = &mut self.buffers[place];
        let fits = |kept: &SharedPixelBuffer<Rgba8Pixel>| (kept.width(), kept.height()) == (width, height);
        let mut pixels = buffer.take().filter(fits).unwrap_or_else(|| SharedPixelBuffer::new(width, height));
        fill(pixels.make_mut_bytes());
        *buffer = Some(pixels.clone());
        Frame(pixels)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_not_painted_over() {
        let mut memory = FrameMemory::default();
        let frames: Vec<_> = (1..=7).map(|n| memory.filled(2, 1, |pixels| pixels.fill(n))).collect();
        for (frame, n) in frames.iter().zip(1..) {
            assert_eq!(frame.0.as_bytes(), [n; 8]);
        }
        let address = |frame: &Frame| frame.0.as_bytes().as_ptr();
        let before: Vec<_> = frames[4..].iter().map(address).collect();
        drop(frames);
        let again: Vec<_> = (8..=10).map(|n| address(&memory.filled(2, 1, |pixels| pixels.fill(n)))).collect();
        assert!(again.iter().all(|address| before.contains(address)), "memory that was let go is used again");
        assert_eq!(memory.filled(1, 1, |pixels| pixels.fill(9)).0.as_bytes(), [9; 4]);
    }
}
