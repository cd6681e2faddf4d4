# SPDX-License-Identifier: GPL-3.0-or-later
# What is ours is built from the checkout that this layer lies in, as it is committed: whoever checks out a release builds that
# release, with no second number to keep in step, and the bill of materials names the commit. What is not committed is not built.
# Somebody who keeps the layer elsewhere sets XUEDIAN_GIT and XUEDIAN_REVISION.

inherit xuedian-only

LICENSE = "GPL-3.0-or-later"
LIC_FILES_CHKSUM = "file://LICENSE;md5=1ebbd3e34237af26da5dc08a4e440464"

XUEDIAN_GIT ?= "git://${XUEDIAN_ROOT};protocol=file"
XUEDIAN_REVISION ?= "${@xuedian_revision(d)}"
SRC_URI = "${XUEDIAN_GIT};nobranch=1"
SRCREV = "${XUEDIAN_REVISION}"
PV = "${DISTRO_VERSION}"

# The commit may change between two builds without a change in any recipe.
BB_DONT_CACHE = "1"

def xuedian_revision(d):
    root = d.getVar('XUEDIAN_ROOT')
    try:
        revision, _ = bb.process.run(['git', '-C', root, 'rev-parse', 'HEAD'])
    except bb.process.ExecutionError as error:
        raise bb.parse.SkipRecipe('%s is no checkout: set XUEDIAN_GIT and XUEDIAN_REVISION (%s)' % (root, error))
    return revision.strip()
