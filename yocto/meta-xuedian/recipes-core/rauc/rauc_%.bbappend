# SPDX-License-Identifier: GPL-3.0-or-later
# The terminal marks a release good when it is known to work; a box makes no bundles.
RRECOMMENDS:${PN}:remove:xuedian = "${PN}-mark-good squashfs-tools"
