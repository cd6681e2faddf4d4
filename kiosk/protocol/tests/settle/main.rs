// SPDX-License-Identifier: GPL-3.0-or-later
//! Settling by the rules of the demo district, read from their file: the worked cases, situations of a learning point,
//! and properties that hold for any facts. They stand here and not in the domain because the domain cannot read files.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

mod cases;
mod parsing;
mod properties;
mod scene;
mod situations;
