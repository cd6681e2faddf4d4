# SPDX-License-Identifier: GPL-3.0-or-later
# Doors for developers. A release with one of them is no release.
XUEDIAN_OPEN_DOORS = "allow-empty-password allow-root-login empty-root-password serial-autologin-root package-management \
    packagegroup-core-ssh-dropbear packagegroup-core-ssh-openssh packagegroup-core-tools-debug packagegroup-core-sdk \
    dropbear openssh openssh-sshd xuedian-cards"

python () {
    release = d.getVar('XUEDIAN_RELEASE')
    if release not in ('0', '1'):
        bb.fatal('XUEDIAN_RELEASE = "%s": 1 for boxes that people use, 0 with development.yml' % release)
    if release == '1':
        places = ('IMAGE_FEATURES', 'EXTRA_IMAGE_FEATURES', 'IMAGE_INSTALL', 'CORE_IMAGE_EXTRA_INSTALL')
        named = {word for place in places for word in (d.getVar(place) or '').split()}
        doors = sorted(named & set(d.getVar('XUEDIAN_OPEN_DOORS').split()))
        if d.getVar('SERIAL_CONSOLES'):
            doors.append('SERIAL_CONSOLES = "%s"' % d.getVar('SERIAL_CONSOLES'))
        if doors:
            bb.fatal('XUEDIAN_RELEASE is 1, but these doors are open: %s. Leave development.yml out of a release.' % ', '.join(doors))
}
