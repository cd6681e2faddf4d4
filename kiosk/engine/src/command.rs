// SPDX-License-Identifier: GPL-3.0-or-later
//! What the screen asks of the director.
