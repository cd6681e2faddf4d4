// SPDX-License-Identifier: GPL-3.0-or-later
//! Compiles the wallet window, when it is wanted.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "window")]
    slint_build::compile("ui/wallet.slint").expect("the wallet window compiles");
}
