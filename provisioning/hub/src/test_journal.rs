// SPDX-License-Identifier: GPL-3.0-or-later
//! A device's journal without a disk, for tests: cloning it is cloning the disk.

use serde_json::{Value, json};
use xuedian_domain::id::DeviceId;
use xuedian_protocol::{
    documents::{PointSettings, WordsEntry},
    signing::{DeviceKey, sha256_hex},
};

use crate::store::Device;

/// A journal of one device.
#[derive(Clone)]
pub(crate) struct TestJournal {
    device: DeviceId,
    head: Option<(String, u64, String)>,
    boot: u64,
    opened: bool,
    pub now_ms: i64,
}

/// A line and its hash.
pub(crate) type Line = (String, String);

impl TestJournal {
    pub fn new(key: &DeviceKey) -> Self {
        Self { device: key.device(), head: None, boot: 1, opened: false, now_ms: 1_764_000_000_000 }
    }

    /// The machine boots: the next record opens an epoch. `n` makes boots of clones differ.
    pub fn boot(&mut self, n: u64) {
        self.boot = n;
        self.opened = false;
    }

    /// Appends a record; with `epoch-opened` before it after a boot.
    pub fn append(&mut self, kind: &str, body: &Value) -> Vec<Line> {
        let mut lines = Vec::new();
        if !self.opened {
            self.opened = true;
            let parent = self.head.as_ref().map(|(epoch, seq, hash)| json!({"epoch": epoch, "seq": seq, "hash": hash}));
            let epoch = format!("{:032x}", self.boot);
            let opened = json!({"parent": parent, "boot": uuid(self.boot, 0), "software": "test"});
            lines.push(self.next(&epoch, "epoch-opened", &opened));
        }
        let epoch = self.head.as_ref().map(|(epoch, ..)| epoch.clone()).expect("an epoch was opened");
        lines.push(self.next(&epoch, kind, body));
        lines
    }

    /// Appends some records of a kind that says little.
    pub fn some(&mut self, count: u64) -> Vec<Line> {
        (0..count)
            .flat_map(|n| self.append("fault", &json!({"part": "reader", "began": true, "detail": n.to_string()})))
            .collect()
    }

    fn next(&mut self, epoch: &str, kind: &str, body: &Value) -> Line {
        let (seq, prev) = self.head.as_ref().map_or((1, "0".repeat(64)), |(_, seq, hash)| (seq + 1, hash.clone()));
        self.now_ms += 1_000;
        let record = json!({
            "v": 1, "device": self.device.to_string(), "epoch": epoch, "seq": seq, "id": uuid(self.boot, seq),
            "boot": uuid(self.boot, 0), "mono_ms": seq * 1_000, "wall_ms": self.now_ms, "clock": "synced",
            "kind": kind, "body": body, "prev": prev,
        });
        let line = serde_json_canonicalizer::to_string(&record).expect("text keys and whole numbers only");
        let hash = sha256_hex(line.as_bytes());
        self.head = Some((epoch.to_owned(), seq, hash.clone()));
        (hash, line)
    }
}

/// A UUID of version 7 for the `seq`th record of a boot.
pub(crate) fn uuid(boot: u64, seq: u64) -> String {
    format!("{:08x}-{:04x}-7000-8000-{:012x}", boot & 0xffff_ffff, (seq >> 48) & 0xffff, seq & 0xffff_ffff_ffff)
}

/// The text of a batch.
pub(crate) fn text(lines: &[Line]) -> String {
    lines.iter().map(|(hash, line)| format!("{hash} {line}\n")).collect()
}

/// A device of some point.
pub(crate) fn device(key: &DeviceKey) -> Device {
    let site = xuedian_domain::id::SiteId([1; 16]);
    let settings = PointSettings {
        site,
        site_name: WordsEntry { zh: "梧桐里社区学习点".into(), en: "Parasol Lane".into() },
        name: "一号机".into(),
        rooms: vec![],
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
    Device {
        key: key.public(),
        name: "一号机".into(),
        site,
        rooms: vec![],
        settings,
        struck: false,
        last_seen_ms: None,
    }
}
