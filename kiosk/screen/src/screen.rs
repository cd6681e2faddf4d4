// SPDX-License-Identifier: GPL-3.0-or-later
//! The window on the main thread, and the handle that other threads have of it.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use slint::{ComponentHandle, PhysicalSize};
use xuedian_engine::command::UiCommand;
use xuedian_engine::view::View;

use crate::frame::Frame;
use crate::slot::Slot;
use crate::ui::{App, Ask, PlayerData, Theme};
use crate::{commands, map};

/// What the settings say of the panel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScreenConfig {
    /// Width, pixels.
    pub width: u32,
    /// Height, pixels.
    pub height: u32,
    /// Points of the panel on an inch.
    pub ppi: f32,
    /// Fill the display (the appliance); otherwise a window of this size.
    pub fullscreen: bool,
    /// Small movements; off on a slow board.
    pub motion: bool,
}

impl Default for ScreenConfig {
    /// The 10.1" panel.
    fn default() -> Self {
        Self { width: 1280, height: 800, ppi: 149.0, fullscreen: false, motion: true }
    }
}

/// The screen could not be opened, or its loop failed.
#[derive(Debug, thiserror::Error)]
pub enum ScreenError {
    /// No display, or no renderer for it.
    #[error("open the screen: {0}")]
    Open(slint::PlatformError),
    /// The loop of the window system ended by itself.
    #[error("run the screen: {0}")]
    Run(slint::PlatformError),
}

/// The screen's loop has ended: nothing can be shown any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the screen is closed")]
pub struct Closed;

thread_local! {
    /// What is on the screen now: a list is only handed to the pages again when it differs, since handing it over
    /// makes its plates anew, and a finger may be on one of them.
    static SHOWN: RefCell<Option<View>> = const { RefCell::new(None) };
}

/// The window. Lives on the main thread.
pub struct Screen {
    app: App,
    slots: Arc<Slots>,
}

#[derive(Default)]
struct Slots {
    view: Slot<View>,
    frame: Slot<Frame>,
}

impl Screen {
    /// Opens the window. `commands` hears every touch, on the main thread, and must not block.
    pub fn new(config: ScreenConfig, commands: impl Fn(UiCommand) + 'static) -> Result<Self, ScreenError> {
        let app = App::new().map_err(ScreenError::Open)?;
        let theme = app.global::<Theme>();
        theme.set_ppi(config.ppi);
        theme.set_width(config.width as f32);
        theme.set_height(config.height as f32);
        theme.set_motion(config.motion);
        if config.fullscreen {
            app.window().set_fullscreen(true);
        } else {
            app.window().set_size(PhysicalSize::new(config.width, config.height));
        }
        let commands = Rc::new(commands);
        let ask = app.global::<Ask>();
        let touched = Rc::clone(&commands);
        ask.on_touched(move || touched(UiCommand::Touched));
        ask.on_act(move |act, id, number| {
            let preferences =
                SHOWN.with_borrow(|shown| shown.as_ref().map(|view| view.preferences).unwrap_or_default());
            match commands::command(act, &id, number, preferences) {
                Some(command) => commands(command),
                None => tracing::warn!(?act, %id, number, "a touch without meaning"),
            }
        });
        Ok(Self { app, slots: Arc::default() })
    }

    /// Shows a view. On the main thread; other threads have [`Remote::show`].
    pub fn show(&self, view: &View) {
        show(&self.app, view);
    }

    /// Shows a picture of a film in the player's place.
    pub fn set_frame(&self, frame: Frame) {
        set_frame(&self.app, frame);
    }

    /// The handle for other threads.
    pub fn remote(&self) -> Remote {
        Remote { app: self.app.as_weak(), slots: Arc::clone(&self.slots) }
    }

    /// Calls back once the first picture is drawn. The software renderer tells nobody when it has drawn; there the
    /// loop's second turn stands for it, which comes after the first picture.
    pub fn on_first_frame(&self, first: impl FnOnce() + 'static) {
        let first = Rc::new(RefCell::new(Some(first)));
        let heard = Rc::clone(&first);
        let told = self.app.window().set_rendering_notifier(move |state, _| {
            if matches!(state, slint::RenderingState::AfterRendering)
                && let Some(first) = heard.borrow_mut().take()
            {
                first();
            }
        });
        if told.is_err() {
            slint::Timer::single_shot(std::time::Duration::ZERO, move || {
                slint::Timer::single_shot(std::time::Duration::from_millis(1), move || {
                    if let Some(first) = first.borrow_mut().take() {
                        first();
                    }
                });
            });
        }
    }

    /// Runs until [`Remote::quit`] or until the window is closed.
    pub fn run(&self) -> Result<(), ScreenError> {
        self.app.run().map_err(ScreenError::Run)
    }

    /// The component itself, for tests.
    #[doc(hidden)]
    pub fn app(&self) -> &App {
        &self.app
    }
}

/// The screen, from another thread. At most one closure of each kind waits in the loop; it takes the newest.
#[derive(Clone)]
pub struct Remote {
    app: slint::Weak<App>,
    slots: Arc<Slots>,
}

impl Remote {
    /// Shows a view, soon; a newer one replaces it if it has not been shown yet.
    pub fn show(&self, view: View) -> Result<(), Closed> {
        if self.slots.view.put(view) {
            let slots = Arc::clone(&self.slots);
            self.app
                .upgrade_in_event_loop(move |app| {
                    if let Some(view) = slots.view.take() {
                        show(&app, &view);
                    }
                })
                .map_err(|_| Closed)?;
        }
        Ok(())
    }

    /// Shows a picture of a film; returns false when an older one had not been shown yet and is now dropped.
    pub fn set_frame(&self, frame: Frame) -> Result<bool, Closed> {
        let alone = self.slots.frame.put(frame);
        if alone {
            let slots = Arc::clone(&self.slots);
            self.app
                .upgrade_in_event_loop(move |app| {
                    if let Some(frame) = slots.frame.take() {
                        set_frame(&app, frame);
                    }
                })
                .map_err(|_| Closed)?;
        }
        Ok(alone)
    }

    /// Asks `take` for a picture in the screen's turn and shows it: for a source that keeps the newest by itself and
    /// wakes the screen once. `next` is called in a later turn, when there was time to draw: then ask again.
    pub fn draw(
        &self,
        take: impl FnOnce() -> Option<Frame> + Send + 'static,
        next: impl FnOnce() + Send + 'static,
    ) -> Result<(), Closed> {
        self.app
            .upgrade_in_event_loop(move |app| {
                if let Some(frame) = take() {
                    set_frame(&app, frame);
                }
                slint::Timer::single_shot(std::time::Duration::ZERO, next);
            })
            .map_err(|_| Closed)
    }

    /// Runs something on the main thread, in the screen's turn: the watchdog's beat asks this way.
    pub fn in_turn(&self, beat: impl FnOnce() + Send + 'static) -> Result<(), Closed> {
        slint::invoke_from_event_loop(beat).map_err(|_| Closed)
    }

    /// Ends [`Screen::run`].
    pub fn quit(&self) -> Result<(), Closed> {
        slint::quit_event_loop().map_err(|_| Closed)
    }
}

fn show(app: &App, view: &View) {
    SHOWN.with_borrow_mut(|shown| {
        map::apply(app, view, shown.as_ref());
        *shown = Some(view.clone());
    });
}

fn set_frame(app: &App, frame: Frame) {
    app.global::<PlayerData>().set_frame(frame.into_image());
}
