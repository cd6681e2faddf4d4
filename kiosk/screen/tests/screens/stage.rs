// SPDX-License-Identifier: GPL-3.0-or-later
//! A screen with no window, with Slint's software renderer and a clock that only tests move.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use i_slint_backend_testing::{ElementHandle, ElementQuery, TestingBackend, TestingBackendOptions, mock_elapsed_time};
use slint::ComponentHandle;
use slint::platform::set_platform;
use xuedian_engine::command::UiCommand;
use xuedian_engine::view::{Language, Preferences, Theme, TypeSize, View};
use xuedian_screen::{Screen, ScreenConfig};

/// A variant of a page.
#[derive(Clone, Copy, Debug)]
pub struct Variant {
    pub language: Language,
    pub type_size: TypeSize,
    pub theme: Theme,
    pub upright: bool,
}

impl Variant {
    /// All of them: languages, sizes, themes, orientations.
    pub fn all() -> Vec<Self> {
        let mut all = Vec::new();
        for language in [Language::Chinese, Language::English] {
            for type_size in [TypeSize::Normal, TypeSize::Large, TypeSize::VeryLarge] {
                for theme in [Theme::Light, Theme::Dark] {
                    for upright in [false, true] {
                        all.push(Self { language, type_size, theme, upright });
                    }
                }
            }
        }
        all
    }

    pub fn panel(self) -> (u32, u32) {
        if self.upright { (800, 1280) } else { (1280, 800) }
    }
}

pub const PPI: f32 = 149.0;

pub struct Stage {
    pub screen: Screen,
    pub heard: Rc<RefCell<Vec<UiCommand>>>,
}

impl Stage {
    /// A screen of this orientation.
    pub fn new(upright: bool) -> Self {
        let options =
            TestingBackendOptions { mock_time: true, threading: false, renderer_name: Some("software".into()) };
        set_platform(Box::new(TestingBackend::new(options))).unwrap();
        let (width, height) = if upright { (800, 1280) } else { (1280, 800) };
        let heard = Rc::new(RefCell::new(Vec::new()));
        let hears = Rc::clone(&heard);
        let config = ScreenConfig { width, height, ppi: PPI, ..ScreenConfig::default() };
        let screen = Screen::new(config, move |command| hears.borrow_mut().push(command)).unwrap();
        screen.app().show().unwrap();
        Self { screen, heard }
    }

    /// Shows a view in a variant and lets all movement end.
    pub fn show(&self, view: &View, variant: Variant) {
        let Variant { language, type_size, theme, .. } = variant;
        let preferences = Preferences { type_size, language, theme, voice: true };
        self.screen.show(&View { preferences, ..view.clone() });
        for _ in 0..4 {
            mock_elapsed_time(Duration::from_millis(400));
        }
    }

    /// All elements with a role or a label.
    pub fn elements(&self) -> Vec<ElementHandle> {
        ElementQuery::from_root(self.screen.app()).find_all()
    }
}
