// SPDX-License-Identifier: GPL-3.0-or-later
//! What the desk tells whoever sits at it.

use std::path::Path;

use xuedian_kit::district::District;
use xuedian_kit::hub::Hub;

use crate::Place;

/// One line.
pub fn say(words: &str) {
    println!("── {words}");
}

/// How to use what stands on the desk now.
pub fn ready(district: &District, hub: &Hub, desk: &[Place], switch: &Path) {
    say(&format!("the district is in {}, its hub at https://127.0.0.1:{}", district.folder.display(), hub.port));
    for Place { number, kiosk, wallet, wallet_display, .. } in desk {
        let control = kiosk.reader.control.display();
        say(&format!(
            "kiosk {number}: cards are taken after {} ms, on display {}",
            kiosk.start.as_millis(),
            kiosk.display()
        ));
        if kiosk.is_virtual() {
            println!("     a picture of it:  import -display {} -window root kiosk-{number}.png", kiosk.display());
            if let (Some(_), Some(display)) = (wallet, wallet_display) {
                println!("     and of its wallet: import -display {} -window root wallet-{number}.png", display.name);
            }
            println!("     touch it:         DISPLAY={} xdotool mousemove 640 400 click 1", kiosk.display());
        }
        if wallet.is_none() || kiosk.is_virtual() {
            println!("     tap a card:       xuedian-reader tap --control {control} L001");
            println!("     the cards:        {}", district.cards().display());
            println!("     unplug, plug:     xuedian-reader unplug --control {control}");
        }
        println!("     its records:      xuedian journal list --data {}", kiosk.data().display());
    }
    println!("     network off, on:  touch {0}; rm {0}", switch.display());
    println!("     the programs are in {}", programs());
    say("Ctrl-C ends everything");
}

fn programs() -> String {
    let own = std::env::current_exe().ok();
    own.and_then(|path| Some(path.parent()?.display().to_string())).unwrap_or_default()
}
