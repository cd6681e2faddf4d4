// SPDX-License-Identifier: GPL-3.0-or-later
//! What is to be told of every device.

use std::collections::BTreeMap;

use rusqlite::Connection;
use xuedian_domain::id::DeviceId;
use xuedian_protocol::wire::{
    Position, Refused,
    status::{DeviceStatus, EpochStatus, Fork},
};

use super::unsigned;
use crate::store::StoreError;

pub(super) fn all(connection: &Connection) -> Result<Vec<DeviceStatus>, StoreError> {
    let mut find =
        connection.prepare_cached("SELECT no, id, name, site, last_seen_ms, struck FROM device ORDER BY no")?;
    let rows = find.query_map([], |row| {
        let status = DeviceStatus {
            device: DeviceId(row.get(1)?).to_string(),
            name: row.get(2)?,
            site: row.get(3)?,
            last_seen_ms: row.get(4)?,
            struck: row.get(5)?,
            through: None,
            epochs: Vec::new(),
            forks: Vec::new(),
        };
        Ok((row.get::<_, i64>(0)?, status))
    })?;
    let mut statuses = Vec::new();
    for row in rows {
        let (no, mut status) = row?;
        status.epochs = epochs(connection, no)?;
        status.forks = forks(connection, no)?;
        statuses.push(status);
    }
    Ok(statuses)
}

fn epochs(connection: &Connection, device: i64) -> Result<Vec<EpochStatus>, StoreError> {
    let mut refused = by_epoch(
        connection,
        "SELECT COALESCE(epoch, ''), seq, id, why FROM set_aside WHERE device = ?1 ORDER BY no",
        device,
    )?;
    let mut invalid = by_epoch(
        connection,
        "SELECT e.epoch, r.seq, r.id, o.why FROM opinion o JOIN record r ON o.record = r.no JOIN epoch e ON r.epoch = e.no
         WHERE e.device = ?1 ORDER BY r.no",
        device,
    )?;
    let mut find = connection.prepare_cached(
        "SELECT e.epoch, COUNT(r.no), MIN(r.seq), MAX(r.seq) FROM epoch e LEFT JOIN record r ON r.epoch = e.no
         WHERE e.device = ?1 GROUP BY e.no ORDER BY e.no",
    )?;
    let rows = find.query_map([device], |row| {
        let epoch: String = row.get(0)?;
        Ok(EpochStatus {
            stored: unsigned(row.get(1)?),
            first_seq: row.get::<_, Option<i64>>(2)?.map(unsigned),
            last_seq: row.get::<_, Option<i64>>(3)?.map(unsigned),
            refused: refused.remove(&epoch).unwrap_or_default(),
            invalid: invalid.remove(&epoch).unwrap_or_default(),
            epoch,
        })
    })?;
    let mut epochs = rows.collect::<Result<Vec<_>, _>>()?;
    // What was set aside of epochs of which nothing else is known, or could not be read at all.
    epochs.extend(refused.into_iter().map(|(epoch, refused)| EpochStatus {
        epoch,
        stored: 0,
        first_seq: None,
        last_seq: None,
        refused,
        invalid: Vec::new(),
    }));
    Ok(epochs)
}

fn by_epoch(connection: &Connection, sql: &str, device: i64) -> rusqlite::Result<BTreeMap<String, Vec<Refused>>> {
    let mut found: BTreeMap<String, Vec<Refused>> = BTreeMap::new();
    let mut find = connection.prepare_cached(sql)?;
    let rows = find.query_map([device], |row| {
        let id = match row.get_ref(2)? {
            rusqlite::types::ValueRef::Blob(bytes) => {
                bytes.try_into().map(|id| xuedian_domain::id::RecordId(id).to_string()).unwrap_or_default()
            }
            other => other.as_str().unwrap_or_default().to_owned(),
        };
        Ok((row.get::<_, String>(0)?, Refused { seq: unsigned(row.get(1)?), id, why: row.get(3)? }))
    })?;
    for row in rows {
        let (epoch, refused) = row?;
        found.entry(epoch).or_default().push(refused);
    }
    Ok(found)
}

fn forks(connection: &Connection, device: i64) -> rusqlite::Result<Vec<Fork>> {
    let mut find = connection.prepare_cached(
        "SELECT e.epoch, f.at_seq, f.lost, f.two_boxes FROM fork f LEFT JOIN epoch e ON f.at_epoch = e.no
         WHERE f.device = ?1 ORDER BY f.no",
    )?;
    let rows = find.query_map([device], |row| {
        let epoch: Option<String> = row.get(0)?;
        let seq = unsigned(row.get(1)?);
        let at = epoch.map(|epoch| Position { epoch, seq });
        Ok(Fork { at, lost: unsigned(row.get(2)?), two_boxes: row.get(3)? })
    })?;
    rows.collect()
}
