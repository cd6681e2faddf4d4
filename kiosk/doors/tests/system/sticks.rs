// SPDX-License-Identifier: GPL-3.0-or-later
//! Sticks that come and go, against stand-ins of UDisks2 and RAUC on the bus.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use tempfile::TempDir;
use xuedian_engine::ports::lane::Lane;
use xuedian_engine::ports::system::{BundleFault, Stick, SystemCommand, SystemEvent};
use zbus::fdo::{Error, ManagedObjects};
use zbus::object_server::SignalEmitter;
use zbus::{Connection, OwnedVariant, Variant};

use super::{PrivateBus, until};

const MANAGER: &str = "/org/freedesktop/UDisks2";

/// The machine's drives, as UDisks2 and RAUC see them.
#[derive(Default)]
struct Machine {
    /// Drive, its folder, whether it is at USB.
    drives: BTreeMap<&'static str, (PathBuf, bool)>,
    /// How many times something was put in at each.
    put_in: BTreeMap<&'static str, u64>,
    mounted: BTreeSet<&'static str>,
    /// With which options it was mounted last.
    options: String,
    busy: bool,
}

type Shared = Arc<Mutex<Machine>>;

fn block(drive: &str) -> String {
    format!("{MANAGER}/block_devices/{drive}1")
}

fn value<'a>(value: impl Into<Variant<'a>>) -> OwnedVariant {
    OwnedVariant::try_from(value.into()).expect("no descriptor")
}

/// UDisks2's list.
struct Disks(Shared);

#[zbus::interface(name = "org.freedesktop.DBus.ObjectManager")]
impl Disks {
    fn get_managed_objects(&self) -> ManagedObjects {
        let machine = self.0.lock().expect("whole");
        let mut objects = ManagedObjects::new();
        for (name, (folder, usb)) in &machine.drives {
            let drive = format!("{MANAGER}/drives/{name}");
            let mut folders = Vec::new();
            if machine.mounted.contains(name) {
                folders.push([folder.as_os_str().as_encoded_bytes(), b"\0"].concat());
            }
            let drive_path = zbus::ObjectPath::try_from(drive.clone()).expect("a path");
            let of = |entries: Vec<(&str, OwnedVariant)>| {
                entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<HashMap<_, _>>()
            };
            let of_block = HashMap::from([
                ("org.freedesktop.UDisks2.Block", of(vec![("Drive", value(drive_path))])),
                ("org.freedesktop.UDisks2.Filesystem", of(vec![("MountPoints", value(folders))])),
            ]);
            let bus = if *usb { "usb" } else { "" };
            let since = ("TimeMediaDetected", value(machine.put_in.get(name).copied().unwrap_or(0) * 10_000_000));
            let of_drive = of(vec![("ConnectionBus", value(bus)), ("Removable", value(*usb)), since]);
            let of_drive = HashMap::from([("org.freedesktop.UDisks2.Drive", of_drive)]);
            for (path, interfaces) in [(block(name), of_block), (drive, of_drive)] {
                let named = interfaces.into_iter().map(|(name, all)| (name.try_into().expect("a name"), all));
                objects.insert(path.try_into().expect("a path"), named.collect());
            }
        }
        objects
    }

    #[zbus(signal)]
    async fn interfaces_added(
        emitter: &SignalEmitter<'_>,
        path: zbus::OwnedObjectPath,
        interfaces: HashMap<String, HashMap<String, OwnedVariant>>,
    ) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn interfaces_removed(
        emitter: &SignalEmitter<'_>,
        path: zbus::OwnedObjectPath,
        interfaces: Vec<String>,
    ) -> zbus::Result<()>;
}

/// UDisks2's file system of a drive.
struct FileSystem(Shared, &'static str);

#[zbus::interface(name = "org.freedesktop.UDisks2.Filesystem")]
impl FileSystem {
    fn mount(&self, options: HashMap<String, OwnedVariant>) -> Result<String, Error> {
        let mut machine = self.0.lock().expect("whole");
        let word = |key: &str| options.get(key).and_then(|word| <&str>::try_from(word).ok()).unwrap_or_default();
        machine.options = word("options").to_owned();
        let (folder, _) = machine.drives.get(self.1).ok_or_else(|| Error::Failed("no such drive".into()))?;
        if !folder.exists() {
            return Err(Error::Failed("wrong fs type, bad option, bad superblock".into()));
        }
        let folder = folder.display().to_string();
        machine.mounted.insert(self.1);
        Ok(folder)
    }

    fn unmount(&self, _options: HashMap<String, OwnedVariant>) {
        self.0.lock().expect("whole").mounted.remove(self.1);
    }
}

/// RAUC, for whom a bundle is a file with the words `compatible version`.
struct Rauc(Shared);

#[zbus::interface(name = "de.pengutronix.rauc.Installer")]
impl Rauc {
    fn inspect_bundle(
        &self,
        bundle: String,
        _args: HashMap<String, OwnedVariant>,
    ) -> Result<HashMap<String, OwnedVariant>, Error> {
        let text = fs::read_to_string(bundle).map_err(|error| Error::Failed(error.to_string()))?;
        let (compatible, version) =
            text.split_once(' ').ok_or_else(|| Error::Failed("signature verification failed: no".into()))?;
        let update = HashMap::from([("compatible", Variant::from(compatible)), ("version", Variant::from(version))]);
        Ok(HashMap::from([("update".to_owned(), value(Variant::Variant(Box::new(Variant::from(update)))))]))
    }

    async fn install_bundle(
        &self,
        source: String,
        _args: HashMap<String, OwnedVariant>,
        #[zbus(signal_emitter)] emitter: SignalEmitter<'_>,
    ) {
        Self::completed(&emitter, i32::from(!Path::new(&source).exists())).await.expect("told");
    }

    #[zbus(signal)]
    async fn completed(emitter: &SignalEmitter<'_>, result: i32) -> zbus::Result<()>;

    #[zbus(property)]
    fn last_error(&self) -> String {
        "Failed to open file for reading".to_owned()
    }

    #[zbus(property)]
    fn operation(&self) -> String {
        if self.0.lock().expect("whole").busy { "installing" } else { "idle" }.to_owned()
    }

    #[zbus(property)]
    fn compatible(&self) -> String {
        "xuedian-here".to_owned()
    }
}

/// The stand-ins on one bus.
struct Stage {
    machine: Shared,
    udisks: Connection,
    _rauc: Option<Connection>,
    bus: PrivateBus,
    _folder: TempDir,
}

impl Stage {
    async fn set(updater: bool) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let bus = PrivateBus::start(folder.path());
        let machine = Shared::default();
        let udisks = bus.connect().await;
        udisks.object_server().at(MANAGER, Disks(Arc::clone(&machine))).await.expect("served");
        for drive in ["sda", "sdb"] {
            let file_system = FileSystem(Arc::clone(&machine), drive);
            udisks.object_server().at(block(drive), file_system).await.expect("served");
        }
        let rauc = bus.connect().await;
        rauc.object_server().at("/", Rauc(Arc::clone(&machine))).await.expect("served");
        if updater {
            rauc.request_name("de.pengutronix.rauc").await.expect("its name");
        }
        Self { machine, udisks, _rauc: updater.then_some(rauc), bus, _folder: folder }
    }

    async fn serve(&self) {
        self.udisks.request_name("org.freedesktop.UDisks2").await.expect("its name");
    }

    /// Waits until the door follows, and then serves.
    async fn followed(&self) -> Lane<SystemCommand, SystemEvent> {
        let mut director = self.bus.door();
        until(&mut director, SystemEvent::Stick(Stick::Out)).await;
        self.serve().await;
        director
    }

    async fn put_in(&self, drive: &'static str, folder: &Path, usb: bool) {
        {
            let mut machine = self.machine.lock().expect("whole");
            machine.drives.insert(drive, (folder.to_owned(), usb));
            *machine.put_in.entry(drive).or_default() += 1;
        }
        let emitter = SignalEmitter::new(&self.udisks, MANAGER).expect("a path");
        let path = block(drive).try_into().expect("a path");
        Disks::interfaces_added(&emitter, path, HashMap::new()).await.expect("told");
    }

    async fn pull(&self, drive: &'static str) {
        {
            let mut machine = self.machine.lock().expect("whole");
            machine.drives.remove(drive);
            machine.mounted.remove(drive);
        }
        let emitter = SignalEmitter::new(&self.udisks, MANAGER).expect("a path");
        let path = block(drive).try_into().expect("a path");
        Disks::interfaces_removed(&emitter, path, Vec::new()).await.expect("told");
    }

    fn mounted(&self) -> usize {
        self.machine.lock().expect("whole").mounted.len()
    }
}

fn stick(bundles: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("xuedian")).expect("made");
    for (name, text) in bundles {
        fs::write(folder.path().join(name), text).expect("written");
    }
    folder
}

fn release(folder: &TempDir, name: &str, version: &str) -> Stick {
    Stick::Release { bundle: folder.path().join(name), version: version.into() }
}

#[tokio::test]
async fn the_latest_release_of_a_stick_is_told_installed_and_let_go_of() {
    let stage = Stage::set(true).await;
    let mut director = stage.followed().await;
    let folder = stick(&[
        ("a.raucb", "xuedian-here 2026.9"),
        ("xuedian/b.raucb", "xuedian-here 2026.12"),
        ("c.raucb", "xuedian-elsewhere 2027"),
        ("d.raucb", "nobody's"),
    ]);
    stage.put_in("sda", folder.path(), true).await;
    let brings = release(&folder, "xuedian/b.raucb", "2026.12");
    until(&mut director, SystemEvent::Stick(brings.clone())).await;
    assert_eq!(stage.machine.lock().expect("whole").options, "ro,noexec,nodev,nosuid");
    assert_eq!(stage.mounted(), 1, "until it is read");

    let Stick::Release { bundle, version } = brings else { unreachable!() };
    let install = SystemCommand::Install { bundle, version };
    director.commands.send(install.clone()).await.expect("taken");
    until(&mut director, SystemEvent::Done(install)).await;
    assert_eq!(stage.mounted(), 0, "it can be taken out");
    stage.pull("sda").await;
    until(&mut director, SystemEvent::Stick(Stick::Out)).await;
}

#[tokio::test]
async fn a_stick_that_nobody_wants_is_let_go_of() {
    let stage = Stage::set(true).await;
    let folder = stick(&[("a.raucb", "xuedian-here 2026.12")]);
    stage.machine.lock().expect("whole").drives.insert("sda", (folder.path().to_owned(), true));
    stage.serve().await;
    let mut director = stage.bus.door();
    until(&mut director, SystemEvent::Stick(release(&folder, "a.raucb", "2026.12"))).await;
    let let_go = SystemCommand::LetGo { bundle: folder.path().join("a.raucb") };
    director.commands.send(let_go.clone()).await.expect("taken");
    until(&mut director, SystemEvent::Done(let_go)).await;
    assert_eq!(stage.mounted(), 0);
}

#[tokio::test]
async fn what_is_not_for_this_box_is_told_and_let_go_of() {
    let stage = Stage::set(true).await;
    let mut director = stage.followed().await;
    for (bundles, told) in [
        (&[("a.raucb", "xuedian-elsewhere 2027")][..], Stick::Refused(BundleFault::OtherBoard)),
        (&[("a.raucb", "nobody's")], Stick::Refused(BundleFault::NotSigned)),
        (&[("holiday.jpg", "")], Stick::Empty),
    ] {
        let folder = stick(bundles);
        stage.put_in("sda", folder.path(), true).await;
        until(&mut director, SystemEvent::Stick(told)).await;
        assert_eq!(stage.mounted(), 0);
        stage.pull("sda").await;
        until(&mut director, SystemEvent::Stick(Stick::Out)).await;
    }
}

#[tokio::test]
async fn a_stick_that_cannot_be_mounted_is_told() {
    let stage = Stage::set(true).await;
    let mut director = stage.followed().await;
    stage.put_in("sda", Path::new("/nowhere"), true).await;
    until(&mut director, SystemEvent::Stick(Stick::Refused(BundleFault::Unreadable))).await;
}

#[tokio::test]
async fn another_stick_in_the_same_socket_is_looked_through() {
    let stage = Stage::set(true).await;
    let mut director = stage.followed().await;
    let (empty, other) = (stick(&[]), stick(&[("a.raucb", "xuedian-here 2026.12")]));
    stage.put_in("sda", empty.path(), true).await;
    until(&mut director, SystemEvent::Stick(Stick::Empty)).await;
    // As when the change goes by while something else is looked at: no word of the first having been pulled.
    stage.put_in("sda", other.path(), true).await;
    until(&mut director, SystemEvent::Stick(release(&other, "a.raucb", "2026.12"))).await;
}

#[tokio::test]
async fn a_stick_waits_for_an_updater_that_is_busy() {
    let stage = Stage::set(true).await;
    let mut director = stage.followed().await;
    stage.machine.lock().expect("whole").busy = true;
    let folder = stick(&[("a.raucb", "xuedian-here 2026.12")]);
    stage.put_in("sda", folder.path(), true).await;
    // A second stick is news, too: the first has been seen and left by then.
    let other = stick(&[]);
    stage.put_in("sdb", other.path(), true).await;
    stage.machine.lock().expect("whole").busy = false;
    until(&mut director, SystemEvent::Stick(release(&folder, "a.raucb", "2026.12"))).await;
}

#[tokio::test]
async fn a_drive_of_the_box_itself_is_no_stick() {
    let stage = Stage::set(true).await;
    let mut director = stage.followed().await;
    let folder = stick(&[("a.raucb", "xuedian-here 2026.12")]);
    stage.put_in("sda", folder.path(), false).await;
    {
        let mut machine = stage.machine.lock().expect("whole");
        machine.drives.insert("sdb", ("/data".into(), true));
        machine.mounted.insert("sdb");
    }
    let other = stick(&[]);
    stage.put_in("sda", other.path(), true).await;
    until(&mut director, SystemEvent::Stick(Stick::Empty)).await;
    assert_eq!(stage.mounted(), 1, "what the box has mounted stays");
}

#[tokio::test]
async fn where_there_is_no_updater_a_stick_is_left_alone() {
    let stage = Stage::set(false).await;
    let mut director = stage.followed().await;
    let folder = stick(&[("a.raucb", "xuedian-here 2026.12")]);
    stage.put_in("sda", folder.path(), true).await;
    let _logind = stage.bus.mock("logind", super::LOGIND).await;
    director.commands.send(SystemCommand::PowerOff).await.expect("taken");
    until(&mut director, SystemEvent::Done(SystemCommand::PowerOff)).await;
    assert_eq!(stage.mounted(), 0);
    assert_eq!(stage.machine.lock().expect("whole").options, "");
}
