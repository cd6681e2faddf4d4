// SPDX-License-Identifier: GPL-3.0-or-later
//! What happened at the first kiosk before a visitor came: last week's class, and the class that is about to end has people in it.
//!
//! Real records in the kiosk's real journal, of earlier boots. They are sent and settled like any others.

use std::path::Path;

use anyhow::{Context, Result};
use uuid::{NoContext, Timestamp, Uuid};
use xuedian_domain::id::{DeviceId, LearnerId, SessionId};
use xuedian_domain::record::{Hand, Kind, Presence};
use xuedian_journal::{Clock, Draft, Journal, Stamp};
use xuedian_protocol::documents::{Agenda, SessionEntry};
use xuedian_protocol::records::encode;

use super::agenda::{LAST_WEEK, due, last_week_id, session_id};
use super::people::Person;
use super::table::id16;

/// The class with people in it.
const CLASS: &str = "a02";
/// How many of its roll have come; the next two are late and will not.
const CAME: usize = 14;
/// The first came so long before the start, milliseconds.
const FIRST_MS: i64 = 8 * 60_000;
/// And one after the other, milliseconds.
const APART_MS: i64 = 45_000;
/// They went so long after the end, milliseconds.
const WENT_MS: i64 = 60_000;
/// The box was switched on so long before the first came, milliseconds.
const SWITCHED_ON_MS: i64 = 30 * 60_000;

/// Writes last week's class and this morning into the journal of a kiosk that has none yet.
pub fn morning(data: &Path, device: DeviceId, agenda: &Agenda, people: &[Person]) -> Result<()> {
    let software = concat!("xuedian demo ", env!("CARGO_PKG_VERSION"));
    let (journal, _) = Journal::open(data, &device.to_string(), software).context("the first kiosk's journal")?;
    let mut diary = Diary { journal, device };
    let find =
        |id: SessionId| agenda.sessions.iter().find(|session| session.session == id).context("a class of the demo");
    diary.attended(find(last_week_id())?, &due(LAST_WEEK, people), true)?;
    let roll = due(CLASS, people);
    diary.attended(find(session_id(CLASS))?, &roll[..CAME.min(roll.len())], false)
}

struct Diary {
    journal: Journal,
    device: DeviceId,
}

impl Diary {
    /// These people came, and went again at the end if it has ended.
    fn attended(&mut self, session: &SessionEntry, people: &[&Person], ended: bool) -> Result<()> {
        let (class, how) = (session.session, Hand::Card);
        let end_ms = session.start_ms + i64::from(session.minutes) * 60_000;
        for (person, place) in people.iter().zip(0..) {
            let learner = LearnerId(person.id());
            let came = Presence::CheckIn { learner, session: class, how, sits_in: false };
            self.record(session.start_ms, session.start_ms - FIRST_MS + place * APART_MS, came)?;
        }
        for (person, place) in people.iter().zip(0..).filter(|_| ended) {
            let learner = LearnerId(person.id());
            let went = Presence::CheckOut { learner, session: class, how, early: false };
            self.record(session.start_ms, end_ms + WENT_MS + place * APART_MS, went)?;
        }
        Ok(())
    }

    /// In the boot of the day of the session that began at `start_ms`.
    fn record(&mut self, start_ms: i64, wall_ms: i64, presence: Presence) -> Result<()> {
        let boot = Uuid::from_bytes(id16(&format!("boot {} {start_ms}", self.device))).to_string();
        let mono_ms = u64::try_from(wall_ms - start_ms + FIRST_MS + SWITCHED_ON_MS)?;
        let stamp = Stamp { boot, mono_ms, wall_ms, clock: Clock::Synced };
        let (kind, body) = encode(&Kind::Presence(presence));
        self.journal.append(&stamp, &[Draft { id: id_at(wall_ms)?, kind: kind.to_owned(), body }])?;
        Ok(())
    }
}

/// A UUID of version 7 as it would have been drawn then.
fn id_at(wall_ms: i64) -> Result<String> {
    let ms = u64::try_from(wall_ms).context("a time after 1970")?;
    let nanos = u32::try_from(ms % 1000 * 1_000_000)?;
    Ok(Uuid::new_v7(Timestamp::from_unix(NoContext, ms / 1000, nanos)).to_string())
}
