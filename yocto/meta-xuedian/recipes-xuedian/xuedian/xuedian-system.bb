# SPDX-License-Identifier: GPL-3.0-or-later
SUMMARY = "Units, users, rights and pictures of a learning point"
DESCRIPTION = "The folder systemd/ of the project as it is, but for the name of the board; fonts, pictures, sounds and voice; the \
last picture for each panel; the certificate that updates are believed by."

inherit xuedian-source xuedian-keys systemd useradd

# What draws the last picture (assets/draw-stopped).
DEPENDS += "imagemagick-native librsvg-native"

# Widths and heights of the panels that a box may have.
XUEDIAN_PANELS ?= "800x480 480x800 1280x720 720x1280 1280x800 800x1280 1024x600 1920x1080 1080x1920"
# The box's own settings; a technician's lie over them. Another file, outside the checkout, may take their place.
XUEDIAN_SETTINGS_FILE ??= ""
SRC_URI += "file://grow file://kiosk.toml file://xuedian-grow.service file://xuedian-splash.service"

do_compile() {
    ${S}/assets/draw-stopped ${B}/trouble ${XUEDIAN_PANELS}
    ${S}/assets/draw-stopped --splash ${B}/splash ${XUEDIAN_PANELS}
}

do_install() {
    install -d ${D}${sysconfdir} ${D}${datadir}/xuedian
    cp -r --no-preserve=ownership ${S}/systemd/. ${D}/
    sed -i 's/@BOARD@/${XUEDIAN_BOARD}/' ${D}${sysconfdir}/rauc/system.conf
    install -m 0644 ${RAUC_KEYRING_FILE} ${D}${sysconfdir}/rauc/keyring.pem
    for folder in fonts pictures sounds voice; do
        cp -r --no-preserve=ownership ${S}/assets/$folder ${D}${datadir}/xuedian/
    done
    for folder in trouble splash; do
        install -d ${D}${datadir}/xuedian/$folder
        install -m 0644 ${B}/$folder/*.raw.gz ${D}${datadir}/xuedian/$folder/
    done
    settings="${XUEDIAN_SETTINGS_FILE}"
    install -D -m 0644 "${settings:-${UNPACKDIR}/kiosk.toml}" ${D}${sysconfdir}/xuedian/kiosk.toml
    install -m 0644 ${UNPACKDIR}/xuedian-*.service ${D}${systemd_system_unitdir}/
    install -m 0755 ${UNPACKDIR}/grow ${D}${nonarch_libdir}/xuedian/
    # Places that something is mounted at: a read-only root makes none.
    for place in /data /media ${localstatedir}/lib/xuedian ${localstatedir}/lib/systemd ${localstatedir}/lib/udisks2 \
        ${localstatedir}/lib/NetworkManager ${sysconfdir}/NetworkManager/system-connections; do
        install -d ${D}$place
    done
}
do_install[prefuncs] += "xuedian_keyring"
do_install[file-checksums] += "${@'%s:True' % d.getVar('RAUC_KEYRING_FILE') if d.getVar('RAUC_KEYRING_FILE') else ''}"

SYSTEMD_SERVICE:${PN} = "xuedian-grow.service xuedian-kiosk.service xuedian-splash.service xuedian-verdict.timer"

# The numbers of systemd/usr/lib/sysusers.d/xuedian.conf: the data partition outlives the system that gave its files to them.
USERADD_PACKAGES = "${PN}"
GROUPADD_PARAM:${PN} = "--system --gid 820 xuedian; --system --gid 821 xuedian-hub; --system video; --system render; --system input; --system audio"
USERADD_PARAM:${PN} = "\
    --system --uid 820 --gid 820 --no-create-home --home-dir ${localstatedir}/lib/xuedian/kiosk --shell /sbin/nologin xuedian; \
    --system --uid 821 --gid 821 --no-create-home --home-dir ${localstatedir}/lib/xuedian/hub --shell /sbin/nologin xuedian-hub"

PACKAGE_ARCH = "${MACHINE_ARCH}"
RPROVIDES:${PN} += "virtual-rauc-conf"
FILES:${PN} = "/"
