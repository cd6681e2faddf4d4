// SPDX-License-Identifier: GPL-3.0-or-later
//! The twelve kinds of cards that people carry, and what must happen to each at a reader.

use crate::tongue::Tongue;

/// One kind of card.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// As in the guide to build the box, from 1.
    pub number: u8,
    /// What must happen.
    pub wanted: Wanted,
    zh: &'static str,
    en: &'static str,
}

/// What must happen to a kind of card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// It is read, and its number is the same each time.
    Read,
    /// It is read, or refused in words; but its number never changes unnoticed.
    EitherWay,
    /// It is refused in words, since its number is another one each time.
    Refused,
    /// It is an identity card: never read.
    NeverRead,
    /// The reader does not notice it: another radio.
    Unnoticed,
}

/// All kinds, in the order of their numbers.
pub const KINDS: [Kind; 12] = [
    kind(1, Wanted::Read, "第三代社保卡（能挥卡的）", "社保卡, third generation, contactless"),
    kind(2, Wanted::Read, "养老助残卡（或本市的老年卡）", "养老助残卡, or the seniors' card of your city"),
    kind(3, Wanted::Read, "本市的市民卡、一卡通", "市民卡, 一卡通 of your city"),
    kind(4, Wanted::Read, "外地的交通联合卡", "交通联合 card of another city"),
    kind(
        5,
        Wanted::Read,
        "我们的学习卡，NTAG213 或 Ultralight EV1（7 字节）",
        "our study card: NTAG213, Ultralight EV1 (7 bytes)",
    ),
    kind(6, Wanted::Read, "MIFARE Classic 1K（旧会员卡，4 字节）", "MIFARE Classic 1K (old member cards, 4 bytes)"),
    kind(7, Wanted::Read, "工作卡，DESFire EV2/EV3（7 字节）", "staff card, DESFire EV2 or EV3 (7 bytes)"),
    kind(8, Wanted::Read, "学生卡、校园卡", "学生卡, 校园卡"),
    kind(9, Wanted::EitherWay, "能挥卡的银行卡", "bank card, contactless"),
    kind(10, Wanted::NeverRead, "二代身份证（B 型）", "二代身份证, identity card (type B)"),
    kind(11, Wanted::Refused, "手机、手表（支付宝、公交，NFC 开着）", "phone and watch (Alipay, transit, NFC on)"),
    kind(12, Wanted::Unnoticed, "125 kHz 的 ID 卡", "125 kHz \"ID\" card"),
];

const fn kind(number: u8, wanted: Wanted, zh: &'static str, en: &'static str) -> Kind {
    Kind { number, wanted, zh, en }
}

impl Kind {
    /// What people call it.
    #[must_use]
    pub fn name(&self, tongue: Tongue) -> &'static str {
        tongue.pick(self.zh, self.en)
    }
}

impl Wanted {
    /// What must happen, in words.
    #[must_use]
    pub fn words(self, tongue: Tongue) -> &'static str {
        match self {
            Self::Read => tongue.pick("要读得到，每次一样", "must be read, the same each time"),
            Self::EitherWay => tongue.pick("读得到，或者提示不能用，都行", "may be read, or refused in words"),
            Self::Refused => tongue
                .pick("要提示不能用：号码每次不一样", "must be refused in words: its number is another one each time"),
            Self::NeverRead => tongue.pick("绝不能读出来", "must never be read"),
            Self::Unnoticed => tongue.pick("什么反应都不该有", "nothing at all must happen"),
        }
    }
}
