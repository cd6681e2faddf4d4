# SPDX-License-Identifier: GPL-3.0-or-later
SUMMARY = "Everything that a learning point's image holds"

PACKAGE_ARCH = "${MACHINE_ARCH}"
inherit xuedian-only packagegroup

# Ours; and the kernel, which lies in the slot.
RDEPENDS:${PN} = "packagegroup-core-boot xuedian-kiosk xuedian-tool xuedian-system kernel-image-image kernel-modules os-release"
# Rights, updates and their counters, the data partition, the clock.
RDEPENDS:${PN} += "polkit rauc rauc-service libubootenv-bin util-linux-hwclock tzdata-core"
RDEPENDS:${PN} += "e2fsprogs-dumpe2fs e2fsprogs-e2fsck e2fsprogs-mke2fs e2fsprogs-resize2fs util-linux-partx util-linux-sfdisk"
# The network by cable, Wi-Fi and 4G; whom to believe.
RDEPENDS:${PN} += "networkmanager networkmanager-wifi networkmanager-wwan wpa-supplicant modemmanager ca-certificates"
# Sticks.
RDEPENDS:${PN} += "udisks2 dosfstools exfatprogs"
# Readers: libnfc itself comes with the terminal; an ACR1252U is reached through PC/SC.
RDEPENDS:${PN} += "pcsc-lite ccid"
# Films in MP4 and their captions: exactly what playbin takes for them. H.264 by the Pi 4's chip (v4l2h264dec), HEVC by the Pi 5's
# (v4l2slh265dec), everything else by libav.
RDEPENDS:${PN} += "\
    gstreamer1.0-plugins-base-app \
    gstreamer1.0-plugins-base-audioconvert \
    gstreamer1.0-plugins-base-audioresample \
    gstreamer1.0-plugins-base-playback \
    gstreamer1.0-plugins-base-subparse \
    gstreamer1.0-plugins-base-typefindfunctions \
    gstreamer1.0-plugins-base-videoconvertscale \
    gstreamer1.0-plugins-base-volume \
    gstreamer1.0-plugins-good-audiofx \
    gstreamer1.0-plugins-good-audioparsers \
    gstreamer1.0-plugins-good-isomp4 \
    gstreamer1.0-plugins-good-video4linux2 \
    gstreamer1.0-plugins-bad-v4l2codecs \
    gstreamer1.0-plugins-bad-videoparsersbad \
    gstreamer1.0-libav \
"
# Sound, and characters that our own fonts lack.
RDEPENDS:${PN} += "alsa-conf source-han-sans-cn-fonts"
# Firmware of the board's radio; certificates of wireless rules.
RRECOMMENDS:${PN} = "${MACHINE_EXTRA_RRECOMMENDS} wireless-regdb-static"
