// SPDX-License-Identifier: GPL-3.0-or-later
//! An append-only, hash-chained log in SQLite that knows nothing of learning.
