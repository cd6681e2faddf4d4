// SPDX-License-Identifier: GPL-3.0-or-later
//! `xuedian-wallet`: a window with the cards of a desk, for a running emulated reader.
//!
//! The window asks one thread, and that thread asks the emulator: a tap takes as long as a tap takes.

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::mpsc::{Sender, channel};

use anyhow::Context;
use clap::Parser;
use slint::{Color, ComponentHandle, ModelRc, VecModel};
use xuedian_reader::wallet::{Entry, Wallet};

mod desk;
mod pages;

use desk::{News, Wish};
use generated::{CardView, WalletWindow};
use pages::{Group, Pages};

/// What the Slint compiler wrote.
mod generated {
    #![expect(clippy::todo, clippy::unwrap_used, reason = "generated code is not written for our lints")]
    slint::include_modules!();
}

/// A window with the cards of a desk: touch one to tap it on the emulated reader.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Socket of the running emulator
    #[arg(long)]
    control: PathBuf,
    /// Cards by name: a file with the columns uid, kind, learner, role; the emulator's own wallet when not given
    #[arg(long)]
    wallet: Option<PathBuf>,
    /// A file that exists while the network is off; without it there is no such key
    #[arg(long)]
    network_switch: Option<PathBuf>,
}

/// What the window remembers between two touches.
struct Hand {
    pages: Pages,
    /// The first of two cards, already chosen.
    first: Option<String>,
    lying: Vec<String>,
}

fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let arguments = Arguments::parse();
    let entries = match &arguments.wallet {
        Some(file) => Wallet::read(file)?.entries().to_vec(),
        None => desk::wallet(&arguments.control).context("the emulator does not show its wallet")?,
    };
    let window = WalletWindow::new().context("no window can be opened here")?;
    let hand = Hand { pages: Pages::new(entries), first: None, lying: Vec::new() };
    let hand = Rc::new(RefCell::new(hand));
    let wishes = connect(&window, arguments.control);
    answer_touches(&window, &hand, wishes);
    answer_network(&window, arguments.network_switch);
    show(&window, &hand.borrow());
    HAND.set(Some(hand));
    window.run()?;
    Ok(())
}

thread_local! {
    /// The hand, for news that arrive on the window's thread.
    static HAND: RefCell<Option<Rc<RefCell<Hand>>>> = const { RefCell::new(None) };
}

/// Starts the thread that talks with the emulator; it ends when the sender of wishes is dropped with the window.
fn connect(window: &WalletWindow, socket: PathBuf) -> Sender<Wish> {
    let (wishes, granted) = channel();
    let weak = window.as_weak();
    std::thread::spawn(move || {
        desk::serve(&socket, &granted, |news| {
            // An error means that the window is closed, and then nobody needs to know.
            let _ = weak.upgrade_in_event_loop(move |window| tell(&window, news));
        });
    });
    wishes
}

fn tell(window: &WalletWindow, news: News) {
    if let Some(message) = news.message {
        window.set_message(message.into());
        window.set_trouble(news.trouble);
    }
    window.set_connected(news.reader.is_some());
    let Some(reader) = news.reader else {
        window.set_message("No reader is running at this socket".into());
        window.set_trouble(true);
        return;
    };
    window.set_plugged(reader.plugged);
    window.set_hung(reader.hung);
    HAND.with_borrow(|hand| {
        let Some(hand) = hand else { return };
        let changed = hand.borrow().lying != reader.lying;
        if changed {
            hand.borrow_mut().lying = reader.lying;
            show(window, &hand.borrow());
        }
    });
}

fn answer_touches(window: &WalletWindow, hand: &Rc<RefCell<Hand>>, wishes: Sender<Wish>) {
    // The thread lives as long as the window: a wish always finds it.
    let wish = move |wish| drop(wishes.send(wish));
    let weak = window.as_weak();
    let with = {
        let hand = Rc::clone(hand);
        move |change: &dyn Fn(&WalletWindow, &mut Hand)| {
            let window = weak.upgrade().expect("a touched window is open");
            change(&window, &mut hand.borrow_mut());
            show(&window, &hand.borrow());
        }
    };
    let (tap, turn, group, modes) = (with.clone(), with.clone(), with.clone(), with.clone());
    let (tap_wish, plug_wish, hang_wish) = (wish.clone(), wish.clone(), wish);
    window.on_tap(move |uid| {
        tap(&|window, hand| {
            if let Some(wish) = touched(window, hand, uid.as_str()) {
                tap_wish(wish);
            }
        });
    });
    window.on_turn(move |by| turn(&|_, hand| hand.pages.turn(by)));
    window.on_choose_group(move |n| group(&|_, hand| hand.pages.choose(Group::numbered(n))));
    window.on_modes_changed(move || modes(&|_, hand| hand.first = None));
    let weak = window.as_weak();
    window.on_toggle_plug(move || plug_wish(Wish::Plug(!weak.upgrade().is_some_and(|w| w.get_plugged()))));
    let weak = window.as_weak();
    window.on_toggle_hang(move || hang_wish(Wish::Hang(!weak.upgrade().is_some_and(|w| w.get_hung()))));
}

/// What a touched card means, by the two modes.
fn touched(window: &WalletWindow, hand: &mut Hand, uid: &str) -> Option<Wish> {
    if window.get_hold() {
        return Some(Wish::Lay(uid.to_owned()));
    }
    window.set_trouble(false);
    if !window.get_two() {
        window.set_message("Tapping …".into());
        return Some(Wish::Tap(vec![uid.to_owned()]));
    }
    match hand.first.take() {
        None => {
            hand.first = Some(uid.to_owned());
            window.set_message("Now touch the second card".into());
            None
        }
        Some(first) if first == uid => None,
        Some(first) => Some(Wish::Tap(vec![first, uid.to_owned()])),
    }
}

/// The key for the network only makes and removes a file; the demo watches it.
fn answer_network(window: &WalletWindow, switch: Option<PathBuf>) {
    window.set_has_network(switch.is_some());
    let Some(switch) = switch else { return };
    window.set_network(!switch.exists());
    let weak = window.as_weak();
    window.on_toggle_network(move || {
        let Some(window) = weak.upgrade() else { return };
        if let Err(error) = turn_network(&switch, window.get_network()) {
            window.set_message(format!("The network switch does not move: {error}").into());
            window.set_trouble(true);
        }
        window.set_network(!switch.exists());
    });
}

fn turn_network(switch: &Path, off: bool) -> std::io::Result<()> {
    if off { fs::write(switch, "") } else { fs::remove_file(switch) }
}

fn show(window: &WalletWindow, hand: &Hand) {
    let cards: Vec<CardView> = hand.pages.in_sight().map(|entry| card_view(entry, hand)).collect();
    window.set_cards(ModelRc::new(VecModel::from(cards)));
    window.set_page(i32::try_from(hand.pages.page()).unwrap_or(i32::MAX));
    window.set_pages(i32::try_from(hand.pages.count()).unwrap_or(i32::MAX));
}

fn card_view(entry: &Entry, hand: &Hand) -> CardView {
    let card = if entry.role.is_empty() { entry.kind.clone() } else { format!("{} · {}", entry.kind, entry.role) };
    CardView {
        uid: entry.uid.as_str().into(),
        name: entry.learner.as_str().into(),
        detail: format!("{card} · {}", entry.uid).into(),
        stripe: stripe(&entry.kind),
        lying: hand.lying.iter().any(|uid| uid.eq_ignore_ascii_case(&entry.uid)),
        chosen: hand.first.as_deref() == Some(entry.uid.as_str()),
    }
}

fn stripe(kind: &str) -> Color {
    let rgb = match kind {
        "study" => 0x2c_8c74,
        "transit" => 0x2d_7ba6,
        "senior" => 0x7a_4a22,
        "social" => 0x0e_4467,
        "staff" => 0xf2_b632,
        _ => 0xd2_361f,
    };
    Color::from_argb_encoded(0xff00_0000 | rgb)
}
