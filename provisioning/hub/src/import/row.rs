// SPDX-License-Identifier: GPL-3.0-or-later
//! One row into one person.

use xuedian_domain::{
    id::{LearnerId, SiteId, StaffId},
    name::normalise,
};
use xuedian_protocol::{
    card_key::CardKey,
    documents::{CardState, Prefers, SiteEntry, StaffRole},
    text::{token, unhex},
};

use super::{
    columns::Row,
    private::{mapped, private},
};
use crate::store::{Person, PersonCard, PersonId};

/// A row as far as it can be read alone.
pub(super) struct Read {
    pub line: u64,
    pub number: String,
    pub person: Result<Person, String>,
    pub notes: Vec<String>,
    /// Length of the UID behind each card of the person; 0 where only a token was given.
    pub uid_bytes: Vec<usize>,
    /// The number printed on the card (卡面编号).
    pub printed_no: String,
}

/// The least and the greatest age of a learner, years.
const AGES: std::ops::RangeInclusive<i64> = 0..=120;
/// Longest name, characters.
const NAME_CHARACTERS: usize = 60;

/// Marks that are copied along from web pages: without width, or turning the line around. Two names would look alike and differ.
const INVISIBLE: [char; 15] = [
    '\u{200b}', '\u{200c}', '\u{200d}', '\u{200e}', '\u{200f}', '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}',
    '\u{202e}', '\u{2060}', '\u{2066}', '\u{2067}', '\u{2069}', '\u{feff}',
];

/// Reads a row. UIDs become tokens here, and are forgotten.
pub(super) fn read(row: &Row, keys: &[CardKey], sites: &[SiteEntry], now_ms: i64) -> Read {
    let mut read = Read {
        line: row.line,
        number: row.cell("number").to_owned(),
        person: Err(String::new()),
        notes: Vec::new(),
        uid_bytes: Vec::new(),
        printed_no: row.cell("printed_no").to_owned(),
    };
    read.person = person(row, keys, sites, now_ms, &mut read.notes, &mut read.uid_bytes);
    read
}

fn person(
    row: &Row,
    keys: &[CardKey],
    sites: &[SiteEntry],
    now_ms: i64,
    notes: &mut Vec<String>,
    uid_bytes: &mut Vec<usize>,
) -> Result<Person, String> {
    let number = row.cell("number");
    if number.is_empty() {
        return Err("it has no number (编号), by which the person is found again".into());
    }
    if row.moved {
        return Err("it has more cells than there are headings: is there a comma too many?".into());
    }
    if row.cell("name").is_empty() {
        return Err("it has no name (姓名)".into());
    }
    let role = role(row.cell("role"))?;
    let cards = cards(row, keys, notes, uid_bytes)?;
    Ok(Person {
        // Replaced when the person is known already.
        id: match role {
            Some(_) => PersonId::Staff(StaffId(*uuid::Uuid::now_v7().as_bytes())),
            None => PersonId::Learner(LearnerId(*uuid::Uuid::now_v7().as_bytes())),
        },
        also: Vec::new(),
        number: number.to_owned(),
        name: name(row.cell("name"), notes)?,
        tail: tail(row),
        born: born(row.cell("born"), now_ms)?,
        kinds: row
            .cell("kind")
            .split(['|', '、', ';'])
            .map(str::trim)
            .filter(|k| !k.is_empty())
            .map(str::to_owned)
            .collect(),
        telephone: row.cell("telephone").to_owned(),
        cards,
        prefers: prefers(row.cell("prefers"))?,
        passed_away: false,
        role,
        sites: role_sites(row.cell("site"), sites)?,
    })
}

/// A name with the old private codes and the many dots put right. Nothing is refused for its characters, and none is lost.
fn name(text: &str, notes: &mut Vec<String>) -> Result<String, String> {
    let seen = text.chars().filter(|glyph| !INVISIBLE.contains(glyph));
    let known: String = seen.map(|glyph| if glyph == '\u{3000}' { ' ' } else { mapped(glyph) }).collect();
    let name = normalise(&known);
    if name.chars().count() > NAME_CHARACTERS {
        return Err(format!("its name is longer than {NAME_CHARACTERS} characters"));
    }
    if let Some(control) = name.chars().find(|c| c.is_control() || *c == char::REPLACEMENT_CHARACTER) {
        return Err(format!("its name has the character U+{:04X}, which is none", u32::from(control)));
    }
    if name != text {
        notes.push("old codes, dots or invisible marks of the name put right".into());
    }
    let unknown: Vec<String> =
        name.chars().filter(|c| private(*c)).map(|c| format!("U+{:04X}", u32::from(c))).collect();
    if !unknown.is_empty() {
        notes.push(format!("will not show: private {} of the name, kept as it is", unknown.join(" ")));
    }
    let rare: Vec<String> =
        name.chars().filter(|c| matches!(u32::from(*c), 0x2_0000..=0x3_ffff)).map(String::from).collect();
    if !rare.is_empty() {
        notes.push(format!("may not show on every screen: {} of the name", rare.join(" ")));
    }
    Ok(name)
}

/// 1951, 1951-03-08, 1951/3/8 or 1951年3月8日: the year is kept, the day must exist.
fn born(text: &str, now_ms: i64) -> Result<Option<u16>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = || format!("the date of birth {text:?} does not exist: 1951 or 1951-03-08 is allowed");
    let parts: Vec<&str> = text.split(['-', '/', '.', '年', '月', '日']).filter(|part| !part.is_empty()).collect();
    let number = |n: usize| parts.get(n).map(|part| part.trim().parse::<i16>().map_err(|_| wrong())).transpose();
    let (year, month, day) = (number(0)?.ok_or_else(wrong)?, number(1)?, number(2)?);
    if parts.len() > 3 || jiff::civil::Date::new(year, narrow(month), narrow(day)).is_err() {
        return Err(wrong());
    }
    let this_year =
        jiff::Timestamp::from_millisecond(now_ms).map_or(1970, |now| now.to_zoned(jiff::tz::TimeZone::UTC).year());
    if !AGES.contains(&(i64::from(this_year) - i64::from(year))) {
        return Err(format!("born {year}: no living person's year"));
    }
    Ok(u16::try_from(year).ok())
}

/// A day or month as the calendar takes it; one that fits nowhere is 0, which is no day.
fn narrow(part: Option<i16>) -> i8 {
    part.map_or(1, |part| i8::try_from(part).unwrap_or(0))
}

/// `04A1B2C3D4E5F6 | 3A5C7E10 lost`: UIDs in hexadecimal digits, or tokens.
fn cards(
    row: &Row,
    keys: &[CardKey],
    notes: &mut Vec<String>,
    uid_bytes: &mut Vec<usize>,
) -> Result<Vec<PersonCard>, String> {
    let printed = row.cell("printed_no");
    let mut cards: Vec<PersonCard> = Vec::new();
    for text in row.cell("cards").split('|').map(str::trim).filter(|text| !text.is_empty()) {
        let (code, state) = match text.rsplit_once(' ') {
            Some((code, "lost" | "挂失")) => (code.trim(), CardState::Lost),
            _ => (text, CardState::Active),
        };
        let (token, bytes) = match token::from_text(code) {
            Some(token) => (token, 0),
            None => {
                let uid = uid(code)?;
                let key = keys.first().ok_or("the district has no card key")?;
                (key.token(&uid), uid.len())
            }
        };
        if cards.iter().any(|card| card.token == token) {
            notes.push("one card is named twice".into());
            continue;
        }
        let printed_no = (!printed.is_empty() && cards.is_empty()).then(|| printed.to_owned());
        cards.push(PersonCard { token, class: None, state, printed_no });
        uid_bytes.push(bytes);
    }
    Ok(cards)
}

fn uid(code: &str) -> Result<Vec<u8>, String> {
    let digits: String = code.chars().filter(|c| !matches!(c, ':' | '-' | ' ')).flat_map(char::to_lowercase).collect();
    // The number itself is not repeated: reports are printed and sent.
    let uid = unhex(&digits).filter(|uid| matches!(uid.len(), 4 | 7 | 10));
    let uid = uid.ok_or("a card number is not 8, 14 or 20 hexadecimal digits")?;
    if uid.len() == 4 && uid[0] == 0x08 {
        return Err("a card number begins with 08: it changes at each tap (a phone or bank card)".into());
    }
    Ok(uid)
}

fn tail(row: &Row) -> String {
    let given = row.cell("tail");
    if !given.is_empty() {
        return given.to_owned();
    }
    let from = if row.cell("printed_no").is_empty() { row.cell("number") } else { row.cell("printed_no") };
    let digits: Vec<char> = from.chars().filter(char::is_ascii_digit).collect();
    digits[digits.len().saturating_sub(2)..].iter().collect()
}

fn prefers(text: &str) -> Result<Prefers, String> {
    let mut prefers = Prefers::default();
    for word in text.split(['|', ';', '，']).map(str::trim).filter(|word| !word.is_empty()) {
        match word {
            "normal" | "标准" => prefers.set("type_size", "normal"),
            "large" | "大字" => prefers.set("type_size", "large"),
            "very large" | "very-large" | "特大字" => prefers.set("type_size", "very-large"),
            "English" => prefers.set("language", "en"),
            "中文" => prefers.set("language", "zh"),
            "dark" => prefers.set("theme", "dark"),
            "voice always on" | "语音" => prefers.set("voice", "on"),
            "reach low" => prefers.set("reach", "low"),
            other => return Err(format!("the preference {other:?} is not known")),
        }
    }
    Ok(prefers)
}

fn role(text: &str) -> Result<Option<StaffRole>, String> {
    Ok(Some(match text {
        "" | "learner" | "学员" => return Ok(None),
        "site-staff" | "认证管理员" | "工作人员" => StaffRole::SiteStaff,
        "duty-volunteer" | "值守志愿者" => StaffRole::DutyVolunteer,
        "group-leader" | "班长" | "团长" => StaffRole::GroupLeader,
        "teacher" | "授课教师" | "老师" => StaffRole::Teacher,
        "technician" | "技术员" => StaffRole::Technician,
        "centre" | "认证中心管理员" => StaffRole::Centre,
        "auditor" | "审计员" => StaffRole::Auditor,
        other => return Err(format!("the role {other:?} is not known")),
    }))
}

fn role_sites(text: &str, sites: &[SiteEntry]) -> Result<Vec<SiteId>, String> {
    let find = |name: &str| {
        let id: Option<SiteId> = name.parse().ok();
        let found = sites.iter().find(|site| Some(site.site) == id || site.name.zh == name || site.name.en == name);
        found.map(|site| site.site).ok_or_else(|| format!("no learning point is called {name:?}"))
    };
    text.split('|').map(str::trim).filter(|name| !name.is_empty()).map(find).collect()
}
