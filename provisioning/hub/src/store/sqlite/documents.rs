// SPDX-License-Identifier: GPL-3.0-or-later
//! The district's own texts, and the versions of what is published.

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use serde::{Serialize, de::DeserializeOwned};
use xuedian_protocol::{
    documents::{DocumentKind, FileRef, Step},
    wire::HubEpoch,
};

use super::{SqliteStore, signed, unreadable, unsigned};
use crate::store::{DocumentVersion, Documents, StoreError};

impl Documents for SqliteStore {
    fn text(&self, name: &str) -> Result<Option<String>, StoreError> {
        let connection = self.reader();
        let mut find = connection.prepare_cached("SELECT content FROM district_text WHERE name = ?1")?;
        Ok(find.query_row([name], |row| row.get(0)).optional()?)
    }

    fn put_text(&self, name: &str, text: &str) -> Result<(), StoreError> {
        self.writer().execute(
            "INSERT INTO district_text (name, content) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET content = excluded.content",
            params![name, text],
        )?;
        Ok(())
    }

    fn epoch(&self) -> Result<Option<(HubEpoch, u64)>, StoreError> {
        let connection = self.reader();
        let mut find =
            connection.prepare_cached("SELECT began_ms, id, counter FROM hub_epoch ORDER BY no DESC LIMIT 1")?;
        let row =
            find.query_row([], |row| Ok((HubEpoch { began_ms: row.get(0)?, id: row.get(1)? }, unsigned(row.get(2)?))));
        Ok(row.optional()?)
    }

    fn begin_epoch(&self, epoch: &HubEpoch) -> Result<(), StoreError> {
        let sql = "INSERT INTO hub_epoch (began_ms, id, counter) VALUES (?1, ?2, 0)";
        self.writer().execute(sql, params![epoch.began_ms, epoch.id])?;
        Ok(())
    }

    fn publish(&self, version: &DocumentVersion, keep: usize) -> Result<Vec<FileRef>, StoreError> {
        let mut connection = self.writer();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        put_version(&transaction, version)?;
        let retired = retire(&transaction, version, keep)?;
        transaction.commit()?;
        Ok(retired)
    }

    fn versions(&self, kind: DocumentKind, scope: &str, most: usize) -> Result<Vec<DocumentVersion>, StoreError> {
        let connection = self.reader();
        let mut find = connection.prepare_cached(
            "SELECT counter, issued_ms, whole, steps, files, through FROM version
             WHERE hub_epoch = (SELECT MAX(no) FROM hub_epoch) AND kind = ?1 AND scope = ?2 ORDER BY counter DESC LIMIT ?3",
        )?;
        let rows = find.query_map(params![kind.word(), scope, signed(most as u64)], |row| {
            let texts: [String; 4] = [row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?];
            Ok((unsigned(row.get(0)?), row.get::<_, i64>(1)?, texts))
        })?;
        rows.map(|row| {
            let (counter, issued_ms, [full, steps, files, through]) = row?;
            Ok(DocumentVersion {
                kind,
                scope: scope.to_owned(),
                counter,
                issued_ms,
                full: read(&full)?,
                steps: read(&steps)?,
                files: read(&files)?,
                through: read(&through)?,
            })
        })
        .collect()
    }
}

fn put_version(connection: &Connection, version: &DocumentVersion) -> Result<(), StoreError> {
    let find = "SELECT no, counter FROM hub_epoch ORDER BY no DESC LIMIT 1";
    let (epoch, counter): (i64, i64) = connection.query_row(find, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let counter = counter + 1;
    connection.execute("UPDATE hub_epoch SET counter = ?2 WHERE no = ?1", params![epoch, counter])?;
    connection.execute(
        "INSERT INTO version (hub_epoch, counter, kind, scope, issued_ms, whole, steps, files, through)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            epoch,
            counter,
            version.kind.word(),
            version.scope,
            version.issued_ms,
            write(&version.full)?,
            write(&version.steps)?,
            write(&version.files)?,
            write(&version.through)?
        ],
    )?;
    Ok(())
}

/// Forgets all but the newest versions of a scope, and those of former epochs.
fn retire(connection: &Connection, version: &DocumentVersion, keep: usize) -> Result<Vec<FileRef>, StoreError> {
    let scope = params![version.kind.word(), version.scope, signed(keep as u64)];
    let old = "kind = ?1 AND scope = ?2 AND (hub_epoch, counter) NOT IN
        (SELECT hub_epoch, counter FROM version WHERE kind = ?1 AND scope = ?2 ORDER BY hub_epoch DESC, counter DESC LIMIT ?3)";
    let mut find = connection.prepare_cached(&format!("SELECT whole, steps FROM version WHERE {old}"))?;
    let rows = find.query_map(scope, |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    let mut files: Vec<FileRef> = Vec::new();
    for row in rows {
        let (whole, steps) = row?;
        files.push(read(&whole)?);
        files.extend(read::<Vec<Step>>(&steps)?.into_iter().map(|step| step.file));
    }
    connection.prepare_cached(&format!("DELETE FROM version WHERE {old}"))?.execute(scope)?;
    let mut named = connection.prepare_cached(
        "SELECT 1 FROM version WHERE instr(whole, ?1) OR instr(steps, ?1) OR instr(files, ?1) LIMIT 1",
    )?;
    let mut unnamed = Vec::new();
    for file in files {
        if !named.exists([&file.sha256])? {
            unnamed.push(file);
        }
    }
    Ok(unnamed)
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|why| unreadable("version")(why.to_string()))
}

fn write<T: Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|why| unreadable("version")(why.to_string()))
}
