// SPDX-License-Identifier: GPL-3.0-or-later
//! The thread that is the reader: it plugs itself in, hears commands, takes the time that radio takes, and answers.

use std::collections::VecDeque;
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::desk::{Desk, Spoil};
use crate::field::Tongue;
use crate::frame::{ACK, ERROR, FromHost, Parser, answer};
use crate::pn532::{Outcome, Pn532, Search};
use crate::port::Port;

/// Tries that libnfc allows a search when it shall not wait; together they take one latency.
const TRIES_OF_A_LATENCY: u32 = 3;
/// One exchange with a selected card, as a part of a latency.
const EXCHANGES_OF_A_LATENCY: u32 = 10;

/// The desk, who waits for changes of it, and the bell that wakes the thread.
pub(crate) struct Shared {
    pub desk: Mutex<Desk>,
    pub changed: Condvar,
    pub bell: OwnedFd,
}

impl Shared {
    pub fn lock(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Wakes the thread after the desk was changed.
    pub fn ring(&self) {
        // The bell's counter cannot overflow by single rings, and an unheard ring is heard by the next wait.
        let _ = rustix::io::write(&self.bell, &1u64.to_ne_bytes());
    }
}

pub(crate) struct Wire {
    shared: Arc<Shared>,
    link: PathBuf,
    port: Option<Port>,
    chip: Pn532,
    parser: Parser,
    heard: VecDeque<FromHost>,
    last_answer: Vec<u8>,
}

/// How a wait ended.
#[derive(PartialEq, Eq)]
enum Waited {
    /// The time was over.
    Over,
    /// The host spoke, or the reader is no longer able to.
    Interrupted,
}

impl Wire {
    pub fn new(shared: Arc<Shared>, link: PathBuf) -> Self {
        Self {
            shared,
            link,
            port: None,
            chip: Pn532::default(),
            parser: Parser::default(),
            heard: VecDeque::new(),
            last_answer: Vec::new(),
        }
    }

    /// Runs until the desk says stop.
    pub fn run(mut self) {
        while self.settle() {
            match self.heard.pop_front() {
                Some(what) => self.hear(what),
                None => self.listen(None),
            }
        }
    }

    /// Plugs in or out as the desk wants it; `false` when the thread shall end.
    fn settle(&mut self) -> bool {
        let mut desk = self.shared.lock();
        if desk.stop {
            return false;
        }
        if desk.wanted != self.port.is_some() {
            self.chip = Pn532::default();
            self.parser = Parser::default();
            self.heard.clear();
            desk.field.switch(false);
            desk.hung = false;
            desk.plug_error = None;
            if desk.wanted {
                match Port::plug(&self.link) {
                    Ok(port) => self.port = Some(port),
                    Err(error) => {
                        desk.plug_error = Some(error.to_string());
                        desk.wanted = false;
                    }
                }
            } else {
                self.port = None;
            }
            desk.plugged = self.port.is_some();
            self.shared.changed.notify_all();
        }
        true
    }

    /// Waits for the host or the bell, and puts what the host said into `heard`.
    fn listen(&mut self, timeout: Option<Duration>) {
        let timeout = timeout.map(|t| Timespec { tv_sec: 0, tv_nsec: i64::from(t.subsec_nanos()) });
        let mut fds = vec![PollFd::new(&self.shared.bell, PollFlags::IN)];
        if let Some(port) = &self.port {
            fds.push(PollFd::new(port, PollFlags::IN));
        }
        // An interrupted wait is a short one: every caller looks at the state and waits again.
        let _ = poll(&mut fds, timeout.as_ref());
        let rung = !fds[0].revents().is_empty();
        let spoken = fds.get(1).is_some_and(|fd| !fd.revents().is_empty());
        drop(fds);
        if rung {
            let _ = rustix::io::read(&self.shared.bell, &mut [0; 8]);
        }
        if spoken && let Some(port) = &self.port {
            match port.read() {
                Ok(bytes) => self.heard.extend(self.parser.push(&bytes)),
                Err(error) => {
                    tracing::warn!(%error, "the line broke");
                    self.port = None;
                }
            }
        }
    }

    fn hear(&mut self, what: FromHost) {
        if self.shared.lock().hung {
            return;
        }
        match what {
            FromHost::Wake => self.chip.wake(),
            // Nothing is running here that it could end: a running command hears it while it waits.
            FromHost::Ack | FromHost::Broken => {}
            FromHost::Nack => self.send(&self.last_answer),
            FromHost::Command(command) if self.chip.is_awake() => self.obey(&command),
            FromHost::Command(_) => {}
        }
    }

    fn obey(&mut self, command: &[u8]) {
        let outcome = {
            let mut desk = self.shared.lock();
            if desk.silent > 0 {
                desk.silent -= 1;
                return;
            }
            let one_of = |codes: &[u8]| command.first().is_some_and(|code| codes.contains(code));
            if one_of(&desk.mute_to) {
                return;
            }
            desk.seen.commands += 1;
            if one_of(&desk.lacks) { Outcome::Error } else { self.chip.command(&mut desk.field, command) }
        };
        self.send(&ACK);
        match outcome {
            Outcome::Now(payload) => {
                self.reply(&payload);
            }
            Outcome::OverAir(payload) => {
                let latency = self.shared.lock().latency / EXCHANGES_OF_A_LATENCY;
                if self.wait(latency) == Waited::Over {
                    self.reply(&payload);
                }
            }
            Outcome::Search(search) => self.search(search),
            Outcome::Error => self.send(&ERROR),
        }
    }

    /// Looks for cards, try by try. A card that comes in the middle is found by the next try; one that goes before its
    /// selection is over was never there.
    fn search(&mut self, mut search: Search) {
        let latency = self.shared.lock().latency;
        let mut tries = 0;
        while search.tries.is_none_or(|limit| tries < limit) {
            tries += 1;
            let found = self.chip.look(&mut self.shared.lock().field, &mut search);
            let needed = if found.is_some() { latency } else { latency / TRIES_OF_A_LATENCY };
            if self.wait(needed) == Waited::Interrupted {
                return;
            }
            if let Some(payload) = found {
                if self.all_still_there() {
                    self.tell_found(&payload);
                    return;
                }
                self.chip.forget();
            }
        }
        self.tell_nothing(search.tongue);
    }

    fn all_still_there(&self) -> bool {
        let desk = self.shared.lock();
        self.chip.held().all(|shown| desk.field.cards().iter().any(|p| p.shown == *shown))
    }

    fn tell_found(&mut self, payload: &[u8]) {
        if !self.reply(payload) {
            return;
        }
        let mut desk = self.shared.lock();
        for shown in self.chip.held() {
            desk.field.count_read(shown);
        }
        self.shared.changed.notify_all();
    }

    fn tell_nothing(&mut self, tongue: Option<Tongue>) {
        if !self.reply(&Pn532::nothing_found()) {
            return;
        }
        let mut desk = self.shared.lock();
        match tongue {
            Some(Tongue::A) => desk.seen.empty_a += 1,
            Some(Tongue::B) => desk.seen.empty_b += 1,
            None => {}
        }
        self.shared.changed.notify_all();
    }

    /// Lets time pass. The host's next word, a hang or the plug ends it early.
    fn wait(&mut self, time: Duration) -> Waited {
        let end = Instant::now() + time;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Waited::Over;
            }
            self.listen(Some(left.min(Duration::from_millis(900))));
            let desk = self.shared.lock();
            if !self.heard.is_empty() || desk.hung || !desk.wanted || desk.stop {
                return Waited::Interrupted;
            }
        }
    }

    /// Sends an answer, spoilt if the desk wants it so; `true` when it went out whole.
    fn reply(&mut self, payload: &[u8]) -> bool {
        let spoil = self.shared.lock().spoilt.pop_front();
        self.last_answer = answer(payload);
        let mut bytes = self.last_answer.clone();
        match spoil {
            None => {}
            Some(Spoil::Checksum) => {
                let dcs = bytes.len() - 2;
                bytes[dcs] ^= 0x5a;
            }
            Some(Spoil::ErrorFrame) => bytes = ERROR.to_vec(),
            Some(Spoil::Cut) => bytes.truncate(bytes.len() / 2),
            Some(Spoil::Garbage) => bytes.iter_mut().for_each(|b| *b ^= 0xa5),
        }
        self.send(&bytes);
        spoil.is_none()
    }

    fn send(&self, bytes: &[u8]) {
        if let Some(port) = &self.port
            && let Err(error) = port.write(bytes)
        {
            tracing::warn!(%error, "an answer was not sent");
        }
    }
}
