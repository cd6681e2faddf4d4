# SPDX-License-Identifier: GPL-3.0-or-later
# A program of the workspace. XUEDIAN_CARGO says which, in cargo's own words.
inherit xuedian-source cargo pkgconfig

# The list of packages, from Cargo.lock: yocto/tools/crates writes it, `./dev test` compares it.
require recipes-xuedian/xuedian/xuedian-crates.inc

CARGO_BUILD_FLAGS += "${XUEDIAN_CARGO}"

# Installs the programs that XUEDIAN_PROGRAMS names, and nothing else that lies in cargo's folder.
do_install() {
    for program in ${XUEDIAN_PROGRAMS}; do
        install -D -m 0755 "${B}/target/${CARGO_TARGET_SUBDIR}/$program" "${D}${bindir}/$program"
    done
}
