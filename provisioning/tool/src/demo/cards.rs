// SPDX-License-Identifier: GPL-3.0-or-later
//! The cards of the demo: invented UIDs, the same each time, and the list of them for the wallet.

use std::fmt::Write;

use super::people::Person;
use super::table::id16;

/// A card of the demo's wallet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoCard {
    /// As a reader gives it: 4 or 7 bytes. Of an identity card: a stand-in that is never read.
    pub uid: Vec<u8>,
    /// `study`, `transit`, `social`, `senior`, `staff`, `phone`, `identity`, `unknown`.
    pub kind: String,
    /// Reported lost.
    pub lost: bool,
    /// The number printed on it, of numbered cards.
    pub printed_no: Option<String>,
}

impl DemoCard {
    /// Reads the words of the table: `study 7B (lost)`, `senior 4B 3A5C7E10`, `staff DESFire`, `random 08 xx xx xx`, `type B`.
    pub fn from_words(words: &str, owner: &str, place: usize) -> Self {
        let mut parts = words.split(' ');
        let kind = match parts.next().unwrap_or_default() {
            "random" => "phone",
            "type" => "identity",
            "study" if owner == "N004" => "unknown",
            kind => kind,
        };
        let drawn = id16(&format!("card {owner} {place}"));
        let uid = match words.rsplit(' ').next().and_then(fixed_uid) {
            Some(uid) => uid,
            None if kind == "phone" => vec![0x08, drawn[1], drawn[2], drawn[3]],
            // 04 is the maker whose seven-byte cards everybody carries.
            None if words.contains("4B") || kind == "identity" => {
                vec![0x2c + drawn[0] % 0x40, drawn[1], drawn[2], drawn[3]]
            }
            None => [&[0x04], &drawn[..6]].concat(),
        };
        let printed_no = words.contains("numbered").then(|| "0042".to_owned());
        Self { uid, kind: kind.to_owned(), lost: words.contains("(lost)"), printed_no }
    }

    /// Upper-case hexadecimal digits.
    pub fn uid_text(&self) -> String {
        self.uid.iter().fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02X}").expect("writing into a text cannot fail");
            text
        })
    }
}

fn fixed_uid(word: &str) -> Option<Vec<u8>> {
    let whole = word.len() == 8 && word.bytes().all(|b| b.is_ascii_hexdigit());
    whole.then(|| (0..8).step_by(2).filter_map(|at| u8::from_str_radix(&word[at..at + 2], 16).ok()).collect())
}

/// `cards.csv`: UID, kind, learner, role.
pub fn list(people: &[Person]) -> String {
    let mut text = String::from("uid,kind,learner,role\n");
    for person in people {
        for card in &person.cards {
            let name = if person.name.contains(',') { format!("{:?}", person.name) } else { person.name.clone() };
            let lost = if card.lost { " (lost)" } else { "" };
            writeln!(text, "{},{},{} {name}{lost},{}", card.uid_text(), card.kind, person.code, person.role_word())
                .expect("writing into a text cannot fail");
        }
    }
    text
}
