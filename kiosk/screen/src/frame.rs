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
