// SPDX-License-Identifier: GPL-3.0-or-later
//! From a card in the field to the word "signed in" on the screen, the record on the disk.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use jiff::Timestamp;
use serde_json::json;
use xuedian_journal::JournalReader;
use xuedian_kit::torture::{Chance, agreed};

use crate::Plan;
use crate::bare_insert::BareTable;
use crate::district::{PATIENCE, Point};
use crate::film;
use crate::picture::Area;
use crate::process::{mb, pss_kb, stolen};
use crate::report::Section;
use crate::spread::Spread;
use crate::tap_log::{self, Logged};
use crate::watch;

/// Where a result has its words, on a screen that shows nothing else.
const WORDS: Area = Area { x: 430, y: 110, width: 800, height: 400, step: 4 };
/// Where the band over a film has its words.
const BAND: Area = Area { x: 140, y: 8, width: 700, height: 96, step: 2 };
/// How long the screen is watched after a card was put.
const WATCH: Duration = Duration::from_millis(700);
/// From one card to the next at least, and by chance so much more.
const NEXT: (Duration, u64) = (Duration::from_millis(1200), 100);
/// Cards of a burst, and the time from one to the next.
const BURST: (usize, Duration) = (40, Duration::from_secs(1));
/// Films are shorter than this many taps.
const TAPS_TO_ONE_FILM: usize = 40;

/// What was measured of some taps.
#[derive(Debug, Default)]
struct Taps {
    accepted: Vec<Duration>,
    bare: Vec<Duration>,
    logged: Vec<Logged>,
    missed: usize,
    lost: usize,
}

/// Measures taps at rest, taps over a film, and a burst.
pub fn measure(plan: &Plan) -> Result<Section> {
    let count = plan.number(210, 15);
    let mut section = Section::new(
        "A tap",
        "A card of a learner comes into the field of the emulated reader; the class runs; the kiosk signs in. Measured from the \
         card's coming to the last change of the words on the screen, each card another learner, 1.2 to 1.3 s apart. \"Read to kept\" \
         is from the reader's door (which by then has looked 30 ms for a second card) until the director knows that the record is \
         on the disk; its baseline is a bare SQLite insert (WAL, FULL) of the same lines into the same folder, one after each tap.",
    );
    let stolen_before = stolen()?;
    let mut point = Point::start(count)?;
    let idle = point.taps(&point.cards()?[..count], WORDS, count)?;
    at_rest(&mut section, "idle", &idle);
    let kiosk = point.kiosk.program().id();
    let before = pss_kb(kiosk)?;
    drop(point);

    let mut point = Point::start(count + BURST.0)?;
    let cards = point.cards()?;
    let mut playing = Taps::default();
    for some in cards[..count].chunks(TAPS_TO_ONE_FILM) {
        film::begin(&point)?;
        playing.add(point.taps(some, BAND, count)?);
        film::end(&point)?;
    }
    at_rest(&mut section, "720p plays", &playing);
    let missed = point.burst(&cards[count..count + BURST.0])?;
    section.promise("40 cards, one a second", format!("{missed} missed"), "0 missed", missed == 0);
    let kiosk = point.kiosk.program().id();
    let taken = stolen()?.saturating_sub(stolen_before);
    section.fact("taken away by the host meanwhile, all cores", format!("{:.1} s", taken.as_secs_f64()));
    let what = format!("memory (PSS) after {count} taps at rest; after {count} taps and films, and the burst");
    section.fact(&what, format!("{}; {}", mb(before), mb(pss_kb(kiosk)?)));
    Ok(section)
}

fn at_rest(section: &mut Section, when: &str, taps: &Taps) {
    let accepted = Spread::of(taps.accepted.iter().copied());
    section.at_most(&format!("card to accepted, {when}: p50"), accepted.p50(), Duration::from_millis(120));
    section.at_most(&format!("card to accepted, {when}: p99"), accepted.p99(), Duration::from_millis(200));
    section.fact(&format!("all, {when}"), format!("{accepted}; {} not seen on the screen", taps.missed));
    section.promise(&format!("cards whose record was not there after 0.7 s, {when}"), taps.lost, "0", taps.lost == 0);
    let keeping = Spread::of(taps.logged.iter().map(|tap| tap.keeping));
    let bare = Spread::of(taps.bare.iter().copied());
    let ratio = keeping.p99().as_secs_f64() / bare.p99().as_secs_f64().max(f64::EPSILON);
    section.promise(
        &format!("read to kept, {when}: p99 to that of a bare insert"),
        format!("{ratio:.2}"),
        "at most 3",
        ratio <= 3.0,
    );
    section.fact(&format!("read to kept, {when}"), keeping);
    section.fact(&format!("bare insert, {when}"), bare);
    let looking = Spread::of(taps.logged.iter().map(|tap| tap.looking));
    section.fact(&format!("looking for a second card, {when}"), looking);
}

impl Taps {
    fn add(&mut self, more: Self) {
        self.accepted.extend(more.accepted);
        self.bare.extend(more.bare);
        self.logged.extend(more.logged);
        self.missed += more.missed;
        self.lost += more.lost;
    }
}

impl Point {
    /// Taps with each card and watches what comes of it.
    fn taps(&self, cards: &[String], area: Area, seed: usize) -> Result<Taps> {
        let mut chance = Chance::new(seed as u64);
        let bare =
            BareTable::create(&self.district.kiosk(1).join(format!("bare-{}.db", Timestamp::now().as_millisecond())))?;
        let journal = JournalReader::open(&self.kiosk.data())?;
        let mut seq = journal.count()?;
        let mut taps = Taps::default();
        let from = Timestamp::now();
        for card in cards {
            let put = Instant::now();
            self.kiosk.reader.ask(&json!({"do": "put", "uid": card, "ms": 500}))?;
            match watch::last_change(&self.display, area, put + WATCH)? {
                Some(last) => taps.accepted.push(last - put),
                None => taps.missed += 1,
            }
            let records = journal.read_after(None, seq, 100, 1 << 20)?;
            seq += records.len() as u64;
            if records.is_empty() {
                taps.lost += 1;
            } else {
                taps.bare.push(bare.insert(&records)?);
            }
            let pause = NEXT.0 + Duration::from_millis(chance.below(NEXT.1));
            std::thread::sleep(pause.saturating_sub(put.elapsed()));
        }
        taps.logged = tap_log::taps(&self.log(), from, Timestamp::now())?;
        Ok(taps)
    }

    /// One card a second, each on the reader for a moment; says how many were not signed in.
    fn burst(&self, cards: &[String]) -> Result<usize> {
        let before = self.kiosk.records("check-in")?.len();
        let begun = Instant::now();
        for (card, place) in cards.iter().zip(0_u32..) {
            std::thread::sleep((BURST.1 * place).saturating_sub(begun.elapsed()));
            self.kiosk.reader.ask(&json!({"do": "put", "uid": card, "ms": 500}))?;
        }
        std::thread::sleep(BURST.1);
        agreed(&self.kiosk, &self.hub, PATIENCE).context("after the burst")?;
        Ok((before + cards.len()).saturating_sub(self.kiosk.records("check-in")?.len()))
    }
}
