// SPDX-License-Identifier: GPL-3.0-or-later
//! The kiosk's pages in Slint, and the one place that maps a view to them.
