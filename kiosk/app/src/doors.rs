// SPDX-License-Identifier: GPL-3.0-or-later
//! The doors to the machine, opened. One that does not open is a fault with its picture, never a reason not to start.

use std::{
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::sync::mpsc;
use xuedian_doors::{
    board::{self, Board},
    media::{self, FrameSlot},
    signals,
    sound::{self, LessonFeed, Loudspeaker, SoundSettings},
    system::{self, Bus},
};
use xuedian_engine::{
    identity::Identity,
    ports::{
        board::BoardSigns,
        lane::{Lane, lane},
        media::{MediaCommand, MediaEvent},
        reader::{ReaderEvent, ReaderLoss},
        signals::{SignalCommand, SignalEvent},
        sound::{SoundCommand, SoundEvent},
        system::{SystemCommand, SystemEvent},
    },
    settings::{Settings, SoundDevice},
};
use xuedian_nfc::{ReaderConfig, ReaderDoor, ReaderHandle};
use xuedian_screen::{FrameMemory, Remote};

/// Cards that may wait for the director.
const CARDS: usize = 64;
/// Looks at the board that may wait: the next one says all that this one does.
const LOOKS: usize = 2;

/// The director's ends of all doors.
pub struct Doors {
    pub reader: mpsc::Receiver<ReaderEvent>,
    pub media: Lane<MediaCommand, MediaEvent>,
    pub sound: Lane<SoundCommand, SoundEvent>,
    pub signals: Lane<SignalCommand, SignalEvent>,
    pub system: Lane<SystemCommand, SystemEvent>,
    pub board: mpsc::Receiver<BoardSigns>,
    /// The reader, for new card keys; none: the settings name none, or it does not open.
    pub reader_handle: Arc<Mutex<Option<ReaderHandle>>>,
}

/// Opens all doors. Must be called within the runtime.
pub fn open(settings: &Settings, board: &Path, identity: &Identity, screen: &Remote) -> Doors {
    let (reader_tx, reader) = mpsc::channel(CARDS);
    let reader_handle = open_reader(settings, identity, reader_tx);
    let (frames, feed) = (FrameSlot::new(), LessonFeed::default());
    show_frames(&frames, screen.clone());
    let (media, media_side) = lane();
    if let Err(error) = media::open(media_side, frames, feed.clone()) {
        tracing::error!(%error, "no lesson can be played");
    }
    let (sound, sound_side) = lane();
    let device = match &settings.sound {
        SoundDevice::Silent => Loudspeaker::None,
        SoundDevice::Named(name) => Loudspeaker::Named(name.clone()),
    };
    let sound_settings = SoundSettings { device, assets: settings.paths.assets.clone() };
    if let Err(error) = sound::open(sound_side, sound_settings, feed) {
        tracing::error!(%error, "no thread for sound");
    }
    let (signals, signals_side) = lane();
    if let Err(error) = signals::open(signals_side, settings.signals) {
        tracing::error!(%error, "no thread for the light");
    }
    let (system, system_side) = lane();
    drop(system::open(system_side, Bus::System));
    let (looks, board_signs) = mpsc::channel(LOOKS);
    if let Err(error) = board::open(looks, Board { root: board.to_owned(), bare: is_bare() }) {
        tracing::error!(%error, "no thread for the board");
    }
    Doors {
        reader,
        media,
        sound,
        signals,
        system,
        board: board_signs,
        reader_handle: Arc::new(Mutex::new(reader_handle)),
    }
}

/// Whether there is no window system: then this is the whole panel, and not a window on a desk.
pub fn is_bare() -> bool {
    std::env::var_os("DISPLAY").is_none()
}

fn open_reader(settings: &Settings, identity: &Identity, tx: mpsc::Sender<ReaderEvent>) -> Option<ReaderHandle> {
    let Some(connection) = settings.reader.connection.clone() else {
        // There is room: nobody else has sent yet.
        let _ = tx.try_send(ReaderEvent::Lost(ReaderLoss::Absent));
        return None;
    };
    let config = ReaderConfig { connection, keys: identity.card_keys() };
    ReaderDoor::start(config, tx.clone())
        .inspect_err(|error| {
            tracing::error!(%error, "the reader door does not open");
            let _ = tx.try_send(ReaderEvent::Lost(ReaderLoss::Silent));
        })
        .ok()
}

/// The reader takes other card keys from the next card on.
pub fn new_keys(reader: &Mutex<Option<ReaderHandle>>, identity: &Identity) {
    if let Some(reader) = reader.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
        reader.set_keys(identity.card_keys());
    }
}

/// Pictures go straight from the decoder's slot to the screen; the newest wins.
fn show_frames(frames: &FrameSlot, screen: Remote) {
    let (asked, memory) = (AtomicBool::new(false), Mutex::default());
    let way = Arc::new(FilmToScreen { slot: frames.clone(), screen, asked, memory });
    frames.wake_with(move || Arc::clone(&way).ask());
}

/// Asks the screen for one picture at a time, and for the next only when that one had its turn to be drawn: the loop takes
/// all that it is asked before it draws, so on a machine that is too slow it would take pictures for ever and draw none.
struct FilmToScreen {
    slot: FrameSlot,
    screen: Remote,
    asked: AtomicBool,
    memory: Mutex<FrameMemory>,
}

impl FilmToScreen {
    fn ask(self: Arc<Self>) {
        if self.asked.swap(true, Ordering::AcqRel) {
            return;
        }
        let (way, drawn, screen) = (Arc::clone(&self), Arc::clone(&self), self.screen.clone());
        let take = move || {
            let frame = way.slot.take()?;
            let (width, height) = frame.size();
            let mut memory = way.memory.lock().unwrap_or_else(PoisonError::into_inner);
            Some(memory.filled(width, height, |pixels| frame.copy_rgba(pixels)))
        };
        // Closed: the screen has ended, and the lesson with it.
        let _ = screen.draw(take, move || {
            drawn.asked.store(false, Ordering::Release);
            if drawn.slot.is_waiting() {
                drawn.ask();
            }
        });
    }
}
