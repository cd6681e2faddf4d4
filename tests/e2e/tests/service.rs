// SPDX-License-Identifier: GPL-3.0-or-later
//! What the kiosk tells a service manager, which here is the test.

use std::os::unix::net::UnixDatagram;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use rustix::process::Signal;
use xuedian_e2e::{PATIENCE, Point};

/// Within this a proof of life is wanted.
const WATCHDOG: Duration = Duration::from_secs(2);

#[test]
fn a_service_manager_hears_that_the_kiosk_is_up_lives_loses_its_reader_and_ends() -> Result<()> {
    let mut point = Point::start(1)?;
    let socket = point.district.folder.join("notify");
    let mut manager = Manager { socket: UnixDatagram::bind(&socket)?, heard: Vec::new() };
    manager.socket.set_read_timeout(Some(Duration::from_millis(100)))?;
    let kiosk = &mut point.kiosks[0];
    kiosk.kill()?;
    kiosk.restart_watched(&socket, WATCHDOG)?;
    manager.hear("READY=1")?;
    manager.hear("STATUS=cards are taken")?;
    manager.heard.clear();
    for _ in 0..3 {
        manager.hear("WATCHDOG=1")?;
    }
    kiosk.reader.act("unplug")?;
    manager.hear("STATUS=no cards are taken")?;
    // It hangs: nobody says that it lives.
    kiosk.program().signal(Signal::STOP);
    std::thread::sleep(WATCHDOG);
    manager.listen()?;
    manager.heard.clear();
    std::thread::sleep(WATCHDOG);
    manager.listen()?;
    ensure!(manager.heard.is_empty(), "{:?}", manager.heard);
    kiosk.program().signal(Signal::CONT);
    manager.hear("WATCHDOG=1")?;
    kiosk.program().signal(Signal::TERM);
    manager.hear("STOPPING=1")
}

struct Manager {
    socket: UnixDatagram,
    heard: Vec<String>,
}

impl Manager {
    /// Waits for a message that begins so, in whatever order they come, and takes it.
    fn hear(&mut self, beginning: &str) -> Result<()> {
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            self.listen()?;
            if let Some(at) = self.heard.iter().position(|message| message.starts_with(beginning)) {
                self.heard.remove(at);
                return Ok(());
            }
        }
        anyhow::bail!("{beginning} was not heard; only {:?}", self.heard)
    }

    /// Takes what is there.
    fn listen(&mut self) -> Result<()> {
        let mut bytes = [0; 4096];
        while let Ok(length) = self.socket.recv(&mut bytes) {
            self.heard.extend(String::from_utf8(bytes[..length].to_vec())?.lines().map(str::to_owned));
        }
        Ok(())
    }
}
