// SPDX-License-Identifier: GPL-3.0-or-later
//! What the screen shows: plain, comparable, printable values.
