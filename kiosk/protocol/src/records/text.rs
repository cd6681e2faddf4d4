// SPDX-License-Identifier: GPL-3.0-or-later
//! Values that travel as text: ids, and the keyed hash of a card.

use std::{fmt::Display, marker::PhantomData, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use xuedian_domain::card::CardToken;

/// An id as lower-case text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text<T>(pub T);

impl<T: Display> Serialize for Text<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&self.0)
    }
}

impl<'de, T: FromStr<Err: Display>> Deserialize<'de> for Text<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Reader<T>(PhantomData<T>);
        impl<T: FromStr<Err: Display>> de::Visitor<'_> for Reader<T> {
            type Value = Text<T>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an id as text")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                text.parse().map(Text).map_err(E::custom)
            }
        }
        from.deserialize_str(Reader(PhantomData))
    }
}

/// A card's token as `<key id, decimal>:<32 hexadecimal digits>`. No message ever repeats it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct TokenText(pub CardToken);

impl Serialize for TokenText {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let digits: String = self.0.mac.iter().map(|byte| format!("{byte:02x}")).collect();
        to.collect_str(&format_args!("{}:{digits}", self.0.key))
    }
}

impl<'de> Deserialize<'de> for TokenText {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let wrong = || de::Error::custom("a card token is a key id, a colon and 32 hexadecimal digits");
        let text = String::deserialize(from).map_err(|_| wrong())?;
        parse_token(&text).map(Self).ok_or_else(wrong)
    }
}

fn parse_token(text: &str) -> Option<CardToken> {
    let (key, digits) = text.split_once(':')?;
    if digits.len() != 32 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let mut mac = [0; 16];
    for (at, byte) in mac.iter_mut().enumerate() {
        *byte = u8::from_str_radix(digits.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(CardToken { key: key.parse().ok()?, mac })
}
