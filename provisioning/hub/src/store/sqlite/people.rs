// SPDX-License-Identifier: GPL-3.0-or-later
//! Learners, staff and their cards.

use rusqlite::{TransactionBehavior, params};

use super::{SqliteStore, unreadable};
use crate::store::{People, Person, PersonId, StoreError};

impl People for SqliteStore {
    fn put_people(&self, people: &[Person]) -> Result<(), StoreError> {
        let mut connection = self.writer();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for person in people {
            let text = serde_json::to_string(person).map_err(|why| unreadable("person")(why.to_string()))?;
            transaction
                .prepare_cached(
                    "INSERT INTO person (id, person) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET person = excluded.person",
                )?
                .execute(params![name(person.id), text])?;
        }
        Ok(transaction.commit()?)
    }

    fn people(&self) -> Result<Vec<Person>, StoreError> {
        let connection = self.reader();
        let mut find = connection.prepare_cached("SELECT person FROM person ORDER BY no")?;
        let texts = find.query_map([], |row| row.get::<_, String>(0))?;
        texts.map(|text| serde_json::from_str(&text?).map_err(|why| unreadable("person")(why.to_string()))).collect()
    }
}

fn name(id: PersonId) -> String {
    match id {
        PersonId::Learner(id) => format!("learner {id}"),
        PersonId::Staff(id) => format!("staff {id}"),
    }
}
