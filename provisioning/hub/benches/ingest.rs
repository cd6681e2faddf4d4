// SPDX-License-Identifier: GPL-3.0-or-later
//! How fast the hub keeps a backlog, beside a bare batched insert of the same bytes in the same run.
//! `cargo bench -p xuedian-hub --bench ingest [-- RECORDS]`

use std::{path::Path, time::Instant};

use anyhow::{Context as _, ensure};
use serde_json::json;
use xuedian_domain::id::{RoomId, SiteId};
use xuedian_hub::store::{Device, Devices as _, Ingest, Records as _, sqlite::SqliteStore};
use xuedian_protocol::{
    documents::{PointSettings, WordsEntry},
    signing::{DeviceKey, sha256_hex},
    wire::{BatchLine, pack, routes::MOST_BATCH_BYTES, unpack},
};

/// Records, unless the command line says otherwise.
const RECORDS: u64 = 100_000;
/// Records of a batch: what a kiosk begins with, and what it grows to.
const BATCHES: [usize; 2] = [100, 1_000];

fn main() -> anyhow::Result<()> {
    let records = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(RECORDS);
    let key = DeviceKey::from_seed(&[1; 32]);
    let lines = journal(&key, records)?;
    let bytes: usize = lines.iter().map(|(_, line)| line.len()).sum();
    println!("{records} records, {bytes} bytes of lines");
    for batch in BATCHES {
        let folder = tempfile::tempdir()?;
        let raw = raw(folder.path(), &lines, batch)?;
        let (kept, again) = hub(folder.path(), &key, &lines, batch)?;
        let rate = |seconds: f64| records as f64 / seconds;
        println!(
            "batches of {batch}: bare insert {:.0}/s, hub {:.0}/s, ratio {:.2}; replay {:.0}/s",
            rate(raw),
            rate(kept),
            raw / kept,
            rate(again)
        );
    }
    Ok(())
}

/// A table of the same bytes with its key, WAL and FULL, one transaction a batch.
fn raw(folder: &Path, lines: &[(String, String)], batch: usize) -> anyhow::Result<f64> {
    let connection = rusqlite::Connection::open(folder.join("raw.db"))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection
        .execute_batch("CREATE TABLE line (no INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, line TEXT NOT NULL)")?;
    let began = Instant::now();
    for lines in lines.chunks(batch) {
        let transaction = connection.unchecked_transaction()?;
        for (_, line) in lines {
            let id = line.split_once("\"id\":\"").and_then(|(_, rest)| rest.get(..36)).context("an id")?;
            transaction.prepare_cached("INSERT INTO line (id, line) VALUES (?1, ?2)")?.execute((id, line))?;
        }
        transaction.commit()?;
    }
    Ok(began.elapsed().as_secs_f64())
}

/// What the hub does with a packed body: unpack, check each line in its chain, keep; then all of it once more.
fn hub(folder: &Path, key: &DeviceKey, lines: &[(String, String)], batch: usize) -> anyhow::Result<(f64, f64)> {
    let store = SqliteStore::open(&folder.join("hub.db"))?;
    store.put_device(&device(key))?;
    let packed = |lines: &[(String, String)]| pack(lines.iter().map(|(hash, line)| BatchLine { hash, line }));
    let bodies = lines.chunks(batch).map(packed).collect::<Result<Vec<_>, _>>()?;
    let mut seconds = [0.0; 2];
    for (n, seconds) in seconds.iter_mut().enumerate() {
        let began = Instant::now();
        let mut new = 0;
        for body in &bodies {
            let text = unpack(body, MOST_BATCH_BYTES)?;
            match store.ingest(key.device(), &text, 1)? {
                Ingest::Kept { stored, .. } => new += stored,
                Ingest::Gap => anyhow::bail!("a gap"),
            }
        }
        *seconds = began.elapsed().as_secs_f64();
        ensure!(new == if n == 0 { lines.len() as u64 } else { 0 }, "{new} new records");
    }
    Ok((seconds[0], seconds[1]))
}

fn journal(key: &DeviceKey, records: u64) -> anyhow::Result<Vec<(String, String)>> {
    let device = key.device().to_string();
    let mut prev = "0".repeat(64);
    let mut lines = Vec::new();
    for seq in 1..=records {
        let (kind, body) = if seq == 1 {
            ("epoch-opened", json!({"parent": null, "boot": "b", "software": "bench"}))
        } else {
            let learner = format!("0190c0de-0000-7000-8000-{:012x}", seq % 200);
            let session = "0190c0de-0000-7000-8000-00000000abcd";
            ("check-in", json!({"learner": learner, "session": session, "how": "card", "sits_in": false}))
        };
        let record = json!({
            "v": 1, "device": device, "epoch": "00112233445566778899aabbccddeeff", "seq": seq,
            "id": format!("{:08x}-{:04x}-7000-8000-{:012x}", 0x0190_c0de_u32, 0, seq),
            "boot": "b0070000-0000-4000-8000-000000000001", "mono_ms": seq * 1_000, "wall_ms": 1_795_309_200_000_u64 + seq,
            "clock": "synced", "kind": kind, "body": body, "prev": prev,
        });
        let line = serde_json_canonicalizer::to_string(&record).context("a line")?;
        prev = sha256_hex(line.as_bytes());
        lines.push((prev.clone(), line));
    }
    Ok(lines)
}

fn device(key: &DeviceKey) -> Device {
    let site = SiteId([1; 16]);
    let settings = PointSettings {
        site,
        site_name: WordsEntry::default(),
        name: String::new(),
        rooms: Vec::<RoomId>::new(),
        language: "zh".into(),
        time_zone: "Asia/Shanghai".into(),
        volume: 60,
        silent: false,
        hours: vec![],
        double_tap_s: 60,
        visit_s: 60,
        telephone: None,
        release: None,
    };
    Device { key: key.public(), name: "bench".into(), site, rooms: vec![], settings, struck: false, last_seen_ms: None }
}
