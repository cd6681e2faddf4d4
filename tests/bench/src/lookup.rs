// SPDX-License-Identifier: GPL-3.0-or-later
//! How long a card takes to be known among 80,000 and a million learners.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use xuedian_domain::{card::CardToken, id::LearnerId};
use xuedian_engine::roster_store::{Head, RosterStore};
use xuedian_protocol::text::hex;

use crate::Plan;
use crate::report::Section;
use crate::spread::{Spread, shown};

/// Looked up for one figure, each a card of another person.
const LOOKUPS: u64 = 20_000;
/// Looked up after the files left the system's cache.
const COLD: u64 = 500;

/// Measures both districts.
pub fn measure(plan: &Plan) -> Result<Section> {
    let mut section = Section::new(
        "A card is looked up",
        "The kiosk's own look-up over its look-up files, each card another person's, in random order. Warm: the second of two \
         rounds of 20,000. Cold: the system was told to forget the files (POSIX_FADV_DONTNEED) and the look-up was opened anew; \
         the first 500 then meet the disk again and again.",
    );
    for (people, bound) in [(80_000, 100), (plan.number(1_000_000, 200_000), 200)] {
        let district = District::of(people)?;
        let (first, cold) = district.cold()?;
        let mut reader = district.store.people();
        district.round(&mut reader, LOOKUPS)?;
        let warm = district.round(&mut reader, LOOKUPS)?;
        section.at_most(&format!("{people} learners, warm: p99"), warm.p99(), Duration::from_micros(bound));
        section.fact(&format!("{people} learners, warm"), warm);
        section.fact(&format!("{people} learners, cold"), format!("first {}; {cold}", shown(first)));
        section.fact(
            &format!("{people} learners, taken over"),
            format!("{}, {} MB", shown(district.taken_over), district.bytes()? >> 20),
        );
    }
    Ok(section)
}

struct District {
    people: u64,
    folder: tempfile::TempDir,
    store: RosterStore,
    taken_over: Duration,
}

impl District {
    fn of(people: u64) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let store = RosterStore::open(folder.path())?;
        let head = Head { hub_epoch: String::new(), counter: 1 };
        let lines = BufReader::new(Lines { next: 0, end: people, rest: Vec::new() });
        let began = Instant::now();
        store.whole_roster(lines, &head, || Ok(()))?;
        Ok(Self { people, folder, store, taken_over: began.elapsed() })
    }

    fn bytes(&self) -> Result<u64> {
        let files = std::fs::read_dir(self.folder.path())?;
        files.map(|file| Ok(file?.metadata()?.len())).sum()
    }

    /// The first look-up and those after it, once the files are on the disk only.
    fn cold(&self) -> Result<(Duration, Spread)> {
        for file in std::fs::read_dir(self.folder.path())? {
            forget(&file?.path())?;
        }
        let mut reader = self.store.people();
        let began = Instant::now();
        reader.by_token(&token(self.people / 2))?;
        let first = began.elapsed();
        Ok((first, self.round(&mut reader, COLD)?))
    }

    fn round(&self, reader: &mut xuedian_engine::roster_store::People, lookups: u64) -> Result<Spread> {
        let mut times = Vec::new();
        for n in 0..lookups {
            let token = token(n.wrapping_mul(7919) % self.people);
            let began = Instant::now();
            let found = reader.by_token(&token)?;
            times.push(began.elapsed());
            ensure!(found.len() == 1, "{} owners of one card", found.len());
        }
        Ok(Spread::of(times))
    }
}

fn forget(path: &Path) -> Result<()> {
    let file = File::open(path)?;
    // What is not written yet cannot be forgotten.
    file.sync_all()?;
    Ok(rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed)?)
}

fn token(person: u64) -> CardToken {
    CardToken { key: 1, mac: spread(person) }
}

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

/// One person of a roster.
fn line(n: u64) -> String {
    let (id, mac) = (LearnerId(spread(n ^ (1 << 60))), hex(&spread(n)));
    let (tail, initial) = (n % 100, char::from(b'a' + u8::try_from(n % 26).unwrap_or(0)));
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
