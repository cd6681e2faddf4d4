// SPDX-License-Identifier: GPL-3.0-or-later
//! Reading, writing and comparing pictures.

use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::Path;

use slint::{Rgba8Pixel, SharedPixelBuffer};

/// A picture without opacity: three bytes a point.
#[derive(PartialEq, Eq)]
pub struct Picture {
    pub width: u32,
    pub height: u32,
    pub rgb: Vec<u8>,
}

impl Picture {
    pub fn of(buffer: &SharedPixelBuffer<Rgba8Pixel>) -> Self {
        let rgb = buffer.as_slice().iter().flat_map(|point| [point.r, point.g, point.b]).collect();
        Self { width: buffer.width(), height: buffer.height(), rgb }
    }

    pub fn read(path: &Path) -> Option<Self> {
        let decoder = png::Decoder::new(BufReader::new(File::open(path).ok()?));
        let mut reader = decoder.read_info().unwrap();
        let mut rgb = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut rgb).unwrap();
        rgb.truncate(info.buffer_size());
        Some(Self { width: info.width, height: info.height, rgb })
    }

    pub fn write(&self, path: &Path) {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let mut encoder = png::Encoder::new(BufWriter::new(File::create(path).unwrap()), self.width, self.height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_compression(png::Compression::High);
        // Flat pigments: what stands above is nearly always the same.
        encoder.set_filter(png::Filter::Up);
        encoder.write_header().unwrap().write_image_data(&self.rgb).unwrap();
    }

    /// Points that differ by more than `most` in some colour; all of them when the sizes differ.
    pub fn differing(&self, other: &Self, most: u8) -> usize {
        if (self.width, self.height) != (other.width, other.height) {
            return self.rgb.len() / 3;
        }
        let points = self.rgb.chunks_exact(3).zip(other.rgb.chunks_exact(3));
        points.filter(|(a, b)| a.iter().zip(*b).any(|(a, b)| a.abs_diff(*b) > most)).count()
    }

    /// What differs in black on white.
    pub fn difference(&self, other: &Self) -> Self {
        let same = self.rgb.chunks_exact(3).zip(other.rgb.chunks_exact(3)).map(|(a, b)| a == b);
        let rgb = same.flat_map(|same| if same { [255; 3] } else { [0; 3] }).collect();
        Self { width: self.width, height: self.height, rgb }
    }
}
