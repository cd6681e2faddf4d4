// SPDX-License-Identifier: GPL-3.0-or-later
//! From what is known to what is shown. Nothing here decides.

pub(super) mod agenda;
pub(super) mod courses;
pub(super) mod credits;
pub(super) mod moment;
pub(super) mod result;
mod self_test;
pub(super) mod staff;
mod why;
