# SPDX-License-Identifier: GPL-3.0-or-later
SUMMARY = "The terminal of a learning point"
DESCRIPTION = "Screen, card reader, films and journal in one process, the tool that reads its journal, the card trial."

inherit xuedian-program

# As tests/image/build/programs builds them; the card trial besides.
XUEDIAN_PROGRAMS = "xuedian-kiosk xuedian xuedian-cards"
XUEDIAN_CARGO = "-p xuedian-kiosk -p xuedian -p xuedian-cards --no-default-features --features xuedian-kiosk/appliance"

DEPENDS += "alsa-lib fontconfig gstreamer1.0 gstreamer1.0-plugins-base libdrm libinput libnfc libxkbcommon udev virtual/egl virtual/libgbm virtual/libgles2"

# nfc1-sys makes its bindings from libnfc's header while it is built: a libclang of this machine, the header of the board.
DEPENDS += "clang-native"
export LIBCLANG_PATH = "${STAGING_LIBDIR_NATIVE}"
export BINDGEN_EXTRA_CLANG_ARGS = "--target=${TARGET_SYS} --sysroot=${STAGING_DIR_TARGET}"

# Not "xuedian": that is the name of the distribution, and bitbake would take FILES:xuedian for everybody's FILES there.
PACKAGES =+ "xuedian-tool xuedian-cards"
FILES:xuedian-tool = "${bindir}/xuedian"
# For whoever has a shell: kas/development.yml installs it.
FILES:xuedian-cards = "${bindir}/xuedian-cards"
SUMMARY:xuedian-cards = "The card trial"
SUMMARY:xuedian-tool = "Journals, rosters, releases and rescue of learning points"

# Loaded by name while it runs, so that no dependency is seen by itself.
RDEPENDS:${PN} += "xuedian-system libegl-mesa libgles2-mesa"
