// SPDX-License-Identifier: GPL-3.0-or-later
//! Devices of the district, and which of their requests were seen.

use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params};
use xuedian_domain::id::{DeviceId, RoomId};

use super::{SqliteStore, signed, unreadable, unsigned};
use crate::store::{Device, Devices, StoreError, Window};

/// Stretches of requests that are remembered for each device, the newest ones.
const WINDOWS: i64 = 200;

impl Devices for SqliteStore {
    fn put_device(&self, device: &Device) -> Result<(), StoreError> {
        let rooms: Vec<String> = device.rooms.iter().map(ToString::to_string).collect();
        let settings =
            serde_json::to_string(&device.settings).map_err(|why| unreadable("settings")(why.to_string()))?;
        self.writer().execute(
            "INSERT INTO device (id, key, name, site, rooms, settings, struck, last_seen_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, site = excluded.site, rooms = excluded.rooms,
             settings = excluded.settings, struck = excluded.struck",
            params![
                device.key.device().0,
                device.key.to_string(),
                device.name,
                device.site.to_string(),
                rooms.join(" "),
                settings,
                device.struck,
                device.last_seen_ms
            ],
        )?;
        Ok(())
    }

    fn device(&self, id: DeviceId) -> Result<Option<Device>, StoreError> {
        let connection = self.reader();
        let mut find = connection.prepare_cached(
            "SELECT key, name, site, rooms, settings, struck, last_seen_ms FROM device WHERE id = ?1",
        )?;
        find.query_row([id.0], columns).optional()?.map(read).transpose()
    }

    fn devices(&self) -> Result<Vec<Device>, StoreError> {
        let connection = self.reader();
        let mut find = connection
            .prepare_cached("SELECT key, name, site, rooms, settings, struck, last_seen_ms FROM device ORDER BY no")?;
        let rows = find.query_map([], columns)?.collect::<Result<Vec<_>, _>>()?;
        rows.into_iter().map(read).collect()
    }

    fn put_windows(&self, windows: &[Window]) -> Result<(), StoreError> {
        let mut connection = self.writer();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for window in windows {
            put_window(&transaction, window)?;
        }
        Ok(transaction.commit()?)
    }

    fn windows(&self, id: DeviceId) -> Result<Vec<Window>, StoreError> {
        let connection = self.reader();
        let mut find = connection.prepare_cached(
            "SELECT epoch, highest, seen, at_ms FROM window WHERE device = ?1 ORDER BY at_ms DESC LIMIT ?2",
        )?;
        let rows = find.query_map(params![id.0, WINDOWS], |row| {
            Ok(Window {
                device: id,
                epoch: row.get(0)?,
                highest: unsigned(row.get(1)?),
                seen: row.get::<_, i64>(2)?.cast_unsigned(),
                at_ms: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn put_window(connection: &Connection, window: &Window) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO window (device, epoch, highest, seen, at_ms) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (device, epoch) DO UPDATE SET highest = excluded.highest, seen = excluded.seen, at_ms = excluded.at_ms",
        )?
        .execute(params![
            window.device.0,
            window.epoch,
            signed(window.highest),
            window.seen.cast_signed(),
            window.at_ms
        ])?;
    connection
        .prepare_cached("UPDATE device SET last_seen_ms = MAX(COALESCE(last_seen_ms, ?2), ?2) WHERE id = ?1")?
        .execute(params![window.device.0, window.at_ms])?;
    Ok(())
}

type Columns = (String, String, String, String, String, bool, Option<i64>);

fn columns(row: &Row<'_>) -> rusqlite::Result<Columns> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?))
}

fn read((key, name, site, rooms, settings, struck, last_seen_ms): Columns) -> Result<Device, StoreError> {
    let bad = unreadable("device");
    let rooms: Result<Vec<RoomId>, _> = rooms.split_whitespace().map(str::parse).collect();
    Ok(Device {
        key: key.parse().map_err(|why| bad(format!("{why}")))?,
        name,
        site: site.parse().map_err(|why| bad(format!("{why}")))?,
        rooms: rooms.map_err(|why| bad(format!("{why}")))?,
        settings: serde_json::from_str(&settings).map_err(|why| bad(why.to_string()))?,
        struck,
        last_seen_ms,
    })
}
