// SPDX-License-Identifier: GPL-3.0-or-later
//! How long a card takes to be known among 80,000 and a million learners. A measurement, run on demand:
//! `cargo test --release -p xuedian-engine --test documents_lookup_speed -- --ignored --nocapture`
#![expect(clippy::unwrap_used, reason = "a measurement may panic")]

use std::{
    io::{BufReader, Read},
    time::{Duration, Instant},
};

use xuedian_domain::{card::CardToken, id::LearnerId};
use xuedian_engine::roster_store::{Head, RosterStore};
use xuedian_protocol::text::hex;

/// Looked up for the figure, each a card of another person.
const LOOKUPS: usize = 20_000;

/// Spreads numbers evenly, as a keyed hash does.
fn spread(n: u64) -> [u8; 16] {
    let mut bytes = [0; 16];
    let mut state = n.wrapping_add(0x9e37_79b9_7f4a_7c15);
    for eight in bytes.chunks_mut(8) {
        state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        state ^= state >> 31;
        eight.copy_from_slice(&state.to_le_bytes());
    }
    bytes
}

fn line(n: u64) -> String {
    let (id, mac) = (LearnerId(spread(n ^ (1 << 60))), hex(&spread(n)));
    let (tail, initial) = (n % 100, char::from(b'a' + u8::try_from(n % 26).unwrap()));
    format!(
        r#"{{"learner":{{"learner":"{id}","mask":"王*珍","tail":"{tail:02}","initials":["{initial}sz"],"born":1951,"kinds":["retired"],"cards":[{{"token":"1:{mac}","class":{{"uid_len":4,"sak":8,"atqa":4}},"state":"active"}}],"prefers":{{"type_size":"large"}}}}}}"#
    ) + "\n"
}

/// The lines of a roster, made as they are read.
struct Lines {
    next: u64,
    end: u64,
    rest: Vec<u8>,
}

impl Read for Lines {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        if self.rest.is_empty() && self.next < self.end {
            self.rest = line(self.next).into_bytes();
            self.next += 1;
        }
        let n = self.rest.len().min(into.len());
        into[..n].copy_from_slice(&self.rest[..n]);
        self.rest.drain(..n);
        Ok(n)
    }
}

fn measure(people: u64, most: Duration) {
    let folder = tempfile::tempdir().unwrap();
    let store = RosterStore::open(folder.path()).unwrap();
    let head = Head { hub_epoch: String::new(), counter: 1 };
    let began = Instant::now();
    store.whole_roster(BufReader::new(Lines { next: 0, end: people, rest: vec![] }), &head, || Ok(())).unwrap();
    let import = began.elapsed();
    let bytes: u64 =
        std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().metadata().unwrap().len()).sum();
    let mut reader = store.people();
    let began = Instant::now();
    assert_eq!(reader.by_token(&CardToken { key: 1, mac: spread(7) }).unwrap().len(), 1);
    let first = began.elapsed();
    let mut round = || {
        let mut times: Vec<Duration> = (0..LOOKUPS as u64)
            .map(|n| {
                let token = CardToken { key: 1, mac: spread(n.wrapping_mul(7919) % people) };
                let began = Instant::now();
                let found = reader.by_token(&token).unwrap();
                let took = began.elapsed();
                assert_eq!(found.len(), 1);
                took
            })
            .collect();
        times.sort_unstable();
        (times[LOOKUPS / 2], times[LOOKUPS * 99 / 100])
    };
    let cold = round();
    let warm = round();
    println!(
        "{people} learners: import {import:.1?}, {} MB, first {first:.0?}, cold p50 {:.0?} p99 {:.0?}, warm p50 {:.0?} p99 {:.0?}",
        bytes >> 20,
        cold.0,
        cold.1,
        warm.0,
        warm.1
    );
    assert!(warm.1 <= most, "p99 {:?} is more than {most:?}", warm.1);
}

#[test]
#[ignore = "a measurement, for a release build on a quiet machine"]
fn eighty_thousand() {
    measure(80_000, Duration::from_micros(100));
}

#[test]
#[ignore = "a measurement, for a release build on a quiet machine"]
fn a_million() {
    measure(1_000_000, Duration::from_micros(200));
}
