// SPDX-License-Identifier: GPL-3.0-or-later
//! The standing's table: a learner's line.

use rusqlite::{Connection, params};
use xuedian_protocol::documents::StandingLine;

use super::{
    build::{LineError, Lines},
    file::Layout,
};

pub(super) const LAYOUT: Layout = Layout {
    name: "standing",
    version: 1,
    tables: "
        CREATE TABLE about (id INTEGER PRIMARY KEY CHECK (id = 1), hub_epoch TEXT NOT NULL, counter INTEGER NOT NULL);
        CREATE TABLE standing (uuid BLOB NOT NULL, line TEXT NOT NULL);",
    indexes: "CREATE UNIQUE INDEX standing_uuid ON standing (uuid);",
};

pub(super) struct Standing;

impl Lines for Standing {
    fn put(connection: &Connection, line: &str, step: bool) -> Result<(), LineError> {
        let entry: StandingLine = serde_json::from_str(line)?;
        if step {
            connection.prepare_cached("DELETE FROM standing WHERE uuid = ?1")?.execute([entry.learner.0])?;
        } else if entry.gone {
            return Err(LineError::NotUnderstood("a whole standing says that somebody is gone".to_owned()));
        }
        if !entry.gone {
            let sql = "INSERT INTO standing (uuid, line) VALUES (?1, ?2)";
            connection.prepare_cached(sql)?.execute(params![entry.learner.0, line])?;
        }
        Ok(())
    }
}
