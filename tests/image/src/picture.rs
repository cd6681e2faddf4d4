// SPDX-License-Identifier: GPL-3.0-or-later
//! What the screen shows, point by point.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

/// Colours may differ by this much in a point that is the same: kernels and renderers round differently.
const SAME: u8 = 24;
/// Of a hundred points, so many must be the same for a part to be the same.
const MOST: usize = 97;
/// And so many of a hundred that are not its ground, or words on much empty ground would be found on any empty ground.
const INK: usize = 85;
/// Points of each sort that are looked at first.
const PROBES: usize = 24;

/// Part of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rectangle {
    /// From the left.
    pub x: u32,
    /// From the top.
    pub y: u32,
    /// Wide.
    pub w: u32,
    /// High.
    pub h: u32,
}

impl Rectangle {
    /// Its middle.
    #[must_use]
    pub fn middle(&self) -> (u32, u32) {
        (self.x + self.w / 2, self.y + self.h / 2)
    }
}

/// A picture, three bytes a point.
#[derive(Clone, Debug)]
pub struct Picture {
    /// Points in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    points: Vec<[u8; 3]>,
}

impl Picture {
    /// How many of a hundred points are not black: none on a screen that is off, some on any page of ours.
    #[must_use]
    pub fn lit_percent(&self) -> usize {
        let lit = self.points.iter().filter(|point| point.iter().any(|light| *light > SAME)).count();
        lit * 100 / self.points.len().max(1)
    }

    /// Reads a PNG of eight bits, with or without transparency.
    ///
    /// # Errors
    /// When there is none.
    pub fn read(path: &Path) -> Result<Self> {
        let file = File::open(path).with_context(|| path.display().to_string())?;
        let mut reader = png::Decoder::new(BufReader::new(file)).read_info()?;
        let mut bytes = vec![0; reader.output_buffer_size().context("a picture too large for this machine")?];
        let info = reader.next_frame(&mut bytes)?;
        let step = match info.color_type {
            png::ColorType::Rgb => 3,
            png::ColorType::Rgba => 4,
            other => bail!("{}: colours of the kind {other:?}", path.display()),
        };
        let rows = bytes[..info.buffer_size()].chunks_exact(step);
        let points = rows.map(|point| [point[0], point[1], point[2]]).collect();
        Ok(Self { width: info.width, height: info.height, points })
    }

    /// Reads a PPM of eight bits, as QEMU writes it: `P6`, width, height, the highest value, then the points.
    ///
    /// # Errors
    /// When there is none.
    pub fn read_plain(path: &Path) -> Result<Self> {
        let bytes = std::fs::read(path).with_context(|| path.display().to_string())?;
        let mut rest = &bytes[..];
        let mut word = || -> Result<String> {
            let end = rest.iter().position(u8::is_ascii_whitespace).context("a picture that ends in its head")?;
            let word = String::from_utf8_lossy(&rest[..end]).into_owned();
            rest = &rest[end + 1..];
            Ok(word)
        };
        let head = [word()?, word()?, word()?, word()?];
        ensure!((head[0].as_str(), head[3].as_str()) == ("P6", "255"), "a picture of another kind: {head:?}");
        let (width, height) = (head[1].parse()?, head[2].parse()?);
        let points: Vec<[u8; 3]> = rest.chunks_exact(3).map(|point| [point[0], point[1], point[2]]).collect();
        ensure!(points.len() as u64 == u64::from(width) * u64::from(height), "a picture that is cut off");
        Ok(Self { width, height, points })
    }

    /// Where a part of another picture is found on this one: first where it was there, then anywhere.
    #[must_use]
    pub fn find(&self, other: &Self, part: Rectangle) -> Option<Rectangle> {
        if part.w == 0 || part.h == 0 || part.x + part.w > other.width || part.y + part.h > other.height {
            return None;
        }
        let at = |x: u32, y: u32| Rectangle { x, y, ..part };
        let (last_x, last_y) = (self.width.checked_sub(part.w)?, self.height.checked_sub(part.h)?);
        if part.x <= last_x && part.y <= last_y && self.shows(at(part.x, part.y), other, part) {
            return Some(at(part.x, part.y));
        }
        let probes = probes(other, part);
        for y in 0..=last_y {
            for x in 0..=last_x {
                // A few telling points first: most places are passed by for one look or two.
                let mut wrong = 0;
                let passed = probes.iter().all(|(right, down)| {
                    let there = other.point(part.x + right, part.y + down);
                    wrong += usize::from(!same(self.point(x + right, y + down), there));
                    wrong * 8 <= probes.len()
                });
                if passed && self.shows(at(x, y), other, part) {
                    return Some(at(x, y));
                }
            }
        }
        None
    }

    fn point(&self, x: u32, y: u32) -> &[u8; 3] {
        &self.points[(y * self.width + x) as usize]
    }

    /// Whether a part of another picture is here: nearly all of its points, and nearly all of its ink.
    fn shows(&self, here: Rectangle, other: &Self, there: Rectangle) -> bool {
        let ground = other.point(there.x, there.y);
        let most_wrong = (there.w * there.h) as usize * (100 - MOST) / 100;
        let (mut wrong, mut ink, mut ink_wrong) = (0, 0, 0);
        for row in 0..there.h {
            let one = ((here.y + row) * self.width + here.x) as usize;
            let two = ((there.y + row) * other.width + there.x) as usize;
            let (one, two) = (&self.points[one..one + there.w as usize], &other.points[two..two + there.w as usize]);
            for (one, two) in one.iter().zip(two) {
                let differs = usize::from(!same(one, two));
                let inked = usize::from(!same(two, ground));
                wrong += differs;
                ink += inked;
                ink_wrong += differs * inked;
            }
            if wrong > most_wrong {
                return false;
            }
        }
        ink > 0 && ink_wrong * 100 <= ink * (100 - INK)
    }
}

/// Points of a part by which it is known from most others, as steps right and down: ink and ground by turns.
fn probes(picture: &Picture, part: Rectangle) -> Vec<(u32, u32)> {
    let ground = picture.point(part.x, part.y);
    let places = (0..part.h).flat_map(|y| (0..part.w).map(move |x| (x, y)));
    let (bare, ink): (Vec<_>, Vec<_>) = places.partition(|(x, y)| same(picture.point(part.x + x, part.y + y), ground));
    let some = |places: Vec<(u32, u32)>| {
        let step = (places.len() / PROBES).max(1);
        places.into_iter().step_by(step).take(PROBES)
    };
    some(ink).zip(some(bare)).flat_map(|(ink, bare)| [ink, bare]).collect()
}

fn same(one: &[u8; 3], two: &[u8; 3]) -> bool {
    one.iter().zip(two).all(|(one, two)| one.abs_diff(*two) <= SAME)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop where it fails")]
    use super::*;

    fn with_square(x: u32, y: u32) -> Picture {
        let (width, height) = (40, 30);
        let ink = |px: u32, py: u32| (x..x + 5).contains(&px) && (y..y + 5).contains(&py);
        let point = |at: u32| if ink(at % width, at / width) { [10, 20, 30] } else { [250, 250, 250] };
        Picture { width, height, points: (0..width * height).map(point).collect() }
    }

    #[test]
    fn a_part_is_found_where_it_went_and_not_where_it_is_not() {
        let part = Rectangle { x: 8, y: 8, w: 9, h: 9 };
        let there = with_square(10, 10);
        assert_eq!(with_square(10, 10).find(&there, part), Some(part));
        assert_eq!(with_square(21, 13).find(&there, part), Some(Rectangle { x: 19, y: 11, ..part }));
        let empty = Picture { points: vec![[250; 3]; 1200], ..there.clone() };
        assert_eq!(empty.find(&there, part), None);
    }

    #[test]
    fn much_ground_and_little_ink_is_not_found_on_bare_ground() {
        let there = with_square(1, 1);
        let all = Rectangle { x: 0, y: 0, w: 40, h: 30 };
        let bare = Picture { points: vec![[250; 3]; 1200], ..there.clone() };
        assert_eq!(there.find(&there, all), Some(all));
        assert_eq!(bare.find(&there, all), None);
    }

    #[test]
    fn a_plain_picture_is_read_whole_or_not_at_all() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), b"P6\n2 1\n255\nabcdef").unwrap();
        let picture = Picture::read_plain(file.path()).unwrap();
        assert_eq!((picture.width, picture.height, picture.point(1, 0)), (2, 1, b"def"));
        std::fs::write(file.path(), b"P6\n2 1\n255\nabcde").unwrap();
        Picture::read_plain(file.path()).unwrap_err();
    }

    #[test]
    fn a_part_that_leaves_the_picture_is_found_nowhere() {
        let part = Rectangle { x: 35, y: 25, w: 9, h: 9 };
        assert_eq!(with_square(36, 26).find(&with_square(36, 26), part), None);
    }
}
