// SPDX-License-Identifier: GPL-3.0-or-later
//! The loop itself: whatever comes first is taken, one wake at a time.

use std::time::Duration;

use tokio::sync::{mpsc, watch};

use xuedian_protocol::documents::{Agenda, Catalogue, PointSettings};

use super::{Director, Wake};
use crate::{
    command::UiCommand,
    ports::{
        board::BoardSigns, media::MediaEvent, reader::ReaderEvent, signals::SignalEvent, sound::SoundEvent,
        system::SystemEvent,
    },
    sync::DistrictState,
};

/// Everything the director listens to.
#[derive(Debug)]
pub struct Ears {
    /// The reader.
    pub reader: mpsc::Receiver<ReaderEvent>,
    /// The screen.
    pub ui: mpsc::Receiver<UiCommand>,
    /// The player.
    pub media: mpsc::Receiver<MediaEvent>,
    /// The loudspeaker.
    pub sound: mpsc::Receiver<SoundEvent>,
    /// Light and buzzer.
    pub signals: mpsc::Receiver<SignalEvent>,
    /// The machine.
    pub system: mpsc::Receiver<SystemEvent>,
    /// The board.
    pub board: mpsc::Receiver<BoardSigns>,
    /// Journal and papers.
    pub own: mpsc::Receiver<Wake>,
    /// The district's side.
    pub district: watch::Receiver<DistrictState>,
    /// New documents, looked up and ready to be in force.
    pub documents: mpsc::Receiver<NewDocument>,
}

/// A document that has come into force.
#[derive(Debug)]
pub enum NewDocument {
    /// Point keys.
    Settings(Box<Option<PointSettings>>),
    /// What is on.
    Agenda(Agenda),
    /// What can be watched.
    Catalogue(Catalogue),
    /// The rules.
    Rules(super::earnings::Rules),
    /// Roster or standing: looked up, not handed over.
    People,
}

/// How often time alone is looked at.
const TICK: Duration = Duration::from_millis(250);

/// Runs until the screen is gone. `seen` hears of each wake before it is taken.
pub async fn run(mut director: Director, mut ears: Ears, seen: impl Fn(&Wake) + Send) {
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        let wake = tokio::select! {
            // The disk's word comes first: a result is never later than it must be. Then cards, then fingers.
            biased;
            Some(wake) = ears.own.recv() => wake,
            Some(event) = ears.reader.recv() => Wake::Reader(event),
            command = ears.ui.recv() => match command {
                Some(command) => Wake::Ui(command),
                None => return director.leave(),
            },
            Some(event) = ears.media.recv() => Wake::Media(event),
            Some(event) = ears.sound.recv() => Wake::Sound(event),
            Some(event) = ears.signals.recv() => Wake::Signals(event),
            Some(event) = ears.system.recv() => Wake::System(event),
            Some(signs) = ears.board.recv() => Wake::Board(signs),
            Some(new) = ears.documents.recv() => {
                director.take_document(new);
                Wake::District
            }
            Ok(()) = ears.district.changed() => Wake::District,
            _ = tick.tick() => Wake::Tick,
        };
        seen(&wake);
        director.step(wake);
    }
}
