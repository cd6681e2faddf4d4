# SPDX-License-Identifier: GPL-3.0-or-later
# Keys lie outside the checkout and outside every layer, and are named by the builder (docs/yocto.md, "Keys"):
#   RAUC_KEY_FILE, RAUC_CERT_FILE   what a bundle is signed with
#   RAUC_KEYRING_FILE               what a box believes
# A task that needs one says so with do_TASK[prefuncs] += "xuedian_keyring" or "xuedian_signer".

def xuedian_key(d, name, marker):
    import os
    path = d.getVar(name) or ''
    what = 'docs/yocto.md, "Keys", says how they are made; they are named in the file that your kas file includes'
    if not os.path.isabs(path):
        bb.fatal('%s = "%s" is not the full path of a file. %s.' % (name, path, what))
    for folder in [d.getVar('XUEDIAN_ROOT')] + (d.getVar('BBLAYERS') or '').split():
        if os.path.realpath(path).startswith(os.path.realpath(folder) + os.sep):
            bb.fatal('%s = "%s" lies in %s, where an example or a leaked key would lie. %s.' % (name, path, folder, what))
    try:
        with open(path) as file:
            text = file.read()
    except OSError as error:
        bb.fatal('%s cannot be read: %s. %s.' % (name, error, what))
    if marker not in text:
        bb.fatal('%s = "%s" holds no %s. %s.' % (name, path, marker, what))

python xuedian_keyring() {
    xuedian_key(d, 'RAUC_KEYRING_FILE', 'BEGIN CERTIFICATE')
}

python xuedian_signer() {
    xuedian_key(d, 'RAUC_KEYRING_FILE', 'BEGIN CERTIFICATE')
    xuedian_key(d, 'RAUC_CERT_FILE', 'BEGIN CERTIFICATE')
    xuedian_key(d, 'RAUC_KEY_FILE', 'PRIVATE KEY')
}
