// SPDX-License-Identifier: GPL-3.0-or-later
//! The composition root: who is wired to whom. Nothing is decided here.

use std::{
    io::Write,
    path::Path,
    sync::{Arc, atomic::AtomicBool, atomic::Ordering},
    time::Instant,
};

use anyhow::Context;
use tokio::{
    runtime::Runtime,
    signal::unix::{SignalKind, signal},
    sync::{mpsc, watch},
};
use xuedian_engine::{
    director::{self, Director, Ears, NewDocument, Parts, Rim, StoredPeople, Updates, Wake},
    district::{District, DistrictParts},
    documents::{DocumentStore, Polling, lay_out_people},
    media_cache::MediaCache,
    ports::reader::ReaderEvent,
    release::Releases,
    reset::WayOut,
    roster_store::RosterStore,
    settings::Settings,
    sync::{Outbox, Patience},
    upkeep::{Pace, Room, Upkeep, UpkeepParts},
    view::{Idle, Page, View},
};
use xuedian_journal::{JournalHandle, JournalThread, Reserve, guard_space, journal_aside};
use xuedian_screen::{Remote, Screen, ScreenConfig};

use crate::{
    documents,
    doors::{self, Doors},
    offers::{self, Outcome},
    restart::Anew,
    rooms::Rooms,
    supervisor::{self, Beat, LongStart},
    trial::{self, Signs},
};

/// Fingers that may wait for the director: more than anybody can press in a second.
const FINGERS: usize = 64;
/// Answers of the journal that may wait for the director.
const ANSWERS: usize = 512;
/// What is heard of an installation and may wait: each percent, and the end. There is one at a time.
const OUTCOMES: usize = 128;
/// Sets of documents that may wait for the director.
const DOCUMENTS: usize = 4;
/// Room for films and pictures, bytes.
const MEDIA_BYTES: u64 = 16 << 30;

/// The exit code by which the supervisor knows that the kiosk failed in itself.
const DIRECTOR_GONE: i32 = 70;
/// How often the room on the disk is looked at.
const SPACE_EVERY: std::time::Duration = std::time::Duration::from_secs(60);

/// Puts everything together and shows the screen until it is closed.
///
/// # Errors
/// When the screen, the journal's thread or the runtime cannot be started.
pub fn run(
    settings: &Settings,
    board: &Path,
    rooms: Rooms,
    started: Instant,
    long: LongStart,
    anew: &Anew,
) -> anyhow::Result<()> {
    let (ui_tx, ui_rx) = mpsc::channel(FINGERS);
    let screen = Screen::new(screen_config(settings), move |command| {
        // More touches than the director can take within a blink are one nervous finger.
        let _ = ui_tx.try_send(command);
    })
    .context("opening the screen")?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("engine")
        .enable_all()
        .build()
        .context("starting the engine's threads")?;
    let beat = Beat::default();
    let release = trial::release();
    let (doors, signs) = {
        let _within = runtime.enter();
        let doors = doors::open(settings, board, &rooms.identity, &screen.remote());
        let signs = trial::watch(&rooms.data, release.as_deref(), doors.system.commands.clone());
        (doors, signs)
    };
    let (outcomes, outcomes_rx) = mpsc::channel(OUTCOMES);
    let seen = seen(started, beat.clone(), signs.clone(), outcomes);
    screen.on_first_frame(move || {
        tracing::info!(ms = started.elapsed().as_millis(), "first frame");
        long.end();
        supervisor::ready();
        signs.drawn();
    });
    let restart = anew.way(release.is_some(), doors.system.commands.clone(), screen.remote(), runtime.handle().clone());
    let updates = release.map(|release| (release, outcomes_rx));
    let engine = start(settings, rooms, doors, updates, &runtime, &screen.remote(), ui_rx, seen, restart)?;
    // What is, from the first picture on: the page's own example is never seen.
    screen.show(&engine.first);
    supervisor::live(screen.remote(), beat).context("starting the watchdog's thread")?;
    end_when_told(&runtime, screen.remote());
    screen.run().context("showing the screen")?;
    tracing::info!("the kiosk ends in order");
    supervisor::stopping();
    drop(screen);
    engine.end(runtime);
    Ok(())
}

/// The supervisor's SIGTERM ends the screen, and everything else after it.
fn end_when_told(runtime: &Runtime, screen: Remote) {
    runtime.spawn(async move {
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                terminate.recv().await;
                let _ = screen.quit();
            }
            Err(error) => tracing::warn!(%error, "SIGTERM will end the kiosk at once"),
        }
    });
}

/// What has to be ended in order.
struct Engine {
    /// What the director shows first.
    first: Arc<View>,
    director: tokio::task::JoinHandle<()>,
    journal: JournalThread,
    _district: District,
    _upkeep: Upkeep,
}

impl Engine {
    /// The director records what was watched, and the journal folds its log when its last handle is gone.
    fn end(self, runtime: Runtime) {
        drop(self._district);
        drop(self._upkeep);
        let _ =
            runtime.block_on(async { tokio::time::timeout(std::time::Duration::from_secs(2), self.director).await });
        runtime.shutdown_timeout(std::time::Duration::from_secs(2));
        self.journal.join();
    }
}

#[expect(clippy::too_many_arguments, reason = "this is where all that was opened meets, once")]
fn start(
    settings: &Settings,
    rooms: Rooms,
    doors: Doors,
    updates: Option<(String, mpsc::Receiver<Outcome>)>,
    runtime: &Runtime,
    screen: &Remote,
    ui: mpsc::Receiver<xuedian_engine::command::UiCommand>,
    seen: impl Fn(&Wake) + Send + 'static,
    restart: Box<dyn Fn() + Send>,
) -> anyhow::Result<Engine> {
    let _within = runtime.enter();
    let Rooms { data, identity, clock, journal, book, faults } = rooms;
    let provision = identity.provision().cloned();
    let (head_tx, head) = watch::channel(journal.head().cloned());
    let tell_head = Box::new(move |head| drop(head_tx.send_replace(Some(head))));
    let (journal, journal_thread) =
        JournalThread::start(journal, tell_head).context("starting the journal's thread")?;
    let keys = identity.provision().map_or_else(Vec::new, |p| p.document_keys.clone());
    let store = DocumentStore::open(&data, keys.into()).context("opening the documents")?;
    let roster = RosterStore::open(&data.join("views")).context("opening the look-up files")?;
    lay_out_people(&store, &roster);
    let media = MediaCache::open(&data.join("media"), MEDIA_BYTES).context("opening the media folder")?;
    let (own_tx, own) = mpsc::channel(ANSWERS);
    let (releases, state) = match updates {
        Some((release, outcomes)) => {
            let (releases, fate) = Releases::begin(&data, &release, clock.stamp().boot);
            (Some((releases, outcomes)), Updates::begin(&release, fate))
        }
        None => (None, Updates::default()),
    };
    let offers = (store.clone(), media.clone(), own_tx.clone());
    let people = StoredPeople::new(roster.people());
    let reader_handle = Arc::clone(&doors.reader_handle);
    let (district, events) = District::start(
        DistrictParts {
            hub: settings.hub.url.clone(),
            spread_s: settings.hub.spread_s,
            identity,
            clock: clock.clone(),
            outbox: Outbox::open(journal.clone()).context("reading the journal beside its writer")?,
            head,
            documents: store.clone(),
            roster,
            media: media.clone(),
            patience: Patience::default(),
            polling: Polling::default(),
        },
        runtime.handle(),
    );
    let (point, rules) = documents::in_force(&store, provision.as_ref());
    let (documents_tx, documents_rx) = mpsc::channel(DOCUMENTS);
    let keys_to_reader = move |identity: &_| doors::new_keys(&reader_handle, identity);
    runtime.spawn(documents::follow(store, events, documents_tx, keys_to_reader));

    watch_space(runtime, data.clone(), media.clone(), own_tx.clone());
    let upkeep = Upkeep::start(UpkeepParts {
        views: data.join("views"),
        journal: journal.reader().context("reading the journal beside its writer")?,
        wakes: own_tx.clone(),
        pace: Pace::default(),
    })
    .context("starting the upkeep")?;
    let (view_tx, view_rx) = watch::channel(Arc::new(View::of(Page::Idle(Idle::default()))));
    show_views(runtime, view_rx.clone(), screen.clone());
    let rim = rim(settings, &data, journal, &doors, &district, media, view_tx, own_tx, restart);
    let people = Box::new(people);
    let director = Director::new(Parts { clock, people, point, rules, book, rim, faults, updates: state });
    if let Some((mut releases, outcomes)) = releases {
        // The director has recorded what became of the last one.
        releases.told();
        let (documents, media, wakes) = offers;
        runtime.spawn(offers::follow(releases, documents, media, wakes, outcomes));
    }
    let ears = ears(doors, ui, own, &district, documents_rx);
    let first = Arc::clone(&view_rx.borrow());
    let director = runtime.spawn(director_or_exit(director, ears, seen));
    Ok(Engine { first, director, journal: journal_thread, _district: district, _upkeep: upkeep })
}

#[expect(clippy::too_many_arguments, reason = "this is where all the ways out meet, once")]
fn rim(
    settings: &Settings,
    data: &std::path::Path,
    journal: JournalHandle,
    doors: &Doors,
    district: &District,
    media_cache: MediaCache,
    view: watch::Sender<Arc<View>>,
    wakes: mpsc::Sender<Wake>,
    restart: Box<dyn Fn() + Send>,
) -> Rim {
    Rim {
        journal,
        media: doors.media.commands.clone(),
        sound: doors.sound.commands.clone(),
        signals: doors.signals.commands.clone(),
        system: doors.system.commands.clone(),
        view,
        district: district.state(),
        hub: settings.hub.url.as_ref().map_or_else(String::new, ToString::to_string),
        media_cache,
        papers: data.join("papers"),
        paper_font: settings.paths.assets.join("fonts/xuedian-sans-regular.otf"),
        wakes,
        send_now: Box::new(district.sender()),
        reset: WayOut { data: data.to_owned(), restart },
    }
}

fn ears(
    doors: Doors,
    ui: mpsc::Receiver<xuedian_engine::command::UiCommand>,
    own: mpsc::Receiver<Wake>,
    district: &District,
    documents: mpsc::Receiver<NewDocument>,
) -> Ears {
    Ears {
        reader: doors.reader,
        ui,
        media: doors.media.events,
        sound: doors.sound.events,
        signals: doors.signals.events,
        system: doors.system.events,
        board: doors.board,
        own,
        district: district.state(),
        documents,
    }
}

/// Runs the director. A kiosk whose director is gone would look alive and take nothing: it ends, and is started again.
async fn director_or_exit(director: Director, ears: Ears, seen: impl Fn(&Wake) + Send + 'static) {
    let running = tokio::spawn(director::run(director, ears, seen));
    if running.await.is_err() {
        tracing::error!("the director ended by a fault of ours; the kiosk is started again");
        std::process::exit(DIRECTOR_GONE);
    }
}

/// Keeps room for attendance, lets films give way to it, and says how full the disk is.
fn watch_space(runtime: &Runtime, data: std::path::PathBuf, media: MediaCache, to: mpsc::Sender<Wake>) {
    runtime.spawn(async move {
        loop {
            let (folder, films) = (data.clone(), media.clone());
            let look = move || {
                let space = guard_space(&folder)?;
                let room = Room {
                    free_bytes: space.free_bytes,
                    total_bytes: space.total_bytes,
                    reserve_gone: space.reserve == Reserve::Released,
                };
                let aside = journal_aside(&folder).is_some();
                std::io::Result::Ok((room, films.fit(room.for_films()), aside))
            };
            match tokio::task::spawn_blocking(look).await {
                Ok(Ok((room, freed, journal_aside))) => {
                    if to.send(Wake::Space { room, freed, journal_aside }).await.is_err() {
                        return;
                    }
                }
                Ok(Err(error)) => tracing::warn!(%error, "the room on the disk cannot be told"),
                Err(_) => return,
            }
            tokio::time::sleep(SPACE_EVERY).await;
        }
    });
}

/// Hands each new view to the screen, newest wins.
fn show_views(runtime: &Runtime, mut views: watch::Receiver<Arc<View>>, screen: Remote) {
    runtime.spawn(async move {
        loop {
            let view = View::clone(&views.borrow_and_update());
            if screen.show(view).is_err() || views.changed().await.is_err() {
                return;
            }
        }
    });
}

/// Beats with each wake, tells the service manager of the reader, and says `ready` on standard output once cards are taken.
fn seen(
    started: Instant,
    beat: Beat,
    signs: Signs,
    outcomes: mpsc::Sender<Outcome>,
) -> impl Fn(&Wake) + Send + 'static {
    let said = AtomicBool::new(false);
    move |wake| {
        beat.beat();
        signs.hear(wake);
        offers::hear(wake, &outcomes);
        let takes = matches!(wake, Wake::Reader(ReaderEvent::Ready | ReaderEvent::Recovered));
        if takes {
            supervisor::status("cards are taken");
        } else if let Wake::Reader(ReaderEvent::Lost(loss)) = wake {
            supervisor::status(&format!("no cards are taken: {loss}"));
        }
        if takes && !said.swap(true, Ordering::Relaxed) {
            tracing::info!(ms = started.elapsed().as_millis(), "cards are taken");
            let mut out = std::io::stdout().lock();
            // Nobody listens: then nobody waits for it either.
            let _ = writeln!(out, "ready").and_then(|()| out.flush());
        }
    }
}

pub(crate) fn screen_config(settings: &Settings) -> ScreenConfig {
    let screen = settings.screen;
    ScreenConfig {
        width: screen.width,
        height: screen.height,
        ppi: screen.ppi as f32,
        // With a window system this is a window on a desk; without one, the whole panel.
        fullscreen: doors::is_bare(),
        motion: true,
    }
}
