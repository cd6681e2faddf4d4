// SPDX-License-Identifier: GPL-3.0-or-later
//! Names as they leave the hub: masked, and as pinyin initials for staff's search.

mod initials;

pub use initials::initials;
pub use xuedian_domain::name::mask;
