// SPDX-License-Identifier: GPL-3.0-or-later
//! Who lives in the demo district: the people of the table, and others generated around them. All invented.

use anyhow::Result;

use super::cards::DemoCard;
use super::table::{self, PersonRow, id16};

/// One person, or a card that belongs to nobody.
#[derive(Clone, Debug)]
pub struct Person {
    /// `L001`; `N001` for a card without a person.
    pub code: String,
    /// The whole name. Only the hub may know it.
    pub name: String,
    /// 尾号
    pub tail: String,
    /// Year of birth.
    pub born: Option<u16>,
    /// 学员类别
    pub kind: String,
    /// Preferences as the words of the table.
    pub prefers: String,
    /// `site-staff`, `duty-volunteer`, `technician`; empty for learners.
    pub role: String,
    /// Where they serve, for staff.
    pub site: String,
    /// What they carry.
    pub cards: Vec<DemoCard>,
}

impl Person {
    /// The same id each time.
    pub fn id(&self) -> [u8; 16] {
        id16(&format!("person {}", self.code))
    }

    /// A learner, as against staff or a card without a person.
    pub fn is_learner(&self) -> bool {
        self.code.starts_with('L') && self.role.is_empty()
    }

    /// A member of staff.
    pub fn is_staff(&self) -> bool {
        !self.role.is_empty()
    }

    /// The last column of `cards.csv`.
    pub fn role_word(&self) -> &str {
        match (self.is_learner(), self.role.as_str()) {
            (true, _) => "learner",
            (false, "") => "none",
            (false, role) => role,
        }
    }
}

/// The people of the table, and so many more that there are `learners` learners. Fewer than the table has is not possible.
pub fn people(learners: usize) -> Result<Vec<Person>> {
    let mut people: Vec<Person> = table::people()?.into_iter().map(from_row).collect();
    let there = people.iter().filter(|person| person.is_learner()).count();
    people.extend((0..learners.saturating_sub(there)).map(neighbour));
    Ok(people)
}

fn from_row(row: PersonRow) -> Person {
    let cards =
        row.cards.split('|').enumerate().map(|(place, words)| DemoCard::from_words(words, &row.id, place)).collect();
    Person {
        cards,
        // A card given today: its name comes tomorrow.
        name: if row.name.starts_with("(临时") { String::new() } else { row.name },
        code: row.id,
        tail: row.tail,
        born: row.born,
        kind: row.kind,
        prefers: row.prefers,
        role: row.role,
        site: row.site,
    }
}

/// Surnames, the commonest first.
const SURNAMES: [&str; 24] = [
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何", "郭", "马",
    "罗", "梁", "宋", "郑", "谢",
];

/// Given names as that generation bears them.
const GIVEN: [&str; 30] = [
    "秀兰", "建国", "桂英", "玉梅", "志强", "淑芬", "德福", "凤英", "国庆", "丽华", "永康", "素琴", "明", "惠敏",
    "文斌", "春生", "雅琴", "长林", "玉珍", "海燕", "红", "宝山", "月娥", "家骏", "静怡", "树声", "爱华", "立新",
    "瑞芳", "松年",
];

fn neighbour(number: usize) -> Person {
    let code = format!("L{:03}", 101 + number);
    let drawn = id16(&format!("neighbour {code}"));
    let pick = |byte: usize, of: usize| usize::from(drawn[byte]) % of;
    let (surname, given) = (SURNAMES[pick(0, SURNAMES.len())], GIVEN[pick(1, GIVEN.len())]);
    let words = ["study 7B", "study 7B", "study 7B", "social 4B", "senior 4B", "transit 7B"][pick(2, 6)];
    Person {
        name: format!("{surname}{given}"),
        tail: format!("{:02}", drawn[3] % 100),
        born: Some(1938 + u16::from(drawn[4] % 40)),
        kind: "退休".to_owned(),
        prefers: ["normal", "normal", "large", "very large"][pick(5, 4)].to_owned(),
        role: String::new(),
        site: String::new(),
        cards: vec![DemoCard::from_words(words, &code, 0)],
        code,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop where it fails")]
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn there_are_as_many_learners_as_asked_for_and_the_same_each_time() {
        let once = people(200).unwrap();
        let twice = people(200).unwrap();
        assert_eq!(once.iter().filter(|person| person.is_learner()).count(), 200);
        assert!(once.iter().zip(&twice).all(|(a, b)| a.name == b.name && a.cards == b.cards));
        assert_eq!(people(0).unwrap().len(), 36);
    }

    #[test]
    fn only_the_two_that_should_have_equal_cards() {
        let people = people(1000).unwrap();
        let mut owners: HashMap<Vec<u8>, Vec<&str>> = HashMap::new();
        for person in &people {
            for card in &person.cards {
                owners.entry(card.uid.clone()).or_default().push(&person.code);
            }
        }
        let shared: Vec<_> = owners.values().filter(|codes| codes.len() > 1).collect();
        assert_eq!(shared, [&vec!["L025", "L026"]]);
    }

    #[test]
    fn cards_are_of_the_kinds_that_a_reader_meets() {
        let people = people(0).unwrap();
        let of = |code: &str| people.iter().find(|person| person.code == code).unwrap();
        assert_eq!(of("L025").cards[0].uid_text(), "3A5C7E10");
        assert!(of("L017").cards[0].lost && !of("L017").cards[1].lost);
        assert_eq!(of("L018").cards.len(), 2);
        assert_eq!(of("L029").cards[0].kind, "staff");
        assert_eq!((of("N001").cards[0].uid[0], of("N001").cards[0].kind.as_str()), (0x08, "phone"));
        assert_eq!(of("N002").cards[0].kind, "identity");
        assert_eq!(of("L022").cards[0].printed_no.as_deref(), Some("0042"));
    }
}
