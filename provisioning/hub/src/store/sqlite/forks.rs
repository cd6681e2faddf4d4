// SPDX-License-Identifier: GPL-3.0-or-later
//! Places where a device's journal goes on in more than one way. Every branch is kept: each tap took place.

use rusqlite::{Connection, params};

/// A record was stored that may begin a branch: it hangs on `at` (epoch and number; none is the very beginning). It does begin one
/// when something else hangs there already. `new` is its number, and whether it opens an epoch.
pub(super) fn begun(
    connection: &Connection,
    device: i64,
    at: Option<(i64, i64)>,
    branch: i64,
    new: (i64, bool),
) -> rusqlite::Result<()> {
    let (seq, opens) = new;
    let other =
        match at {
            // Beside this record, another of the same number that is older, in whatever epoch.
            Some((epoch, at_seq)) => hangs_there(connection, device, epoch, at_seq, branch)?,
            None => connection
                .prepare_cached(
                    "SELECT COUNT(*) FROM record r JOIN epoch e ON r.epoch = e.no WHERE e.device = ?1 AND r.seq = 1",
                )?
                .query_row([device], |row| row.get::<_, i64>(0))?
                > 1,
        };
    if !other {
        return Ok(());
    }
    let same_epoch = at.is_some_and(|(epoch, _)| epoch == branch);
    // One that opens no epoch goes on beside a branch that is there already: both boxes are alive.
    let two_boxes = !opens;
    let lost: i64 = connection
        .prepare_cached(
            "SELECT COUNT(*) FROM record r JOIN epoch e ON r.epoch = e.no WHERE e.device = ?1 AND r.seq >= ?2 AND (e.no <> ?3 OR ?4)",
        )?
        .query_row(params![device, seq, branch, same_epoch], |row| row.get(0))?;
    let lost = if same_epoch { lost - 1 } else { lost };
    connection.execute(
        "INSERT INTO fork (device, at_epoch, at_seq, branch, lost, two_boxes) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (device, branch, at_seq) DO NOTHING",
        params![device, at.map(|(epoch, _)| epoch), at.map_or(0, |(_, at_seq)| at_seq), branch, lost, two_boxes],
    )?;
    Ok(())
}

/// Whether more than one record hangs on the record at `epoch`, `at_seq`.
fn hangs_there(connection: &Connection, device: i64, epoch: i64, at_seq: i64, branch: i64) -> rusqlite::Result<bool> {
    let in_epoch: i64 = connection
        .prepare_cached("SELECT COUNT(*) FROM record WHERE epoch = ?1 AND seq = ?2")?
        .query_row(params![epoch, at_seq + 1], |row| row.get(0))?;
    if in_epoch > 1 || (in_epoch == 1 && branch != epoch) {
        return Ok(true);
    }
    // Another epoch whose first record names the same parent.
    let mut others = connection.prepare_cached(
        "SELECT r.line FROM record r JOIN epoch e ON r.epoch = e.no WHERE e.device = ?1 AND e.no <> ?2 AND e.no <> ?3 AND r.seq = ?4",
    )?;
    let name: String = connection.query_row("SELECT epoch FROM epoch WHERE no = ?1", [epoch], |row| row.get(0))?;
    let lines = others.query_map(params![device, branch, epoch, at_seq + 1], |row| row.get::<_, String>(0))?;
    for line in lines {
        let line = line?;
        let parent = crate::ingest::Link::read(&line).ok().and_then(|link| link.parent.map(|p| p.epoch.into_owned()));
        if parent.as_deref() == Some(name.as_str()) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A new record was stored in an epoch. When a younger branch has left its line before it, both boxes are alive.
pub(super) fn grown(connection: &Connection, device: i64, at: Option<(i64, i64)>, epoch: i64) -> rusqlite::Result<()> {
    let Some((parent, parent_seq)) = at else { return Ok(()) };
    connection
        .prepare_cached(
            "UPDATE fork SET two_boxes = 1 WHERE device = ?1 AND branch <> ?2 AND ?3 < branch AND ?4 > at_seq AND two_boxes = 0",
        )?
        .execute(params![device, epoch, parent, parent_seq])?;
    Ok(())
}
