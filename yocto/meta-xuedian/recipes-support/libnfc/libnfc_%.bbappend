# SPDX-License-Identifier: GPL-3.0-or-later
# A PN532 at a serial port, SPI or I²C; an ACR1252U, which libnfc knows through PC/SC only. Not the ACR122U, which hangs until it
# is plugged in again.
DEPENDS:append:xuedian = " pcsc-lite"
EXTRA_OECONF:append:xuedian = " --with-drivers=pn532_uart,pn532_spi,pn532_i2c,pcsc"
