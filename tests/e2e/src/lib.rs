// SPDX-License-Identifier: GPL-3.0-or-later
//! The eight stories, followed on real processes.
