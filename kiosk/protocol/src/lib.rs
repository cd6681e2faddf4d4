// SPDX-License-Identifier: GPL-3.0-or-later
//! The wire between kiosk and hub, and the form of every record and document.
