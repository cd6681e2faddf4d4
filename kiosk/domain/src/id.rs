// SPDX-License-Identifier: GPL-3.0-or-later
//! Names of things: 128-bit ids written as lower-case UUIDs, and slugs.

use std::{fmt, str::FromStr};

/// A text that is not an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAnId(pub String);

impl fmt::Display for NotAnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is not an id (32 hexadecimal digits)", self.0)
    }
}

impl std::error::Error for NotAnId {}

fn parse_hex16(text: &str) -> Result<[u8; 16], NotAnId> {
    let digits: Vec<u8> = text.bytes().filter(|b| *b != b'-').collect();
    let mut bytes = [0; 16];
    if digits.len() != 32 {
        return Err(NotAnId(text.to_owned()));
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
        let pair = std::str::from_utf8(pair).map_err(|_| NotAnId(text.to_owned()))?;
        *byte = u8::from_str_radix(pair, 16).map_err(|_| NotAnId(text.to_owned()))?;
    }
    Ok(bytes)
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
        pub struct $name(pub [u8; 16]);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                for (i, byte) in self.0.iter().enumerate() {
                    if matches!(i, 4 | 6 | 8 | 10) {
                        f.write_str("-")?;
                    }
                    write!(f, "{byte:02x}")?;
                }
                Ok(())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                parse_hex16(text).map(Self)
            }
        }
    };
}

id!(
    /// A record's own id (UUIDv7): what a repeated delivery is recognised by.
    RecordId
);
id!(
    /// A learner: the hub's UUID, or the id of the `card-linked` record that made a visitor with a numbered card.
    LearnerId
);
id!(
    /// A member of staff: the hub's UUID.
    StaffId
);
id!(
    /// One occurrence of an activity: the hub's UUID, or the id of the `session-opened` record that made it here.
    SessionId
);
id!(
    /// A class, lecture, open hours …: what a session is an occurrence of.
    ActivityId
);
id!(
    /// A learning point (学习点). Never called "point", which is a reward point.
    SiteId
);
id!(
    /// A room of a learning point.
    RoomId
);
id!(
    /// 128 random bits drawn at the first append after each machine boot.
    EpochId
);
id!(
    /// A kiosk: the first 16 bytes of the SHA-256 of its public key, so that it has a name before it is paired.
    DeviceId
);
id!(
    /// The kernel's boot id.
    BootId
);

/// A lesson's name for ever: `institution/course/lesson`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LessonKey(pub String);

impl LessonKey {
    /// The part before the lesson: `institution/course`.
    #[must_use]
    pub fn course(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(course, _)| course)
    }
}

impl fmt::Display for LessonKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_what_it_writes() {
        let text = "0190c0de-0000-7000-8000-00000000abcd";
        assert_eq!(text.parse::<RecordId>().map(|id| id.to_string()), Ok(text.to_owned()));
        assert!("0190".parse::<RecordId>().is_err());
        assert!("zz90c0de-0000-7000-8000-00000000abcd".parse::<RecordId>().is_err());
    }
}
