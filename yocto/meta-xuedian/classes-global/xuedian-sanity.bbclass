# SPDX-License-Identifier: GPL-3.0-or-later
# What would otherwise be found hours into a build is said in its first second.
inherit xuedian-keys

addhandler xuedian_before_a_build
xuedian_before_a_build[eventmask] = "bb.event.BuildStarted"
python xuedian_before_a_build() {
    d = e.data
    targets = ' '.join(e.getPkgs())
    if not any(name in targets for name in ('xuedian-image', 'xuedian-bundle')):
        return
    if d.getVar('MACHINE') not in ('raspberrypi4-64', 'raspberrypi5'):
        bb.fatal('MACHINE = "%s" is no board of a learning point: raspberrypi4-64 or raspberrypi5' % d.getVar('MACHINE'))
    xuedian_key(d, 'RAUC_KEYRING_FILE', 'BEGIN CERTIFICATE')
    if 'xuedian-bundle' in targets:
        xuedian_key(d, 'RAUC_CERT_FILE', 'BEGIN CERTIFICATE')
        xuedian_key(d, 'RAUC_KEY_FILE', 'PRIVATE KEY')
}
