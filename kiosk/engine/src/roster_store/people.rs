// SPDX-License-Identifier: GPL-3.0-or-later
//! Looking people up: what the director asks, over connections of its own.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, Row, params, types::Type};
use thiserror::Error;
use tokio::sync::Notify;
use xuedian_domain::{
    card::{CardClass, CardToken},
    id::{LearnerId, StaffId},
};
use xuedian_protocol::documents::{LearnerEntry, RosterLine, StaffEntry, StandingLine};

use super::{
    file::ViewFile,
    person::{Holder, Person},
    reader::FileReader,
};

/// A look-up failed: the file is damaged, and will be built anew from the signed documents.
#[derive(Debug, Error)]
#[error("looking up: {0}")]
pub struct LookupError(#[from] rusqlite::Error);

/// How staff search for somebody without a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Search {
    /// Beginning of the pinyin initials of the whole name, `wsz`.
    Initials(String),
    /// 尾号, whole.
    Tail(String),
    /// The number printed on a card, whole.
    PrintedNo(String),
}

/// Reads roster and standing; for one thread.
#[derive(Debug)]
pub struct People {
    roster: FileReader,
    standing: FileReader,
}

impl People {
    pub(super) fn new(roster: ViewFile, standing: ViewFile, damaged: &Arc<Notify>) -> Self {
        let reader = |file| FileReader::new(file, Arc::clone(damaged));
        Self { roster: reader(roster), standing: reader(standing) }
    }

    /// Whether a roster is laid out, and the last look into it succeeded.
    #[must_use]
    pub fn can_tell(&self) -> bool {
        self.roster.can_tell()
    }

    /// Everybody who carries a card of this token: usually one, rarely two, each once.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn by_token(&mut self, token: &CardToken) -> Result<Vec<Holder>, LookupError> {
        const SQL: &str =
            "SELECT line, uid_len, sak, atqa, lost, printed_no FROM card JOIN person ON person.id = card.person
                           WHERE mac = ?1 AND key = ?2 ORDER BY staff DESC, person.uuid";
        let look = |connection: &Connection| {
            let mut statement = connection.prepare_cached(SQL)?;
            let found = statement.query_map(params![token.mac, token.key], holder)?;
            found.collect()
        };
        Ok(self.roster.read(Vec::new(), look)?)
    }

    /// A learner by id, or by an id that meant the same person before the hub knew better.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn learner(&mut self, learner: LearnerId) -> Result<Option<LearnerEntry>, LookupError> {
        const SQL: &str = "SELECT line FROM person WHERE uuid = ?1 AND staff = 0
                           UNION ALL SELECT line FROM also JOIN person ON person.id = also.person WHERE also.uuid = ?1 LIMIT 1";
        let found = self.roster.read(None, |connection| one(connection, SQL, &learner.0))?;
        Ok(found.and_then(|person| match person {
            Person::Learner(entry) => Some(entry),
            Person::Staff(_) => None,
        }))
    }

    /// A member of staff by id.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn staff(&mut self, staff: StaffId) -> Result<Option<StaffEntry>, LookupError> {
        const SQL: &str = "SELECT line FROM person WHERE uuid = ?1 AND staff = 1";
        let found = self.roster.read(None, |connection| one(connection, SQL, &staff.0))?;
        Ok(found.and_then(|person| match person {
            Person::Staff(entry) => Some(entry),
            Person::Learner(_) => None,
        }))
    }

    /// Learners whom staff may mean, in the order of their tails: at most `limit`.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn search(&mut self, search: &Search, limit: u32) -> Result<Vec<LearnerEntry>, LookupError> {
        let look = |connection: &Connection| {
            let (sql, from, below) = match search {
                Search::Initials(text) => {
                    let text = text.to_ascii_lowercase();
                    // Every text that begins so sorts before this one: initials are ASCII letters.
                    let below = format!("{text}\u{7f}");
                    let within = "SELECT person FROM initials WHERE text >= ?1 AND text < ?2";
                    (
                        format!("SELECT line FROM person WHERE staff = 0 AND id IN ({within}) ORDER BY tail LIMIT ?3"),
                        text,
                        below,
                    )
                }
                Search::Tail(text) => {
                    let sql =
                        "SELECT line FROM person WHERE staff = 0 AND tail = ?1 AND ?2 = '' ORDER BY uuid LIMIT ?3";
                    (sql.to_owned(), text.clone(), String::new())
                }
                Search::PrintedNo(text) => {
                    let within = "SELECT person FROM card WHERE printed_no = ?1";
                    let sql = format!(
                        "SELECT line FROM person WHERE staff = 0 AND id IN ({within}) AND ?2 = '' ORDER BY uuid LIMIT ?3"
                    );
                    (sql, text.clone(), String::new())
                }
            };
            let mut statement = connection.prepare_cached(&sql)?;
            let found = statement.query_map(params![from, below, limit], |row| person(row, 0))?;
            found.collect::<rusqlite::Result<Vec<Person>>>()
        };
        let found = self.roster.read(Vec::new(), look)?;
        Ok(found
            .into_iter()
            .filter_map(|person| if let Person::Learner(entry) = person { Some(entry) } else { None })
            .collect())
    }

    /// How many learners there are.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn learners(&mut self) -> Result<u64, LookupError> {
        let sql = "SELECT count(*) FROM person WHERE staff = 0";
        Ok(self.roster.read(0, |connection| connection.query_row(sql, [], |row| row.get::<_, i64>(0)))?.unsigned_abs())
    }

    /// What the hub has settled for a learner; none when it knows of no record of them. By the id in the roster.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn standing(&mut self, learner: LearnerId) -> Result<Option<StandingLine>, LookupError> {
        let look = |connection: &Connection| {
            let mut statement = connection.prepare_cached("SELECT line FROM standing WHERE uuid = ?1")?;
            statement.query_row([learner.0], |row| parsed(row, 0)).optional()
        };
        Ok(self.standing.read(None, look)?)
    }
}

fn one(connection: &Connection, sql: &str, uuid: &[u8; 16]) -> rusqlite::Result<Option<Person>> {
    connection.prepare_cached(sql)?.query_row([uuid], |row| person(row, 0)).optional()
}

fn holder(row: &Row<'_>) -> rusqlite::Result<Holder> {
    let class = match (row.get(1)?, row.get(2)?, row.get(3)?) {
        (Some(uid_len), Some(sak), Some(atqa)) => Some(CardClass { uid_len, sak, atqa }),
        _ => None,
    };
    Ok(Holder { person: person(row, 0)?, class, lost: row.get(4)?, printed_no: row.get(5)? })
}

fn person(row: &Row<'_>, column: usize) -> rusqlite::Result<Person> {
    match parsed(row, column)? {
        RosterLine::Learner(entry) => Ok(Person::Learner(entry)),
        RosterLine::Staff(entry) => Ok(Person::Staff(entry)),
        RosterLine::Gone(_) | RosterLine::GoneStaff(_) => Err(rusqlite::Error::InvalidQuery),
    }
}

fn parsed<T: serde::de::DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let line = row.get_ref(column)?.as_str()?;
    serde_json::from_str(line)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error)))
}
