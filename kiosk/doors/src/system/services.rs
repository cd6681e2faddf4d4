// SPDX-License-Identifier: GPL-3.0-or-later
//! The services, each call bounded in time, their errors told apart once.

use std::future::Future;
use std::time::Duration;

use tokio::sync::mpsc::Sender;
use xuedian_engine::ports::system::{ClockSource, Decline, Network, SystemCommand, SystemEvent};
use zbus::proxy::CacheProperties;
use zbus::{Connection, fdo};

use super::{Bus, sticks, updater};

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

/// Carries a command out. How far it is goes to `events`, when it takes long.
pub(super) async fn carry_out(
    connection: &Connection,
    command: &SystemCommand,
    events: &Sender<SystemEvent>,
) -> Result<(), Decline> {
    let done = in_time(patience(command), async {
        match command {
            SystemCommand::OfferTime { wall_ms } => {
                let timedate = TimedateProxy::new(connection).await?;
                timedate.set_time(wall_ms.saturating_mul(1_000), false, false).await
            }
            SystemCommand::PowerOff => LoginProxy::new(connection).await?.power_off(false).await,
            SystemCommand::Restart => LoginProxy::new(connection).await?.reboot(false).await,
            SystemCommand::MarkGood => updater::mark_good(connection).await,
            SystemCommand::Install { bundle, .. } => updater::install(connection, bundle, events).await,
            SystemCommand::LetGo { bundle } => sticks::let_go(connection, bundle).await,
        }
    });
    done.await.map_err(|error| {
        tracing::warn!(%error, ?command, "the system declines");
        match command {
            SystemCommand::Install { .. } => updater::fault(&error).map_or_else(|| decline(&error), Decline::Bundle),
            _ => decline(&error),
        }
    })
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

pub(super) async fn in_time<T>(patience: Duration, call: impl Future<Output = zbus::Result<T>>) -> zbus::Result<T> {
    let late = || fdo::Error::TimedOut(format!("no answer in {} s", patience.as_secs())).into();
    tokio::time::timeout(patience, call).await.unwrap_or_else(|_| Err(late()))
}

/// Whether a call was given up because nobody answered in time.
pub(super) fn is_late(error: &zbus::Error) -> bool {
    matches!(error, zbus::Error::FDO(error) if matches!(**error, fdo::Error::TimedOut(_)))
}
