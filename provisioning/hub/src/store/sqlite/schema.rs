// SPDX-License-Identifier: GPL-3.0-or-later
//! The tables. A step of the schema is never changed once released.

use rusqlite::Connection;

use crate::store::StoreError;

/// The steps, oldest first; `user_version` counts those that were made.
const STEPS: [&str; 1] = [FIRST];

const FIRST: &str = "
CREATE TABLE device (
    no INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    site TEXT NOT NULL,
    rooms TEXT NOT NULL,
    settings TEXT NOT NULL,
    struck INTEGER NOT NULL,
    last_seen_ms INTEGER
);
CREATE TABLE epoch (
    no INTEGER PRIMARY KEY,
    device INTEGER NOT NULL REFERENCES device (no),
    epoch TEXT NOT NULL,
    UNIQUE (device, epoch)
);
CREATE TABLE record (
    no INTEGER PRIMARY KEY,
    epoch INTEGER NOT NULL REFERENCES epoch (no),
    seq INTEGER NOT NULL,
    id BLOB NOT NULL UNIQUE,
    line TEXT NOT NULL,
    received_ms INTEGER NOT NULL
);
CREATE INDEX record_place ON record (epoch, seq);
CREATE TRIGGER record_stays BEFORE UPDATE ON record BEGIN SELECT RAISE(ABORT, 'records are never changed'); END;
CREATE TRIGGER record_remains BEFORE DELETE ON record BEGIN SELECT RAISE(ABORT, 'records are never deleted'); END;
CREATE TABLE set_aside (
    no INTEGER PRIMARY KEY,
    device INTEGER NOT NULL REFERENCES device (no),
    digest TEXT NOT NULL,
    epoch TEXT,
    place_seq INTEGER,
    seq INTEGER NOT NULL,
    id TEXT NOT NULL,
    why TEXT NOT NULL,
    declared TEXT NOT NULL,
    line TEXT NOT NULL,
    received_ms INTEGER NOT NULL,
    UNIQUE (device, digest)
);
CREATE TABLE opinion (
    record INTEGER PRIMARY KEY REFERENCES record (no),
    why TEXT NOT NULL
);
CREATE TABLE fork (
    no INTEGER PRIMARY KEY,
    device INTEGER NOT NULL REFERENCES device (no),
    at_epoch INTEGER REFERENCES epoch (no),
    at_seq INTEGER NOT NULL,
    branch INTEGER NOT NULL REFERENCES epoch (no),
    lost INTEGER NOT NULL,
    two_boxes INTEGER NOT NULL,
    UNIQUE (device, branch, at_seq)
);
CREATE TABLE window (
    device BLOB NOT NULL,
    epoch TEXT NOT NULL,
    highest INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (device, epoch)
);
CREATE TABLE attempt (
    secret_hash TEXT PRIMARY KEY,
    expires_ms INTEGER NOT NULL,
    attempt TEXT NOT NULL
);
CREATE TABLE person (
    no INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    person TEXT NOT NULL
);
CREATE TABLE district_text (
    name TEXT PRIMARY KEY,
    content TEXT NOT NULL
);
CREATE TABLE hub_epoch (
    no INTEGER PRIMARY KEY,
    began_ms INTEGER NOT NULL,
    id TEXT NOT NULL,
    counter INTEGER NOT NULL
);
CREATE TABLE version (
    hub_epoch INTEGER NOT NULL REFERENCES hub_epoch (no),
    counter INTEGER NOT NULL,
    kind TEXT NOT NULL,
    scope TEXT NOT NULL,
    issued_ms INTEGER NOT NULL,
    whole TEXT NOT NULL,
    steps TEXT NOT NULL,
    files TEXT NOT NULL,
    through TEXT NOT NULL,
    PRIMARY KEY (hub_epoch, counter)
);
CREATE TABLE certification (
    award TEXT PRIMARY KEY,
    day TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX version_scope ON version (hub_epoch, kind, scope, counter);
";

/// Brings a database to the present schema.
pub(super) fn migrate(connection: &Connection) -> Result<(), StoreError> {
    let made: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let made = usize::try_from(made).unwrap_or(usize::MAX);
    if made > STEPS.len() {
        let why = format!("its schema is {made}, this program knows {}", STEPS.len());
        return Err(StoreError::Row { what: "database of later software", why });
    }
    for (n, step) in STEPS.iter().enumerate().skip(made) {
        connection.execute_batch(&format!("BEGIN IMMEDIATE; {step} PRAGMA user_version = {}; COMMIT;", n + 1))?;
    }
    Ok(())
}
