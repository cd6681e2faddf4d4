// SPDX-License-Identifier: GPL-3.0-or-later
//! The people of the demo as the hub keeps them.

use anyhow::{Context, Result, bail};
use xuedian_domain::id::{LearnerId, StaffId};
use xuedian_hub::store::{Person as HubPerson, PersonCard, PersonId};
use xuedian_protocol::card_key::CardKey;
use xuedian_protocol::documents::{CardState, Prefers, StaffRole};

use super::agenda::site_id;
use super::people::Person;

/// Everybody who has a name or a card of the district, with tokens in place of UIDs.
pub fn roster(people: &[Person], key: &CardKey) -> Result<Vec<HubPerson>> {
    people.iter().filter(|person| person.is_learner() || person.is_staff()).map(|person| entry(person, key)).collect()
}

fn entry(person: &Person, key: &CardKey) -> Result<HubPerson> {
    let id = match person.is_staff() {
        true => PersonId::Staff(StaffId(person.id())),
        false => PersonId::Learner(LearnerId(person.id())),
    };
    let cards = person.cards.iter().map(|card| PersonCard {
        token: key.token(&card.uid),
        // Bound before readers told it: so the two whose cards answer alike are asked.
        class: None,
        state: if card.lost { CardState::Lost } else { CardState::Active },
        printed_no: card.printed_no.clone(),
    });
    Ok(HubPerson {
        id,
        also: Vec::new(),
        number: person.code.clone(),
        name: person.name.clone(),
        tail: person.tail.clone(),
        born: person.born,
        kinds: vec![person.kind.clone()],
        telephone: String::new(),
        cards: cards.collect(),
        prefers: prefers(&person.prefers)?,
        passed_away: person.code == "L028",
        role: role(&person.role)?,
        sites: if person.site.is_empty() { Vec::new() } else { vec![site_id(&person.site)] },
    })
}

fn role(word: &str) -> Result<Option<StaffRole>> {
    if word.is_empty() {
        return Ok(None);
    }
    serde_json::from_value(word.into()).map(Some).with_context(|| format!("the role {word:?} of the table"))
}

fn prefers(words: &str) -> Result<Prefers> {
    let mut prefers = Prefers::default();
    match words {
        "normal" | "" => {}
        "large" => prefers.set("type_size", "large"),
        "very large" => prefers.set("type_size", "very-large"),
        "voice always on" => prefers.set("voice", "on"),
        "reach low" => prefers.set("reach", "low"),
        "English" => prefers.set("language", "en"),
        other => bail!("the preference {other:?} of the table"),
    }
    Ok(prefers)
}
