// SPDX-License-Identifier: GPL-3.0-or-later
//! What kiosk and hub tell a service manager, which here is the test.

use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use rustix::process::Signal;
use xuedian_e2e::{PATIENCE, Point};
use xuedian_kit::district::District;
use xuedian_kit::hub::Hub;
use xuedian_kit::process::Running;

/// Within this a proof of life is wanted.
const WATCHDOG: Duration = Duration::from_secs(2);

#[test]
fn a_service_manager_hears_that_the_kiosk_is_up_lives_loses_its_reader_and_ends() -> Result<()> {
    let mut point = Point::start(1)?;
    let socket = point.district.folder.join("notify");
    let mut manager = Manager::at(&socket)?;
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
    manager.hear_nothing_while_it_hangs(kiosk.program())?;
    kiosk.program().signal(Signal::TERM);
    manager.hear("STOPPING=1")
}

#[test]
fn a_service_manager_hears_that_the_hub_is_up_lives_and_ends() -> Result<()> {
    let district = District::temporary(1)?;
    let socket = district.folder.join("notify");
    let mut manager = Manager::at(&socket)?;
    let mut hub = Hub::start(&district)?;
    hub.restart_watched(&socket, WATCHDOG)?;
    manager.hear("READY=1")?;
    manager.hear("STATUS=serving")?;
    for _ in 0..3 {
        manager.hear("WATCHDOG=1")?;
    }
    manager.hear_nothing_while_it_hangs(hub.program())?;
    hub.program().signal(Signal::TERM);
    manager.hear("STOPPING=1")
}

struct Manager {
    socket: UnixDatagram,
    heard: Vec<String>,
}

impl Manager {
    fn at(socket: &Path) -> Result<Self> {
        let socket = UnixDatagram::bind(socket)?;
        socket.set_read_timeout(Some(Duration::from_millis(100)))?;
        Ok(Self { socket, heard: Vec::new() })
    }

    /// Stops the program: nobody says that it lives, until it goes on.
    fn hear_nothing_while_it_hangs(&mut self, program: &Running) -> Result<()> {
        program.signal(Signal::STOP);
        std::thread::sleep(WATCHDOG);
        self.listen()?;
        self.heard.clear();
        std::thread::sleep(WATCHDOG);
        self.listen()?;
        ensure!(self.heard.is_empty(), "{:?}", self.heard);
        program.signal(Signal::CONT);
        self.hear("WATCHDOG=1")
    }

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
