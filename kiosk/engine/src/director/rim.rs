// SPDX-License-Identifier: GPL-3.0-or-later
//! The way out: journal, doors, screen.

use std::sync::Arc;

use tokio::sync::{mpsc, watch};
use uuid::{NoContext, Timestamp, Uuid};
use xuedian_domain::{decide::Commit, id::RecordId, time::Time};
use xuedian_journal::{Draft, JournalHandle};

use super::wake::{Kept, Wake};
use crate::{
    clock::{Clock, journal_stamp},
    media_cache::MediaCache,
    ports::{media::MediaCommand, signals::SignalCommand, sound::SoundCommand, system::SystemCommand},
    reset::WayOut,
    sync::DistrictState,
    view::View,
};

/// The way out. Nothing here waits.
pub struct Rim {
    /// The journal.
    pub journal: JournalHandle,
    /// The player.
    pub media: mpsc::Sender<MediaCommand>,
    /// The loudspeaker.
    pub sound: mpsc::Sender<SoundCommand>,
    /// Light and buzzer.
    pub signals: mpsc::Sender<SignalCommand>,
    /// The machine.
    pub system: mpsc::Sender<SystemCommand>,
    /// The screen.
    pub view: watch::Sender<Arc<View>>,
    /// The district's side.
    pub district: watch::Receiver<DistrictState>,
    /// The hub's address as set, for the technician; empty: none.
    pub hub: String,
    /// Media that are here.
    pub media_cache: MediaCache,
    /// Where papers are put.
    pub papers: std::path::PathBuf,
    /// The font that papers are set in.
    pub paper_font: std::path::PathBuf,
    /// Answers of the journal and of papers come back by here.
    pub wakes: mpsc::Sender<Wake>,
    /// Wakes the sender of records.
    pub send_now: Box<dyn Fn() + Send>,
    /// Where a factory reset is left, and what carries it out.
    pub reset: WayOut,
}

impl Rim {
    /// Hands a group of drafts to the journal. False when its queue is full: then nothing was recorded.
    pub(super) fn append(&self, clock: &Clock, commit: Option<Commit>, drafts: Vec<Draft>) -> bool {
        let wakes = self.wakes.clone();
        let reply = Box::new(move |result| {
            // The journal's thread may wait here for the director; the director never waits for the journal.
            let _ = wakes.blocking_send(Wake::Kept(Kept { commit, result }));
        });
        self.journal.append(journal_stamp(&clock.stamp()), drafts, reply).is_ok()
    }

    /// Sends to a door. A full channel means that its thread is stuck, which its own watchdog tells.
    pub(super) fn tell<C>(door: &mpsc::Sender<C>, command: C) {
        if door.try_send(command).is_err() {
            tracing::warn!(door = std::any::type_name::<C>(), "a door does not take its commands");
        }
    }
}

/// A new id that sorts by time.
pub(super) fn new_id(at: Time) -> RecordId {
    let ms = u64::try_from(at.0).unwrap_or(0);
    let nanos = u32::try_from(ms % 1000).unwrap_or(0) * 1_000_000;
    RecordId(*Uuid::new_v7(Timestamp::from_unix(NoContext, ms / 1000, nanos)).as_bytes())
}
