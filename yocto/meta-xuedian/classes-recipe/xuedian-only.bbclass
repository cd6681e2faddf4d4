# SPDX-License-Identifier: GPL-3.0-or-later
# Recipes that make sense in this distribution, or in one that names it in its DISTROOVERRIDES: elsewhere they are not there, so
# that whoever merely has the layer builds what they built before.
python () {
    if 'xuedian' not in d.getVar('OVERRIDES').split(':'):
        raise bb.parse.SkipRecipe('only in the distribution xuedian')
}
