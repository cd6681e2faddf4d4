// SPDX-License-Identifier: GPL-3.0-or-later
//! The kiosk's side of the district, wired together: pairing first, then sending, documents and media beside one another.

mod handle;
mod work;

pub use handle::{District, DistrictEvent, DistrictParts};
