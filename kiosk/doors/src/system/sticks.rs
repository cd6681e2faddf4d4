// SPDX-License-Identifier: GPL-3.0-or-later
//! Sticks, by UDisks2. What is put in is mounted read-only, looked through, and let go of, but for a release that staff may want:
//! that stays until it is installed or not wanted. Where there is no updater nothing is mounted: nobody else's stick is touched.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Duration;

use futures_util::{Stream, StreamExt, stream};
use tokio::sync::mpsc::Sender;
use tokio::time::sleep;
use xuedian_engine::ports::system::{BundleFault, Stick, SystemEvent};
use zbus::fdo::{ManagedObjects, ObjectManagerProxy};
use zbus::message::Type;
use zbus::{Connection, MatchRule, MessageStream, OwnedObjectPath, OwnedVariant, Variant};

use super::bundles;
use super::services::in_time;
use super::updater;

/// The bus name of UDisks2.
const UDISKS: &str = "org.freedesktop.UDisks2";
/// Where it lists what there is.
const MANAGER: &str = "/org/freedesktop/UDisks2";
/// Nothing on a stick is a program, a device or another's right, and nothing is written to it.
const OPTIONS: &str = "ro,noexec,nodev,nosuid";
/// UDisks2 is started by being asked, and looks at every drive first.
const ANSWERING: Duration = Duration::from_secs(30);
/// A stick that needs its journal replayed, or a checking of its tables.
const MOUNTING: Duration = Duration::from_secs(30);
/// Until a stick is looked at again for which the updater had no time.
const AGAIN: Duration = Duration::from_secs(5);
/// Nobody pulls a stick and puts another one in within two seconds; UDisks2, started anew, tells the time of the same one a
/// little differently. Microseconds.
const SWAPPED: u64 = 2_000_000;
/// Where the system itself is mounted from.
const OWN: [&str; 4] = ["/", "/boot", "/boot/firmware", "/data"];
/// News that may wait while a stick is looked through.
const WAITING: NonZeroUsize = NonZeroUsize::MIN.saturating_add(255);

#[zbus::proxy(interface = "org.freedesktop.UDisks2.Filesystem", default_service = "org.freedesktop.UDisks2")]
trait Filesystem {
    /// The folder at which it is mounted now.
    fn mount(&self, options: HashMap<&str, Variant<'_>>) -> zbus::Result<String>;
    fn unmount(&self, options: HashMap<&str, Variant<'_>>) -> zbus::Result<()>;
}

/// A file system that UDisks2 knows.
#[derive(Clone)]
struct FileSystem {
    path: OwnedObjectPath,
    drive: OwnedObjectPath,
    /// When it was put in, microseconds, by UDisks2's clock: another stick in the same socket has the same path.
    since: u64,
    mounted: Vec<PathBuf>,
}

impl FileSystem {
    fn is(&self, other: &Self) -> bool {
        self.path == other.path && self.since.abs_diff(other.since) < SWAPPED
    }

    /// The system itself runs from it. A box that starts from a USB disk has one that can be pulled out, too.
    fn is_ours(&self) -> bool {
        self.mounted.iter().any(|folder| OWN.iter().any(|own| folder == Path::new(own)))
    }
}

/// Follows until the connection ends or the director is gone.
pub(super) async fn follow(connection: Connection, events: Sender<SystemEvent>) {
    let mut news = match news(&connection).await {
        Ok(news) => Box::pin(news),
        Err(error) => {
            tracing::warn!(%error, "the bus does not let us listen for sticks");
            return;
        }
    };
    let mut seen: Vec<(FileSystem, Stick)> = Vec::new();
    let mut told = None;
    loop {
        let again = look(&connection, &mut seen).await;
        let stick = seen.iter().map(|(_, stick)| stick.clone()).fold(Stick::Out, bundles::better);
        if told.as_ref() != Some(&stick) {
            told = Some(stick.clone());
            if events.send(SystemEvent::Stick(stick)).await.is_err() {
                return;
            }
        }
        tokio::select! {
            came = news.next() => if came.is_none() { return },
            () = sleep(AGAIN), if again => {}
        }
    }
}

/// What comes and goes at UDisks2, and UDisks2 itself.
async fn news(connection: &Connection) -> zbus::Result<impl Stream + use<>> {
    let objects = MatchRule::builder()
        .msg_type(Type::Signal)
        .sender(UDISKS)
        .interface("org.freedesktop.DBus.ObjectManager")
        .path(MANAGER)
        .build()?;
    let owner = MatchRule::builder()
        .msg_type(Type::Signal)
        .sender("org.freedesktop.DBus")
        .interface("org.freedesktop.DBus")
        .member("NameOwnerChanged")
        .arg(0, UDISKS)
        .build()?;
    Ok(stream::select(
        MessageStream::for_match_rule(objects, connection, Some(WAITING)).await?,
        MessageStream::for_match_rule(owner, connection, None).await?,
    ))
}

/// Looks into what is new. True when the updater had no time for some of it.
async fn look(connection: &Connection, seen: &mut Vec<(FileSystem, Stick)>) -> bool {
    let found = match sticks(connection).await {
        Ok(found) => found,
        Err(error) => {
            tracing::debug!(%error, "asking UDisks2");
            Vec::new()
        }
    };
    seen.retain(|(stick, _)| found.iter().any(|found| found.is(stick)));
    let mut again = false;
    for found in found {
        if seen.iter().any(|(stick, _)| found.is(stick)) {
            continue;
        }
        match inside(connection, &found).await {
            Some(stick) => seen.push((found, stick)),
            None => again = true,
        }
    }
    again
}

/// What a stick brings; none when the updater is busy.
async fn inside(connection: &Connection, found: &FileSystem) -> Option<Stick> {
    let board = match updater::board(connection).await {
        Ok((board, true)) => board,
        Ok((_, false)) => return None,
        Err(error) => {
            tracing::info!(%error, "there is no updater: the stick is left alone");
            return Some(Stick::Out);
        }
    };
    let folder = match found.mounted.first() {
        Some(folder) => folder.clone(),
        None => match mount(connection, &found.path).await {
            Ok(folder) => folder.into(),
            Err(error) => {
                tracing::warn!(%error, stick = %found.path, "cannot be mounted");
                return Some(Stick::Refused(BundleFault::Unreadable));
            }
        },
    };
    let stick = bundles::look(connection, folder, &board).await;
    tracing::info!(stick = %found.path, ?stick, "looked through");
    if !matches!(stick, Some(Stick::Release { .. }))
        && let Err(error) = unmount(connection, &found.path).await
    {
        tracing::warn!(%error, stick = %found.path, "cannot be unmounted");
    }
    stick
}

async fn mount(connection: &Connection, path: &OwnedObjectPath) -> zbus::Result<String> {
    in_time(MOUNTING, async {
        let stick = FilesystemProxy::builder(connection).path(path).build().await?;
        stick.mount(HashMap::from([("options", OPTIONS.into()), quietly()])).await
    })
    .await
}

async fn unmount(connection: &Connection, path: &OwnedObjectPath) -> zbus::Result<()> {
    in_time(MOUNTING, async {
        let stick = FilesystemProxy::builder(connection).path(path).build().await?;
        stick.unmount(HashMap::from([quietly()])).await
    })
    .await
}

/// Nobody types a password here.
fn quietly() -> (&'static str, Variant<'static>) {
    ("auth.no_user_interaction", true.into())
}

/// Lets go of the stick that a bundle lies on; one that lies elsewhere has none.
pub(super) async fn let_go(connection: &Connection, bundle: &Path) -> zbus::Result<()> {
    for found in sticks(connection).await? {
        if found.mounted.iter().any(|folder| bundle.starts_with(folder)) {
            unmount(connection, &found.path).await?;
        }
    }
    Ok(())
}

/// The file systems on removable drives at USB.
async fn sticks(connection: &Connection) -> zbus::Result<Vec<FileSystem>> {
    let objects = in_time(ANSWERING, async {
        let manager = ObjectManagerProxy::builder(connection).destination(UDISKS).path(MANAGER).build().await?;
        Ok(manager.get_managed_objects().await?)
    })
    .await?;
    let file_systems: Vec<_> = objects.keys().filter_map(|path| file_system(&objects, path)).collect();
    let own = |drive: &OwnedObjectPath| file_systems.iter().any(|other| other.drive == *drive && other.is_ours());
    let sticks = file_systems.iter().filter(|found| is_stick(&objects, &found.drive) && !own(&found.drive));
    Ok(sticks.cloned().collect())
}

fn property<'a>(
    objects: &'a ManagedObjects,
    path: &OwnedObjectPath,
    interface: &str,
    name: &str,
) -> Option<&'a OwnedVariant> {
    objects.get(path)?.get(interface)?.get(name)
}

fn file_system(objects: &ManagedObjects, path: &OwnedObjectPath) -> Option<FileSystem> {
    let mounts = property(objects, path, "org.freedesktop.UDisks2.Filesystem", "MountPoints")?;
    let drive = property(objects, path, "org.freedesktop.UDisks2.Block", "Drive")?;
    let drive = OwnedObjectPath::try_from(drive.try_clone().ok()?).ok()?;
    let since = property(objects, &drive, "org.freedesktop.UDisks2.Drive", "TimeMediaDetected");
    let since = since.and_then(|since| u64::try_from(since).ok()).unwrap_or(0);
    let mounts = Vec::<Vec<u8>>::try_from(mounts.try_clone().ok()?).ok()?;
    // Folders come as bytes with a zero at their end.
    let folder = |bytes: Vec<u8>| Some(PathBuf::from(String::from_utf8(bytes).ok()?.trim_end_matches('\0')));
    Some(FileSystem { path: path.clone(), drive, since, mounted: mounts.into_iter().filter_map(folder).collect() })
}

/// Whether a drive can be pulled out of a USB socket.
fn is_stick(objects: &ManagedObjects, drive: &OwnedObjectPath) -> bool {
    let of_drive = |name| property(objects, drive, "org.freedesktop.UDisks2.Drive", name);
    let usb = of_drive("ConnectionBus").is_some_and(|bus| <&str>::try_from(bus).is_ok_and(|bus| bus == "usb"));
    usb && of_drive("Removable").is_some_and(|removable| bool::try_from(removable).unwrap_or(false))
}
