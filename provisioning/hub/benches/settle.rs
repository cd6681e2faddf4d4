// SPDX-License-Identifier: GPL-3.0-or-later
//! How long the hub takes to read, settle and publish what a district has recorded, at first and after one more batch.
//! `cargo bench -p xuedian-hub --bench settle [-- SESSIONS]`

use std::{sync::Arc, time::Instant};

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use xuedian_domain::id::{ActivityId, LearnerId, RoomId, SessionId, SiteId};
use xuedian_hub::{clock::SystemClock, documents::text, hub::Hub, pairing::Assignment, store::Ingest};
use xuedian_protocol::{
    documents::{
        Agenda, DocumentKind, KindWord, PolicyWord, RoomEntry, SeriesEntry, SessionEntry, SiteEntry, WordsEntry,
    },
    signing::{DeviceKey, sha256_hex},
};

/// Sessions of 50 people each, unless the command line says otherwise.
const SESSIONS: u64 = 1_000;
/// People of a session; each taps in and out.
const PEOPLE: u64 = 50;
/// Learners of the district.
const LEARNERS: u64 = 8_000;
/// The first session, milliseconds since 1970: 2026-01-05 09:00 in Shanghai. The others follow, four a day.
const FIRST_MS: i64 = 1_767_574_800_000;
/// Between two sessions, milliseconds.
const APART_MS: i64 = 6 * 3_600_000;
/// Records of a batch.
const BATCH: usize = 1_000;

fn main() -> anyhow::Result<()> {
    let sessions = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(SESSIONS);
    let folder = tempfile::tempdir()?;
    let hub = Hub::open(folder.path(), "Asia/Shanghai", Arc::new(SystemClock))?;
    hub.store.put_text(text::AGENDA, &serde_json::to_string(&agenda(sessions))?)?;
    hub.put_rules(include_str!("../../../tests/fixtures/rules/yinxing.toml"))?;
    let key = DeviceKey::from_seed(&[1; 32]);
    hub.enrol(key.public(), &Assignment { site: "点".into(), name: "k".into(), rooms: vec![] })?;
    let lines = journal(&key, sessions)?;
    let (last, first) = lines.split_last_chunk::<100>().map(|(first, last)| (last, first)).context("100 records")?;
    for batch in first.chunks(BATCH) {
        keep(&hub, &key, batch)?;
    }
    let began = Instant::now();
    hub.publish_standing()?;
    let at_first = began.elapsed();
    keep(&hub, &key, last)?;
    let began = Instant::now();
    hub.publish_standing()?;
    let again = began.elapsed();
    let standing = hub.store.versions(DocumentKind::Standing, "district", 1)?;
    let bytes = standing.first().context("a standing")?.full.bytes;
    println!("{} records, standing of {bytes} bytes: at first {at_first:.2?}, after 100 more {again:.2?}", lines.len());
    Ok(())
}

fn keep(hub: &Hub, key: &DeviceKey, lines: &[(String, String)]) -> anyhow::Result<()> {
    let text: String = lines.iter().map(|(hash, line)| format!("{hash} {line}\n")).collect();
    let kept = hub.store.ingest(key.device(), &text, 1)?;
    ensure!(matches!(kept, Ingest::Kept { stored, .. } if stored == lines.len() as u64), "{kept:?}");
    Ok(())
}

fn id(kind: u8, n: u64) -> [u8; 16] {
    let mut id = [kind; 16];
    id[8..].copy_from_slice(&n.to_be_bytes());
    id
}

fn agenda(sessions: u64) -> Agenda {
    let words = |zh: &str| WordsEntry { zh: zh.into(), en: String::new() };
    let (site, room, activity) = (SiteId(id(1, 0)), RoomId(id(2, 0)), ActivityId(id(3, 0)));
    let session = |n: u64| SessionEntry {
        session: SessionId(id(4, n)),
        activity,
        number: 1,
        site,
        room,
        start_ms: start(n),
        minutes: 90,
        seats: 0,
        due: vec![],
        lessons: vec![],
        teacher: String::new(),
    };
    Agenda {
        sites: vec![SiteEntry {
            site,
            name: words("点"),
            certified: true,
            rooms: vec![RoomEntry { room, name: words("室"), seats: 0 }],
        }],
        series: vec![SeriesEntry {
            activity,
            title: words("班"),
            short: words("班"),
            kind: KindWord::Class,
            policy: PolicyWord::Class,
            times: 0,
        }],
        sessions: (0..sessions).map(session).collect(),
        notices: vec![],
    }
}

fn start(session: u64) -> i64 {
    FIRST_MS + i64::try_from(session).unwrap_or(0) * APART_MS
}

/// A journal of one epoch.
struct Writer {
    device: String,
    prev: String,
    lines: Vec<(String, String)>,
}

impl Writer {
    fn add(&mut self, wall_ms: i64, kind: &str, body: &Value) -> anyhow::Result<()> {
        let seq = self.lines.len() + 1;
        let record = json!({
            "v": 1, "device": self.device, "epoch": "00112233445566778899aabbccddeeff", "seq": seq,
            "id": format!("0190c0de-0000-7000-8000-{seq:012x}"), "boot": "b0070000-0000-4000-8000-000000000001",
            "mono_ms": wall_ms - FIRST_MS + 86_400_000, "wall_ms": wall_ms, "clock": "synced", "kind": kind, "body": body,
            "prev": self.prev,
        });
        let line = serde_json_canonicalizer::to_string(&record)?;
        self.prev = sha256_hex(line.as_bytes());
        self.lines.push((self.prev.clone(), line));
        Ok(())
    }
}

fn journal(key: &DeviceKey, sessions: u64) -> anyhow::Result<Vec<(String, String)>> {
    let mut writer = Writer { device: key.device().to_string(), prev: "0".repeat(64), lines: Vec::new() };
    writer.add(FIRST_MS, "epoch-opened", &json!({"parent": null, "boot": "b", "software": "bench"}))?;
    for n in 0..sessions {
        let session = SessionId(id(4, n)).to_string();
        for (kind, minutes, more) in [("check-in", -5, "sits_in"), ("check-out", 91, "early")] {
            for person in 0..PEOPLE {
                let learner = LearnerId(id(5, (n * 7 + person) % LEARNERS)).to_string();
                let body = json!({"learner": learner, "session": session, "how": "card", more: false});
                writer.add(start(n) + minutes * 60_000, kind, &body)?;
            }
        }
    }
    Ok(writer.lines)
}
