// SPDX-License-Identifier: GPL-3.0-or-later
//! The rig of the tests: demo district, processes, faults.
