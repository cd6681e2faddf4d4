# SPDX-License-Identifier: GPL-3.0-or-later
# Our boot.cmd.in takes the place of upstream's, which knows one root only.
FILESEXTRAPATHS:prepend:xuedian := "${THISDIR}/files:"
