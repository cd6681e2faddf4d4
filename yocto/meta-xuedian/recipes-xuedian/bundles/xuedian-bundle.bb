# SPDX-License-Identifier: GPL-3.0-or-later
SUMMARY = "A signed update of a learning point"
LICENSE = "GPL-3.0-or-later"

inherit xuedian-only bundle xuedian-keys

# No box takes one with doors for developers, whoever has signed it.
XUEDIAN_DEVELOPMENT = "${@'' if d.getVar('XUEDIAN_RELEASE') == '1' else '-development'}"
RAUC_BUNDLE_COMPATIBLE = "xuedian-${XUEDIAN_BOARD}${XUEDIAN_DEVELOPMENT}"
RAUC_BUNDLE_VERSION = "${DISTRO_VERSION}"
# A box reads the payload through dm-verity: a byte that was changed is found when it is read.
RAUC_BUNDLE_FORMAT = "verity"
RAUC_BUNDLE_SLOTS = "rootfs"
RAUC_SLOT_rootfs = "xuedian-image"
RAUC_SLOT_rootfs[fstype] = "squashfs-lz4"
# The slot is of type raw; RAUC knows a raw image by this ending.
RAUC_SLOT_rootfs[rename] = "root.img"

do_bundle[prefuncs] += "xuedian_signer"
