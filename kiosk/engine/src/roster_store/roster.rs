// SPDX-License-Identifier: GPL-3.0-or-later
//! The roster's tables. The line itself is kept beside them, and is what a look-up returns.

use rusqlite::{Connection, OptionalExtension, params};
use xuedian_protocol::documents::{CardEntry, CardState, RosterLine};

use super::{
    build::{LineError, Lines},
    file::Layout,
};

pub(super) const LAYOUT: Layout = Layout {
    name: "roster",
    version: 1,
    tables: "
        CREATE TABLE about (id INTEGER PRIMARY KEY CHECK (id = 1), hub_epoch TEXT NOT NULL, counter INTEGER NOT NULL);
        CREATE TABLE person (
            id    INTEGER PRIMARY KEY,
            staff INTEGER NOT NULL,
            uuid  BLOB NOT NULL,
            tail  TEXT NOT NULL,
            line  TEXT NOT NULL
        );
        CREATE TABLE card (
            mac        BLOB NOT NULL,
            key        INTEGER NOT NULL,
            person     INTEGER NOT NULL,
            uid_len    INTEGER,
            sak        INTEGER,
            atqa       INTEGER,
            lost       INTEGER NOT NULL,
            printed_no TEXT
        );
        CREATE TABLE also (uuid BLOB NOT NULL, person INTEGER NOT NULL);
        CREATE TABLE initials (text TEXT NOT NULL, person INTEGER NOT NULL);",
    indexes: "
        CREATE UNIQUE INDEX person_uuid ON person (uuid, staff);
        CREATE INDEX person_tail ON person (tail) WHERE staff = 0;
        CREATE INDEX card_token ON card (mac, key);
        CREATE INDEX card_person ON card (person);
        CREATE INDEX card_printed ON card (printed_no) WHERE printed_no IS NOT NULL;
        CREATE INDEX also_uuid ON also (uuid);
        CREATE INDEX also_person ON also (person);
        CREATE INDEX initials_text ON initials (text, person);
        CREATE INDEX initials_person ON initials (person);",
};

pub(super) struct Roster;

impl Lines for Roster {
    fn put(connection: &Connection, line: &str, step: bool) -> Result<(), LineError> {
        match serde_json::from_str(line)? {
            RosterLine::Learner(entry) => {
                let person = person(connection, false, &entry.learner.0, &entry.tail, line, step)?;
                cards(connection, person, &entry.cards)?;
                for id in &entry.also {
                    run(connection, "INSERT INTO also (uuid, person) VALUES (?1, ?2)", params![id.0, person])?;
                }
                for text in &entry.initials {
                    let text = text.to_ascii_lowercase();
                    run(connection, "INSERT INTO initials (text, person) VALUES (?1, ?2)", params![text, person])?;
                }
            }
            RosterLine::Staff(entry) => {
                let person = person(connection, true, &entry.staff.0, "", line, step)?;
                cards(connection, person, &entry.cards)?;
            }
            RosterLine::Gone(_) | RosterLine::GoneStaff(_) if !step => {
                return Err(LineError::NotUnderstood("a whole roster says that somebody is gone".to_owned()));
            }
            RosterLine::Gone(learner) => remove(connection, false, &learner.0)?,
            RosterLine::GoneStaff(staff) => remove(connection, true, &staff.0)?,
        }
        Ok(())
    }
}

fn run(connection: &Connection, sql: &str, values: impl rusqlite::Params) -> rusqlite::Result<usize> {
    connection.prepare_cached(sql)?.execute(values)
}

fn person(
    connection: &Connection,
    staff: bool,
    uuid: &[u8; 16],
    tail: &str,
    line: &str,
    step: bool,
) -> rusqlite::Result<i64> {
    if step {
        remove(connection, staff, uuid)?;
    }
    run(
        connection,
        "INSERT INTO person (staff, uuid, tail, line) VALUES (?1, ?2, ?3, ?4)",
        params![staff, uuid, tail, line],
    )?;
    Ok(connection.last_insert_rowid())
}

fn cards(connection: &Connection, person: i64, cards: &[CardEntry]) -> rusqlite::Result<()> {
    let sql = "INSERT INTO card (mac, key, person, uid_len, sak, atqa, lost, printed_no) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    for card in cards {
        let (uid_len, sak, atqa) =
            card.class.map_or((None, None, None), |c| (Some(c.uid_len), Some(c.sak), Some(c.atqa)));
        let lost = card.state == CardState::Lost;
        run(
            connection,
            sql,
            params![card.token.mac, card.token.key, person, uid_len, sak, atqa, lost, card.printed_no],
        )?;
    }
    Ok(())
}

fn remove(connection: &Connection, staff: bool, uuid: &[u8; 16]) -> rusqlite::Result<()> {
    let sql = "SELECT id FROM person WHERE uuid = ?1 AND staff = ?2";
    let found: Option<i64> =
        connection.prepare_cached(sql)?.query_row(params![uuid, staff], |row| row.get(0)).optional()?;
    let Some(person) = found else { return Ok(()) };
    run(connection, "DELETE FROM person WHERE id = ?1", [person])?;
    run(connection, "DELETE FROM card WHERE person = ?1", [person])?;
    run(connection, "DELETE FROM also WHERE person = ?1", [person])?;
    run(connection, "DELETE FROM initials WHERE person = ?1", [person])?;
    Ok(())
}
