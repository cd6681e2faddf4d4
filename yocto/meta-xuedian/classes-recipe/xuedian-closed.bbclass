# SPDX-License-Identifier: GPL-3.0-or-later
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
# Last of all: what others do to the tree is done by then.
ROOTFS_POSTPROCESS_COMMAND:append = " xuedian_close"
