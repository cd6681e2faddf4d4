// SPDX-License-Identifier: GPL-3.0-or-later
//! How ids, keys and hashes are written on the wire: lower-case text.

use std::{fmt::Display, str::FromStr};

use serde::{Deserialize, Deserializer, Serializer, de::Error};

/// Writes bytes as lower-case hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|b| [b >> 4, b & 15]).map(|n| char::from(b"0123456789abcdef"[usize::from(n)])).collect()
}

/// Reads lower-case hexadecimal digits; none when the text is not made of pairs of them.
#[must_use]
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |c: u8| match c {
        b'0'..=b'9' => Some(c - b'0'),
        b'a'..=b'f' => Some(c - b'a' + 10),
        _ => None,
    };
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return None };
    pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect()
}

/// Reads exactly `N` bytes of hexadecimal digits.
#[must_use]
pub fn unhex_array<const N: usize>(text: &str) -> Option<[u8; N]> {
    unhex(text)?.try_into().ok()
}

/// For `#[serde(with = "crate::text")]`: anything that is written and read as text.
///
/// # Errors
/// When the serializer refuses a string.
pub fn serialize<T: Display, S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(value)
}

/// The other direction of [`serialize`].
///
/// # Errors
/// When the text is not what `T` reads.
pub fn deserialize<'de, T: FromStr<Err: Display>, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    String::deserialize(from)?.parse().map_err(D::Error::custom)
}

/// The same for an optional value.
pub mod optional {
    use super::{Deserialize, Deserializer, Display, Error, FromStr, Serializer};

    /// Writes the text, or nothing.
    ///
    /// # Errors
    /// When the serializer refuses a string.
    pub fn serialize<T: Display, S: Serializer>(value: &Option<T>, to: S) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => to.collect_str(value),
            None => to.serialize_none(),
        }
    }

    /// Reads the text, if there is one.
    ///
    /// # Errors
    /// When the text is not what `T` reads.
    pub fn deserialize<'de, T: FromStr<Err: Display>, D: Deserializer<'de>>(from: D) -> Result<Option<T>, D::Error> {
        Option::<String>::deserialize(from)?.map(|text| text.parse().map_err(D::Error::custom)).transpose()
    }
}

/// The same for a list.
pub mod list {
    use super::{Deserialize, Deserializer, Display, Error, FromStr, Serializer};

    /// Writes a list of texts.
    ///
    /// # Errors
    /// When the serializer refuses a string.
    pub fn serialize<T: Display, S: Serializer>(values: &[T], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(values.iter().map(ToString::to_string))
    }

    /// Reads a list of texts.
    ///
    /// # Errors
    /// When one of them is not what `T` reads.
    pub fn deserialize<'de, T: FromStr<Err: Display>, D: Deserializer<'de>>(from: D) -> Result<Vec<T>, D::Error> {
        Vec::<String>::deserialize(from)?.iter().map(|text| text.parse().map_err(D::Error::custom)).collect()
    }
}

/// A card token: the number of its key, a colon, 32 hexadecimal digits.
pub mod token {
    use xuedian_domain::card::CardToken;

    use super::{Deserialize, Deserializer, Error, Serializer, hex, unhex_array};

    /// Writes a token as text.
    #[must_use]
    pub fn to_text(token: &CardToken) -> String {
        format!("{}:{}", token.key, hex(&token.mac))
    }

    /// Reads a token; none when the text is not one.
    #[must_use]
    pub fn from_text(text: &str) -> Option<CardToken> {
        let (key, mac) = text.split_once(':')?;
        Some(CardToken { key: key.parse().ok()?, mac: unhex_array(mac)? })
    }

    /// For `#[serde(with = "crate::text::token")]`.
    ///
    /// # Errors
    /// When the serializer refuses a string.
    pub fn serialize<S: Serializer>(token: &CardToken, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&to_text(token))
    }

    /// The other direction.
    ///
    /// # Errors
    /// When the text is not a token. The text itself is not repeated.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<CardToken, D::Error> {
        from_text(&String::deserialize(from)?).ok_or_else(|| D::Error::custom("not a card token"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_reads_what_it_writes_and_nothing_else() {
        assert_eq!(unhex(&hex(&[0, 0xa5, 0xff])), Some(vec![0, 0xa5, 0xff]));
        assert_eq!(unhex("0"), None);
        assert_eq!(unhex("0G"), None);
        assert_eq!(unhex("AA"), None);
        assert_eq!(unhex_array::<2>("00"), None);
    }
}
