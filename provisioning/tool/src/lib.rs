// SPDX-License-Identifier: GPL-3.0-or-later
//! The technician's and operator's command line.
