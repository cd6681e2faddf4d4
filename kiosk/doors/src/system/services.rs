// SPDX-License-Identifier: GPL-3.0-or-later
//! The four services, each call bounded in time, their errors told apart once.

use std::collections::HashMap;
use std::future::Future;
use std::path::Path;
use std::time::Duration;

use futures_util::StreamExt;
use xuedian_engine::ports::system::{ClockSource, Decline, Network, SystemCommand};
use zbus::Variant;
use zbus::proxy::CacheProperties;
use zbus::{Connection, fdo};

use super::Bus;

/// The bus name of NetworkManager.
pub(super) const NETWORK_MANAGER: &str = "org.freedesktop.NetworkManager";
/// The bus name of timedated.
pub(super) const TIMEDATED: &str = "org.freedesktop.timedate1";
/// A service that does not answer for this long is not there.
const PATIENCE: Duration = Duration::from_secs(5);
/// Half a gigabyte onto a slow card, at low priority.
const INSTALLING: Duration = Duration::from_secs(60 * 60);

#[zbus::proxy(
    interface = "org.freedesktop.NetworkManager",
    default_service = "org.freedesktop.NetworkManager",
    default_path = "/org/freedesktop/NetworkManager"
)]
trait NetworkManager {
    #[zbus(property)]
    fn connectivity(&self) -> zbus::Result<u32>;
}

#[zbus::proxy(
    interface = "org.freedesktop.timedate1",
    default_service = "org.freedesktop.timedate1",
    default_path = "/org/freedesktop/timedate1"
)]
trait Timedate {
    #[zbus(property, name = "NTPSynchronized")]
    fn ntp_synchronized(&self) -> zbus::Result<bool>;
    fn set_time(&self, usec_utc: i64, relative: bool, interactive: bool) -> zbus::Result<()>;
}

#[zbus::proxy(
    interface = "org.freedesktop.login1.Manager",
    default_service = "org.freedesktop.login1",
    default_path = "/org/freedesktop/login1"
)]
trait Login {
    fn power_off(&self, interactive: bool) -> zbus::Result<()>;
    fn reboot(&self, interactive: bool) -> zbus::Result<()>;
}

#[zbus::proxy(interface = "de.pengutronix.rauc.Installer", default_service = "de.pengutronix.rauc", default_path = "/")]
trait Updater {
    /// The slot that was meant, and a sentence about it.
    fn mark(&self, state: &str, slot: &str) -> zbus::Result<(String, String)>;
    /// Begins; [`UpdaterProxy::receive_completed`] tells the end.
    fn install_bundle(&self, source: &str, args: HashMap<&str, Variant<'_>>) -> zbus::Result<()>;
    /// 0 when all is well.
    #[zbus(signal)]
    fn completed(&self, result: i32) -> zbus::Result<()>;
    #[zbus(property)]
    fn last_error(&self) -> zbus::Result<String>;
}

pub(super) async fn connect(bus: &Bus) -> zbus::Result<Connection> {
    in_time(PATIENCE, async {
        match bus {
            Bus::System => Connection::system().await,
            Bus::At(address) => zbus::connection::Builder::address(address.as_str()).build().await,
        }
    })
    .await
}

/// How far the network reaches, as NetworkManager sees it.
pub(super) async fn network(connection: &Connection) -> Network {
    let read = in_time(PATIENCE, async {
        let manager = NetworkManagerProxy::builder(connection).cache_properties(CacheProperties::No);
        manager.build().await?.connectivity().await
    });
    match read.await {
        Ok(1) => Network::None,
        Ok(2) => Network::Portal,
        Ok(3) => Network::Local,
        Ok(4) => Network::Full,
        Ok(_) => Network::Unknown,
        Err(error) => {
            tracing::debug!(%error, "asking NetworkManager");
            Network::Unknown
        }
    }
}

/// Whether the clock is synchronised, as timedated sees it.
pub(super) async fn clock(connection: &Connection) -> ClockSource {
    let read = in_time(PATIENCE, async {
        let timedate = TimedateProxy::builder(connection).cache_properties(CacheProperties::No);
        timedate.build().await?.ntp_synchronized().await
    });
    match read.await {
        Ok(true) => ClockSource::Synchronised,
        Ok(false) => ClockSource::Unsynchronised,
        Err(error) => {
            tracing::debug!(%error, "asking timedated");
            ClockSource::Unknown
        }
    }
}

/// Carries a command out.
pub(super) async fn carry_out(connection: &Connection, command: &SystemCommand) -> Result<(), Decline> {
    let done = in_time(patience(command), async {
        match command {
            SystemCommand::OfferTime { wall_ms } => {
                let timedate = TimedateProxy::new(connection).await?;
                timedate.set_time(wall_ms.saturating_mul(1_000), false, false).await
            }
            SystemCommand::PowerOff => LoginProxy::new(connection).await?.power_off(false).await,
            SystemCommand::Restart => LoginProxy::new(connection).await?.reboot(false).await,
            SystemCommand::MarkGood => {
                let (slot, said) = UpdaterProxy::new(connection).await?.mark("good", "booted").await?;
                tracing::info!(slot, said, "the updater knows that this release is good");
                Ok(())
            }
            SystemCommand::Install { bundle } => install(connection, bundle).await,
        }
    });
    done.await.map_err(|error| {
        tracing::warn!(%error, ?command, "the system declines");
        decline(&error)
    })
}

/// Has a release written, and waits until it is.
async fn install(connection: &Connection, bundle: &Path) -> zbus::Result<()> {
    let updater = UpdaterProxy::builder(connection).cache_properties(CacheProperties::No).build().await?;
    // Listened for before it is begun: the end of a bundle that is refused comes at once.
    let mut ends = updater.receive_completed().await?;
    let source = bundle.to_str().ok_or_else(|| zbus::Error::Failure("a path that is no text".into()))?;
    updater.install_bundle(source, HashMap::new()).await?;
    let end = ends.next().await.ok_or_else(|| zbus::Error::Failure("the updater went away".into()))?;
    match *end.args()?.result() {
        0 => Ok(()),
        _ => Err(zbus::Error::Failure(updater.last_error().await?)),
    }
}

/// How long a command may take.
fn patience(command: &SystemCommand) -> Duration {
    match command {
        SystemCommand::Install { .. } => INSTALLING,
        _ => PATIENCE,
    }
}

fn decline(error: &zbus::Error) -> Decline {
    match error {
        zbus::Error::FDO(known) => match **known {
            fdo::Error::ServiceUnknown(_)
            | fdo::Error::NameHasNoOwner(_)
            | fdo::Error::UnknownMethod(_)
            | fdo::Error::UnknownObject(_)
            | fdo::Error::TimedOut(_) => Decline::NoService,
            fdo::Error::AccessDenied(_)
            | fdo::Error::AuthFailed(_)
            | fdo::Error::InteractiveAuthorizationRequired(_) => Decline::NotAllowed,
            _ => Decline::Failed,
        },
        _ => Decline::Failed,
    }
}

async fn in_time<T>(patience: Duration, call: impl Future<Output = zbus::Result<T>>) -> zbus::Result<T> {
    let late = || fdo::Error::TimedOut(format!("no answer in {} s", patience.as_secs())).into();
    tokio::time::timeout(patience, call).await.unwrap_or_else(|_| Err(late()))
}
