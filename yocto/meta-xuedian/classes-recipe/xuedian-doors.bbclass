# SPDX-License-Identifier: GPL-3.0-or-later
# Doors for developers. A release with one of them is no release.
XUEDIAN_OPEN_DOORS = "allow-empty-password allow-root-login empty-root-password serial-autologin-root ssh-server-dropbear ssh-server-openssh tools-debug tools-sdk package-management"

python () {
    release = d.getVar('XUEDIAN_RELEASE')
    if release not in ('0', '1'):
        bb.fatal('XUEDIAN_RELEASE = "%s": 1 for boxes that people use, 0 with development.yml' % release)
    if release == '1':
        features = set((d.getVar('IMAGE_FEATURES') or '').split() + (d.getVar('EXTRA_IMAGE_FEATURES') or '').split())
        doors = sorted(features & set(d.getVar('XUEDIAN_OPEN_DOORS').split()))
        if d.getVar('SERIAL_CONSOLES'):
            doors.append('SERIAL_CONSOLES = "%s"' % d.getVar('SERIAL_CONSOLES'))
        if doors:
            bb.fatal('XUEDIAN_RELEASE is 1, but these doors are open: %s. Leave development.yml out of a release.' % ', '.join(doors))
}
