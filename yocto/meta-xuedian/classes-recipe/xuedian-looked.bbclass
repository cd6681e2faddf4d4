# SPDX-License-Identifier: GPL-3.0-or-later
# What parsing does not catch: looked at in the finished tree.
python xuedian_look() {
    import os
    root = d.getVar('IMAGE_ROOTFS')
    wanted = ['boot/Image', 'usr/bin/xuedian-kiosk', 'etc/rauc/keyring.pem', 'etc/rauc/system.conf', 'etc/fw_env.config', 'data',
              'etc/systemd/system/multi-user.target.wants/xuedian-kiosk.service',
              'etc/systemd/system/timers.target.wants/xuedian-verdict.timer']
    missing = [path for path in wanted if not os.path.lexists(os.path.join(root, path))]
    if missing:
        bb.fatal('the image has no %s' % ', '.join(missing))
    # Whatever has brought them: xuedian-doors sees only what was asked for by name.
    doors = ['usr/sbin/sshd', 'usr/sbin/dropbear', 'usr/bin/gdb', 'usr/bin/gdbserver', 'usr/bin/strace', 'usr/bin/xuedian-cards']
    opened = [path for path in doors if os.path.lexists(os.path.join(root, path))]
    if opened and d.getVar('XUEDIAN_RELEASE') == '1':
        bb.fatal('a release has %s' % ', '.join(opened))
    with open(os.path.join(root, 'etc/fstab')) as fstab:
        if 'by-partlabel/data' not in fstab.read():
            bb.fatal('etc/fstab is not ours')
    with open(os.path.join(root, 'etc/rauc/system.conf')) as conf:
        if 'compatible=xuedian-%s\n' % d.getVar('XUEDIAN_BOARD') not in conf.read():
            bb.fatal('etc/rauc/system.conf is not for this board')
}
IMAGE_PREPROCESS_COMMAND += "xuedian_look"

# A slot has 384 MiB (files/wic/xuedian.wks).
XUEDIAN_SLOT_BYTES = "402653184"
python xuedian_fits() {
    import os
    path = d.expand('${IMGDEPLOYDIR}/${IMAGE_NAME}.squashfs-lz4')
    if os.path.getsize(path) > int(d.getVar('XUEDIAN_SLOT_BYTES')):
        bb.fatal('%s has %d bytes, a slot %s' % (path, os.path.getsize(path), d.getVar('XUEDIAN_SLOT_BYTES')))
}
do_image_squashfs_lz4[postfuncs] += "xuedian_fits"
