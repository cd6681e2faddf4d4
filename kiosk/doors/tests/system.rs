// SPDX-License-Identifier: GPL-3.0-or-later
//! The system door on a private bus, against python-dbusmock's NetworkManager, timedated and logind, and stand-ins of RAUC and
//! UDisks2.

#[path = "system/sticks.rs"]
mod sticks;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tokio::time::{sleep, timeout};
use xuedian_doors::system::{Bus, open};
use xuedian_engine::ports::lane::{Lane, lane};
use xuedian_engine::ports::system::{BundleFault, ClockSource, Decline, Network, SystemCommand, SystemEvent};
use zbus::Connection;

/// A process that ends with its test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Gone already: as wanted.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

struct PrivateBus {
    address: String,
    _daemon: Running,
}

impl PrivateBus {
    fn start(folder: &Path) -> Self {
        let address = format!("unix:path={}", folder.join("bus").display());
        let mut daemon = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--print-address=1", "--address", &address])
            .stdout(Stdio::piped())
            .spawn()
            .expect("dbus-daemon is installed");
        let mut line = String::new();
        BufReader::new(daemon.stdout.take().expect("piped")).read_line(&mut line).expect("an address");
        Self { address, _daemon: Running(daemon) }
    }

    async fn connect(&self) -> Connection {
        let bus = zbus::connection::Builder::address(self.address.as_str());
        bus.build().await.expect("connected")
    }

    /// Starts a mock service and waits until it owns its name.
    async fn mock(&self, template: &str, name: &str) -> Running {
        let child = Running(
            Command::new("/usr/bin/python3")
                .args(["-m", "dbusmock", "--system", "--template", template])
                .env("DBUS_SYSTEM_BUS_ADDRESS", &self.address)
                .stdout(Stdio::null())
                .spawn()
                .expect("python3-dbusmock is installed"),
        );
        let connection = self.connect().await;
        let bus = zbus::fdo::DBusProxy::new(&connection).await.expect("a bus");
        for _ in 0..600 {
            if bus.name_has_owner(name.try_into().expect("a name")).await.expect("an answer") {
                return child;
            }
            sleep(Duration::from_millis(50)).await;
        }
        panic!("{template} did not start");
    }

    fn door(&self) -> Lane<SystemCommand, SystemEvent> {
        let (director, side) = lane();
        drop(open(side, Bus::At(self.address.clone())));
        director
    }
}

async fn next(director: &mut Lane<SystemCommand, SystemEvent>) -> SystemEvent {
    let event = timeout(Duration::from_secs(30), director.events.recv()).await;
    event.expect("an event in time").expect("the door lives")
}

async fn until(director: &mut Lane<SystemCommand, SystemEvent>, wanted: SystemEvent) {
    while next(director).await != wanted {}
}

async fn set_connectivity(bus: &PrivateBus, value: u32) {
    let connection = bus.connect().await;
    let name = Some("org.freedesktop.NetworkManager");
    let path = "/org/freedesktop/NetworkManager";
    let mock = Some("org.freedesktop.DBus.Mock");
    connection.call_method(name, path, mock, "SetConnectivity", &value).await.expect("set");
}

const NM: &str = "org.freedesktop.NetworkManager";
const TIMEDATED: &str = "org.freedesktop.timedate1";
const LOGIND: &str = "org.freedesktop.login1";

#[tokio::test]
async fn connectivity_is_followed_through_changes_and_restarts() {
    let folder = tempfile::tempdir().expect("a folder");
    let bus = PrivateBus::start(folder.path());
    let manager = bus.mock("networkmanager", NM).await;
    let mut director = bus.door();
    assert_eq!(next(&mut director).await, SystemEvent::Network(Network::Full));
    for (value, network) in [(1, Network::None), (2, Network::Portal), (3, Network::Local), (4, Network::Full)] {
        set_connectivity(&bus, value).await;
        until(&mut director, SystemEvent::Network(network)).await;
    }
    drop(manager);
    until(&mut director, SystemEvent::Network(Network::Unknown)).await;
    let _manager = bus.mock("networkmanager", NM).await;
    until(&mut director, SystemEvent::Network(Network::Full)).await;
}

#[tokio::test]
async fn the_clock_is_read_when_its_service_appears() {
    let folder = tempfile::tempdir().expect("a folder");
    let bus = PrivateBus::start(folder.path());
    let mut director = bus.door();
    until(&mut director, SystemEvent::Clock(ClockSource::Unknown)).await;
    let _timedated = bus.mock("timedated", TIMEDATED).await;
    until(&mut director, SystemEvent::Clock(ClockSource::Synchronised)).await;
    let offer = SystemCommand::OfferTime { wall_ms: 1_800_000_000_000 };
    director.commands.send(offer.clone()).await.expect("taken");
    until(&mut director, SystemEvent::Done(offer)).await;
}

#[tokio::test]
async fn commands_are_done_or_declined_with_the_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    let bus = PrivateBus::start(folder.path());
    let mut director = bus.door();
    director.commands.send(SystemCommand::PowerOff).await.expect("taken");
    until(&mut director, SystemEvent::Declined(SystemCommand::PowerOff, Decline::NoService)).await;
    let _logind = bus.mock("logind", LOGIND).await;
    for command in [SystemCommand::PowerOff, SystemCommand::Restart] {
        director.commands.send(command.clone()).await.expect("taken");
        until(&mut director, SystemEvent::Done(command)).await;
    }
}

/// RAUC, as far as the kiosk speaks with it.
struct Updater {
    marks: tokio::sync::mpsc::Sender<(String, String)>,
    percent: i32,
}

#[zbus::interface(name = "de.pengutronix.rauc.Installer")]
impl Updater {
    async fn mark(&self, state: String, slot: String) -> (String, String) {
        self.marks.send((state, slot)).await.expect("the test listens");
        ("rootfs.0".to_owned(), "marked slot rootfs.0 as good".to_owned())
    }

    /// Half of it is written, and then it ends: well for a bundle that is called so, badly for any other.
    async fn install_bundle(
        &mut self,
        source: String,
        _args: std::collections::HashMap<String, zbus::OwnedVariant>,
        #[zbus(signal_emitter)] emitter: zbus::object_server::SignalEmitter<'_>,
    ) {
        self.percent = 50;
        self.progress_changed(&emitter).await.expect("told");
        Self::completed(&emitter, i32::from(source != "/media/good")).await.expect("told");
    }

    #[zbus(signal)]
    async fn completed(emitter: &zbus::object_server::SignalEmitter<'_>, result: i32) -> zbus::Result<()>;

    #[zbus(property)]
    async fn progress(&self) -> (i32, String, i32) {
        (self.percent, "Copying image to rootfs.1".to_owned(), 2)
    }

    #[zbus(property)]
    async fn last_error(&self) -> String {
        "signature verification failed".to_owned()
    }
}

#[tokio::test]
async fn the_updater_hears_that_a_release_is_good_and_writes_another() {
    let folder = tempfile::tempdir().expect("a folder");
    let bus = PrivateBus::start(folder.path());
    let mut director = bus.door();
    director.commands.send(SystemCommand::MarkGood).await.expect("taken");
    until(&mut director, SystemEvent::Declined(SystemCommand::MarkGood, Decline::NoService)).await;

    let (marks, mut marked) = tokio::sync::mpsc::channel(1);
    let updater = bus.connect().await;
    updater.object_server().at("/", Updater { marks, percent: 0 }).await.expect("served");
    updater.request_name("de.pengutronix.rauc").await.expect("its name");
    director.commands.send(SystemCommand::MarkGood).await.expect("taken");
    until(&mut director, SystemEvent::Done(SystemCommand::MarkGood)).await;
    assert_eq!(marked.recv().await, Some(("good".to_owned(), "booted".to_owned())));

    let install = |bundle: &str| SystemCommand::Install { bundle: bundle.into(), version: "2".into() };
    let [good, bad] = ["/media/good", "/media/bad"].map(install);
    director.commands.send(good.clone()).await.expect("taken");
    until(&mut director, SystemEvent::Writing(50)).await;
    until(&mut director, SystemEvent::Done(good)).await;
    director.commands.send(bad.clone()).await.expect("taken");
    until(&mut director, SystemEvent::Declined(bad, Decline::Bundle(BundleFault::NotSigned))).await;
}

#[tokio::test]
async fn without_a_bus_all_is_unknown_and_commands_are_declined() {
    let (mut director, side) = lane();
    let door = open(side, Bus::At("unix:path=/nowhere/at/all".into()));
    assert_eq!(next(&mut director).await, SystemEvent::Network(Network::Unknown));
    assert_eq!(next(&mut director).await, SystemEvent::Clock(ClockSource::Unknown));
    director.commands.send(SystemCommand::Restart).await.expect("taken");
    let declined = SystemEvent::Declined(SystemCommand::Restart, Decline::NoService);
    assert_eq!(next(&mut director).await, declined);
    drop(director);
    timeout(Duration::from_secs(5), door).await.expect("ends").expect("quietly");
}

#[tokio::test]
async fn a_bus_that_goes_away_is_unknown_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let bus = PrivateBus::start(folder.path());
    let _manager = bus.mock("networkmanager", NM).await;
    let mut director = bus.door();
    until(&mut director, SystemEvent::Network(Network::Full)).await;
    drop(bus);
    until(&mut director, SystemEvent::Network(Network::Unknown)).await;
}
