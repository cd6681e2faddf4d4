// SPDX-License-Identifier: GPL-3.0-or-later
//! The network between kiosk and hub: a relay on this machine that can do what real networks do.
//!
//! It works below TLS, on bytes. So a request whose answer was lost is sent again (a duplicate), and one that was held back
//! arrives after its own repetition (out of order); neither needs to be invented.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};

/// What the network does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Weather {
    /// Everything goes through.
    Fine,
    /// Connections are refused, and open ones closed.
    Cut,
    /// A few kilobytes a second.
    Slow,
    /// Open connections are reset in the middle of an answer, new ones at once.
    Reset,
    /// The hub hears everything; its answers never arrive.
    AnswersLost,
    /// Half of an answer, then the connection closes.
    HalfAnswer,
    /// Answers are other bytes.
    Garbage,
    /// Requests are held for a while; the kiosk gives up, tries again, and the old one arrives after the new one.
    Late,
    /// Nothing moves, nothing closes.
    Hang,
}

/// All kinds of bad weather.
pub const BAD: [Weather; 8] = [
    Weather::Cut,
    Weather::Slow,
    Weather::Reset,
    Weather::AnswersLost,
    Weather::HalfAnswer,
    Weather::Garbage,
    Weather::Late,
    Weather::Hang,
];

/// Bytes that a slow network passes on at a time.
const SLOW_BYTES: usize = 512;
/// How long it waits between two of these.
const SLOW_PAUSE: Duration = Duration::from_millis(100);
/// How long a late request is held.
const LATE: Duration = Duration::from_secs(3);
/// How often the weather is looked at while nothing comes.
const LOOK: Duration = Duration::from_millis(50);

/// A running relay. It ends with the process.
#[derive(Debug)]
pub struct Network {
    /// Where the kiosk connects to.
    pub port: u16,
    state: Arc<State>,
}

#[derive(Debug)]
struct State {
    hub: SocketAddr,
    weather: AtomicU8,
    /// While this file exists the network is off: how the wallet window switches it.
    switch: Option<PathBuf>,
    disturbed: AtomicU64,
}

impl Network {
    /// Begins to relay to the hub on `hub_port` of this machine.
    ///
    /// # Errors
    /// When no port is free.
    pub fn start(hub_port: u16, switch: Option<PathBuf>) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("a port for the network")?;
        let port = listener.local_addr()?.port();
        let hub = SocketAddr::from((Ipv4Addr::LOCALHOST, hub_port));
        let state = Arc::new(State { hub, weather: AtomicU8::new(0), switch, disturbed: AtomicU64::new(0) });
        let relayed = Arc::clone(&state);
        std::thread::spawn(move || {
            for kiosk in listener.incoming().flatten() {
                let state = Arc::clone(&relayed);
                std::thread::spawn(move || state.relay(&kiosk));
            }
        });
        Ok(Self { port, state })
    }

    /// Changes the weather, for open connections too.
    pub fn becomes(&self, weather: Weather) {
        self.state.weather.store(weather as u8, Ordering::SeqCst);
    }

    /// How many connections were really disturbed so far.
    #[must_use]
    pub fn disturbed(&self) -> u64 {
        self.state.disturbed.load(Ordering::SeqCst)
    }
}

impl State {
    fn weather(&self) -> Weather {
        if self.switch.as_ref().is_some_and(|file| file.exists()) {
            return Weather::Cut;
        }
        let number = self.weather.load(Ordering::SeqCst);
        BAD.into_iter().find(|bad| *bad as u8 == number).unwrap_or(Weather::Fine)
    }

    fn relay(self: &Arc<Self>, kiosk: &TcpStream) {
        match self.weather() {
            Weather::Cut => return self.count(),
            Weather::Reset => {
                self.count();
                return reset(kiosk);
            }
            _ => {}
        }
        let Ok(hub) = TcpStream::connect(self.hub) else { return };
        let (Ok(kiosk_in), Ok(hub_out)) = (kiosk.try_clone(), hub.try_clone()) else { return };
        let state = Arc::clone(self);
        std::thread::spawn(move || state.requests(kiosk_in, hub_out));
        self.answers(hub, kiosk);
    }

    /// Kiosk to hub.
    fn requests(&self, mut kiosk: TcpStream, mut hub: TcpStream) {
        let mut piece = [0; 16 * 1024];
        while let Some(read) = self.next(&mut kiosk, &mut piece) {
            if self.weather() == Weather::Late {
                self.count();
                std::thread::sleep(LATE);
            }
            self.pause_if_slow(read);
            if hub.write_all(&piece[..read]).is_err() {
                break;
            }
        }
        // The hub may be gone; it has heard what was sent either way.
        let _ = hub.shutdown(Shutdown::Write);
    }

    /// Hub to kiosk.
    fn answers(&self, mut hub: TcpStream, kiosk: &TcpStream) {
        let mut piece = [0; 16 * 1024];
        while let Some(read) = self.next(&mut hub, &mut piece) {
            let answer = match self.weather() {
                Weather::AnswersLost => {
                    self.count();
                    break;
                }
                Weather::Reset => {
                    self.count();
                    return reset(kiosk);
                }
                Weather::HalfAnswer => {
                    self.count();
                    let mut kiosk = kiosk;
                    // It may have gone before.
                    let _ = kiosk.write_all(&piece[..read / 2]);
                    break;
                }
                Weather::Garbage => {
                    self.count();
                    piece[..read].iter_mut().for_each(|byte| *byte ^= 0x5a);
                    &piece[..read]
                }
                _ => &piece[..read],
            };
            self.pause_if_slow(read);
            let mut kiosk = kiosk;
            if kiosk.write_all(answer).is_err() {
                break;
            }
        }
        // Either side may be gone already.
        let _ = kiosk.shutdown(Shutdown::Both);
    }

    /// The next bytes; none at the end, or when the line is cut. While it hangs nothing is read.
    fn next(&self, from: &mut TcpStream, piece: &mut [u8]) -> Option<usize> {
        from.set_read_timeout(Some(LOOK)).ok()?;
        loop {
            match self.weather() {
                Weather::Cut => return None,
                Weather::Hang => {
                    std::thread::sleep(LOOK);
                    continue;
                }
                _ => {}
            }
            let most = if self.weather() == Weather::Slow { SLOW_BYTES } else { piece.len() };
            match from.read(&mut piece[..most]) {
                Ok(0) => return None,
                Ok(read) => return Some(read),
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
                Err(_) => return None,
            }
        }
    }

    fn pause_if_slow(&self, read: usize) {
        if self.weather() == Weather::Slow && read > 0 {
            self.count();
            std::thread::sleep(SLOW_PAUSE);
        }
    }

    fn count(&self) {
        self.disturbed.fetch_add(1, Ordering::SeqCst);
    }
}

/// Closes with a reset rather than a proper end: on Linux, connecting to nowhere does that at once.
fn reset(stream: &TcpStream) {
    // It may be closed already.
    let _ = rustix::net::connect_unspec(stream);
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop where it fails")]
    use super::*;

    /// A hub that answers each line with the same line.
    fn echo() -> u16 {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                std::thread::spawn(move || {
                    let mut heard = [0; 64];
                    while let Ok(read @ 1..) = stream.read(&mut heard) {
                        stream.write_all(&heard[..read]).unwrap();
                    }
                });
            }
        });
        port
    }

    fn ask(network: &Network) -> std::io::Result<Vec<u8>> {
        let mut kiosk = TcpStream::connect(("127.0.0.1", network.port))?;
        kiosk.set_read_timeout(Some(Duration::from_secs(10)))?;
        kiosk.write_all(b"records")?;
        let mut answer = vec![0; 7];
        kiosk.read_exact(&mut answer)?;
        Ok(answer)
    }

    #[test]
    fn fine_weather_passes_everything_and_bad_weather_does_not() {
        let network = Network::start(echo(), None).unwrap();
        assert_eq!(ask(&network).unwrap(), b"records");
        assert_eq!(network.disturbed(), 0);
        for bad in [Weather::Cut, Weather::Reset, Weather::AnswersLost, Weather::HalfAnswer] {
            let before = network.disturbed();
            network.becomes(bad);
            assert!(ask(&network).is_err(), "{bad:?}");
            assert!(network.disturbed() > before, "{bad:?} was not counted");
        }
        network.becomes(Weather::Garbage);
        assert_ne!(ask(&network).unwrap(), b"records");
        network.becomes(Weather::Fine);
        assert_eq!(ask(&network).unwrap(), b"records");
    }

    #[test]
    fn the_switch_is_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let switch = folder.path().join("network-off");
        let network = Network::start(echo(), Some(switch.clone())).unwrap();
        std::fs::write(&switch, "").unwrap();
        assert!(ask(&network).is_err());
        std::fs::remove_file(&switch).unwrap();
        assert_eq!(ask(&network).unwrap(), b"records");
    }
}
