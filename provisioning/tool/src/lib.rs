// SPDX-License-Identifier: GPL-3.0-or-later
//! The commands of `xuedian`, a module each: what they read, what they write, what they say.
//!
//! A command prints its answer on standard output and its complaints on standard error, and exits with 0 only when all is well.

pub mod assets;
pub mod cards;
pub mod demo;
pub mod hub;
pub mod journal;
pub mod rescue;
pub mod roster;
