// SPDX-License-Identifier: GPL-3.0-or-later
//! Every page in every variant: the floors of the experience, the golden pictures, and what a touch says.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails here")]

mod golden;
mod picture;
mod samples;
mod stage;
mod touch;
mod walk;
mod words;
