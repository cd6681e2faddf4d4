// SPDX-License-Identifier: GPL-3.0-or-later
//! Words for kinds of activity and presence policies.

use serde::{Deserialize, Serialize};
use xuedian_domain::session::{ActivityKind, PresencePolicy};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident for $domain:ident: $($variant:ident),+) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[expect(missing_docs, reason = "each is the word of the domain's own variant, which is documented there")]
        pub enum $name {
            $($variant),+
        }

        impl From<$name> for $domain {
            fn from(word: $name) -> Self {
                match word {
                    $($name::$variant => Self::$variant),+
                }
            }
        }

        impl From<$domain> for $name {
            fn from(value: $domain) -> Self {
                match value {
                    $($domain::$variant => Self::$variant),+
                }
            }
        }
    };
}

words!(
    /// What kind of activity: `class`, `workshop`, `lecture`, `screening`, `service`, `showing`, `tour`, `open_hours`.
    KindWord for ActivityKind: Class, Workshop, Lecture, Screening, Service, Showing, Tour, OpenHours
);
words!(
    /// How taps become minutes: `class`, `lecture`, `drop_in`, `screening`, `service`.
    PolicyWord for PresencePolicy: Class, Lecture, DropIn, Screening, Service
);
