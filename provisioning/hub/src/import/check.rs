// SPDX-License-Identifier: GPL-3.0-or-later
//! The rows together, and with who is known already: nobody twice, no card of two people unless cards can answer alike.

use std::collections::HashMap;

use xuedian_domain::card::CardToken;

use super::{
    report::{Fate, RowReport},
    row::Read,
};
use crate::{
    standing::Linked,
    store::{Person, PersonId},
};

/// UIDs of four bytes are not unique: two people may have one.
const SHORT_UID: usize = 4;

/// Reports of all rows, and the people to be put if none is refused.
pub(super) fn check(read: Vec<Read>, known: &[Person], links: &[Linked]) -> (Vec<RowReport>, Vec<Person>) {
    let by_number: HashMap<&str, &Person> = known
        .iter()
        .filter(|person| !person.number.is_empty())
        .map(|person| (person.number.as_str(), person))
        .collect();
    let holders = holders(&read, known);
    let mut lines: HashMap<String, u64> = HashMap::new();
    let (mut reports, mut people) = (Vec::new(), Vec::new());
    for row in read {
        let mut report = RowReport { line: row.line, number: row.number.clone(), fate: Fate::Added, notes: row.notes };
        let twice = lines.insert(row.number.clone(), row.line).filter(|_| !row.number.is_empty());
        let person = match (row.person, twice) {
            (Err(why), _) => Err(why),
            (Ok(_), Some(line)) => Err(format!("its number stands in line {line} too")),
            (Ok(person), None) => number_fits_one(&row.printed_no, links)
                .and_then(|()| shared_cards(&person, &row.uid_bytes, &holders, &mut report.notes))
                .map(|()| person),
        };
        match person {
            Err(why) => report.fate = Fate::Refused(why),
            Ok(mut person) => {
                report.fate = merge(&mut person, by_number.get(row.number.as_str()).copied());
                adopt(&mut person, &row.printed_no, links, &mut report.notes);
                people.push(person);
            }
        }
        reports.push(report);
    }
    (reports, people)
}

/// The numbers of those who hold each card.
fn holders(read: &[Read], known: &[Person]) -> HashMap<CardToken, Vec<String>> {
    let mut holders: HashMap<CardToken, Vec<String>> = HashMap::new();
    let rows = read.iter().filter_map(|row| row.person.as_ref().ok());
    let sheet: std::collections::HashSet<&str> = rows.clone().map(|person| person.number.as_str()).collect();
    // A person of the sheet has the cards of the sheet.
    let others = known.iter().filter(|person| !sheet.contains(person.number.as_str()));
    for person in rows.chain(others) {
        for card in &person.cards {
            let numbers = holders.entry(card.token).or_default();
            if !numbers.contains(&person.number) {
                numbers.push(person.number.clone());
            }
        }
    }
    holders
}

fn shared_cards(
    person: &Person,
    uid_bytes: &[usize],
    holders: &HashMap<CardToken, Vec<String>>,
    notes: &mut Vec<String>,
) -> Result<(), String> {
    for (card, bytes) in person.cards.iter().zip(uid_bytes) {
        let others = holders.get(&card.token).into_iter().flatten().filter(|number| **number != person.number);
        let others: Vec<&str> = others.map(String::as_str).collect();
        if others.is_empty() {
            continue;
        }
        if *bytes != SHORT_UID {
            return Err(format!("its card is that of {} too", others.join(", ")));
        }
        notes.push(format!(
            "its four-byte card answers like that of {}: the screen will ask which one",
            others.join(", ")
        ));
    }
    Ok(())
}

/// Takes over what a sheet does not say of a person who is known.
fn merge(person: &mut Person, known: Option<&Person>) -> Fate {
    let Some(known) = known else { return Fate::Added };
    let same_sort = matches!(
        (person.id, known.id),
        (PersonId::Learner(_), PersonId::Learner(_)) | (PersonId::Staff(_), PersonId::Staff(_))
    );
    if !same_sort {
        return Fate::Refused(format!(
            "{} is known as {}",
            person.number,
            if known.role.is_some() { "staff" } else { "a learner" }
        ));
    }
    person.id = known.id;
    person.also.clone_from(&known.also);
    person.passed_away = known.passed_away;
    for card in &mut person.cards {
        if let Some(old) = known.cards.iter().find(|old| old.token == card.token) {
            card.class = card.class.or(old.class);
            if card.printed_no.is_none() {
                card.printed_no.clone_from(&old.printed_no);
            }
        }
    }
    if *person == *known { Fate::Same } else { Fate::Changed }
}

/// Two kiosks may have handed out cards of one number: only the card itself says whose it is then.
fn number_fits_one(printed_no: &str, links: &[Linked]) -> Result<(), String> {
    let fits = links.iter().filter(|link| !printed_no.is_empty() && link.printed_no.as_deref() == Some(printed_no));
    let cards: std::collections::HashSet<CardToken> = fits.map(|link| link.token).collect();
    if cards.len() > 1 {
        return Err(format!(
            "the number {printed_no} was handed out on {} cards: give the card's own number (卡号)",
            cards.len()
        ));
    }
    Ok(())
}

/// A numbered card was handed out before the name was known: what it did is this person's.
fn adopt(person: &mut Person, printed_no: &str, links: &[Linked], notes: &mut Vec<String>) {
    for link in links {
        let theirs = (!printed_no.is_empty() && link.printed_no.as_deref() == Some(printed_no))
            || person.cards.iter().any(|card| card.token == link.token);
        if theirs && PersonId::Learner(link.learner) != person.id && !person.also.contains(&link.learner) {
            person.also.push(link.learner);
            notes.push("the numbered card that was handed out is theirs, with all that it did".into());
        }
    }
}
