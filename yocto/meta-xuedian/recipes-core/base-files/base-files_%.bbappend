# SPDX-License-Identifier: GPL-3.0-or-later
# fstab comes with xuedian-system, unchanged from the project's systemd/.
do_install:append:xuedian() {
    rm ${D}${sysconfdir}/fstab
}
CONFFILES:${PN}:remove:xuedian = "${sysconfdir}/fstab"
