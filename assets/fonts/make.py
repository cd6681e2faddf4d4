#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the interface fonts: subsets of Noto Sans CJK SC and Noto Serif CJK SC under names of their own.

Needs Debian's fonts-noto-cjk and fonttools (python3-fonttools, or pip).
The result is kept in git, so that nobody needs this script to build. Run it again when a catalogue gains a glyph that
the test `every_glyph_is_in_the_fonts` misses.

What is kept: ASCII, Latin-1, punctuation of both scripts, full-width forms, all of GB 2312 (6,763 characters), and
every character of the catalogues and of the .slint files. Rarer names fall back to the system's full font.
What is changed: the family name (so that a picture never depends on which Noto the system has) and the line height,
which becomes 1.5 of the size (WCAG 1.4.8).
"""

import pathlib
import unicodedata

from fontTools import subset
from fontTools.ttLib import TTFont

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
NOTO = pathlib.Path("/usr/share/fonts/opentype/noto")
SIMPLIFIED_CHINESE = "CJK SC"
FACES = [
    ("NotoSansCJK-Regular.ttc", "Xuedian Sans", "Regular", "xuedian-sans-regular.otf"),
    ("NotoSansCJK-Bold.ttc", "Xuedian Sans", "Bold", "xuedian-sans-bold.otf"),
    ("NotoSerifCJK-Bold.ttc", "Xuedian Serif", "Bold", "xuedian-serif-bold.otf"),
]


def gb2312():
    """All characters of GB 2312."""
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            try:
                yield bytes([row, cell]).decode("gb2312")
            except UnicodeDecodeError:
                pass


def catalogues():
    """Every character that the interface itself can say."""
    for pattern in ("kiosk/screen/ui/**/*.slint", "kiosk/screen/lang/**/*.po", "assets/voice/*.toml"):
        for path in ROOT.glob(pattern):
            yield from path.read_text(encoding="utf-8")


def wanted():
    """The code points to keep."""
    points = set(range(0x20, 0x7F)) | set(range(0xA0, 0x180)) | set(range(0x2010, 0x2028))
    points |= set(range(0x3000, 0x3020)) | set(range(0xFF01, 0xFF5F)) | {0x2030, 0x2032, 0x2033, 0x20AC, 0xFFE5, 0xFFFD}
    points |= {ord(c) for c in gb2312()}
    points |= {ord(c) for c in catalogues() if unicodedata.category(c) not in ("Cc", "Cn")}
    return points


def face_number(path):
    """The face for Simplified Chinese in a collection; not the monospaced one."""
    for number in range(10):
        name = TTFont(path, fontNumber=number, lazy=True)["name"].getDebugName(1)
        if name.endswith(SIMPLIFIED_CHINESE) and "Mono" not in name:
            return number
    raise SystemExit(f"{path}: no {SIMPLIFIED_CHINESE} face")


def rename(font, family, style):
    """The subset's own name, in every record that carries one."""
    name = font["name"]
    copyright_line, licence = name.getDebugName(0), name.getDebugName(13)
    name.names = []
    post_script = f"{family}-{style}".replace(" ", "")
    said = {0: copyright_line, 1: family, 2: style, 3: f"{post_script};subset of Noto", 4: f"{family} {style}", 5: "2.004",
            6: post_script, 13: licence, 14: "https://openfontlicense.org", 16: family, 17: style}
    for number, words in said.items():
        name.setName(words, number, 3, 1, 0x409)
    top = font["CFF "].cff
    top.fontNames = [post_script]
    top[0].FullName, top[0].FamilyName = f"{family} {style}", family


def set_line_height(font, ascent=1190, descent=310):
    """1.5 of the size, in the three tables that programs read it from."""
    font["hhea"].ascent, font["hhea"].descent, font["hhea"].lineGap = ascent, -descent, 0
    os2 = font["OS/2"]
    os2.usWinAscent, os2.usWinDescent = ascent, descent
    os2.sTypoAscender, os2.sTypoDescender, os2.sTypoLineGap = ascent, -descent, 0


def make(source, family, style, target, points):
    """One face."""
    options = subset.Options()
    options.layout_features = ["kern", "palt", "locl", "ccmp", "mark", "mkmk"]
    options.name_IDs, options.notdef_outline, options.hinting = ["*"], True, False
    options.drop_tables += ["vhea", "vmtx", "VORG", "DSIG", "BASE"]
    font = TTFont(source, fontNumber=face_number(source), lazy=True)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=points)
    subsetter.subset(font)
    rename(font, family, style)
    set_line_height(font)
    font.save(target)
    print(f"{target.name}: {len(font.getBestCmap())} characters, {target.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    characters = wanted()
    for source, family, style, target in FACES:
        make(NOTO / source, family, style, HERE / target, characters)
