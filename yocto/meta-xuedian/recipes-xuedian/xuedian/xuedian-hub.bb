# SPDX-License-Identifier: GPL-3.0-or-later
SUMMARY = "The district's hub of learning points"
DESCRIPTION = "Records come in, documents go out. Not in the terminal's image; for a district that runs its hub on such a system."

inherit xuedian-program

XUEDIAN_PROGRAMS = "xuedian-hub"
XUEDIAN_CARGO = "-p xuedian-hub"

# Its unit and its user.
RDEPENDS:${PN} += "xuedian-system ca-certificates"
