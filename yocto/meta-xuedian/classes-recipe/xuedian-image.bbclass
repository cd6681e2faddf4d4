# SPDX-License-Identifier: GPL-3.0-or-later
# What an image of a learning point is held to, whatever it contains.

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

do_rootfs[prefuncs] += "xuedian_keyring"

# Nobody logs in, nothing asks, nothing changes what is read-only. As tests/image/build/slot.
XUEDIAN_MASKED = "\
    getty@.service serial-getty@.service console-getty.service autovt@.service emergency.service rescue.service \
    systemd-firstboot.service systemd-hwdb-update.service systemd-update-done.service ldconfig.service systemd-journal-catalog-update.service \
    systemd-machine-id-commit.service systemd-sysusers.service systemd-journal-flush.service systemd-pstore.service \
    dev-hugepages.mount dev-mqueue.mount sys-kernel-debug.mount sys-kernel-tracing.mount sys-fs-fuse-connections.mount \
    proc-sys-fs-binfmt_misc.automount e2scrub_all.timer e2scrub_reap.service fstrim.timer \
"
XUEDIAN_MASKED_DEVELOPMENT = "systemd-firstboot.service systemd-hwdb-update.service systemd-update-done.service ldconfig.service"

xuedian_close() {
    cd ${IMAGE_ROOTFS}
    for unit in ${@d.getVar('XUEDIAN_MASKED' if d.getVar('XUEDIAN_RELEASE') == '1' else 'XUEDIAN_MASKED_DEVELOPMENT')}; do
        ln -sf /dev/null etc/systemd/system/$unit
    done
    # It would mark a release good merely because the system came up, and it would make folders in a root that is read-only.
    rm -f usr/lib/systemd/system/rauc-mark-good.service usr/lib/tmpfiles.d/00-create-volatile.conf
    ln -sf ../run/NetworkManager/resolv.conf etc/resolv.conf
    ln -sf /usr/share/zoneinfo/UTC etc/localtime
    # One weight is enough for a character that our own fonts lack; seven are half a slot.
    find usr/share/fonts -name 'SourceHanSans*' ! -name '*-Regular.otf' -delete
    if [ "${XUEDIAN_RELEASE}" = 1 ]; then
        sed -i 's/^root:[^:]*:/root:!*:/' etc/shadow
    fi
}
ROOTFS_POSTPROCESS_COMMAND += "xuedian_close"

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
