// SPDX-License-Identifier: GPL-3.0-or-later
//! The headless heart of a kiosk: director, views, documents, sync.
