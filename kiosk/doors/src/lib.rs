// SPDX-License-Identifier: GPL-3.0-or-later
//! The kiosk's doors to the machine: reader, media, sound, signals, system.
