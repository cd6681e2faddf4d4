# SPDX-License-Identifier: GPL-3.0-or-later
FILESEXTRAPATHS:prepend:xuedian := "${THISDIR}/files:"
SRC_URI:append:xuedian = " file://xuedian.cfg"
