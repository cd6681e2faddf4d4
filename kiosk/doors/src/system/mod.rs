// SPDX-License-Identifier: GPL-3.0-or-later
//! The system door: NetworkManager, timedated, logind, RAUC and UDisks2 over D-Bus.
//!
//! A task on the program's one runtime. States are read again whenever a service appears on the bus, because a
//! service that starts anew announces nothing; timedated never announces whether the clock is synchronised, so that
//! is asked every half minute. Without a bus, or without a service, the state is `Unknown`, and nothing else is missing.

mod bundles;
mod services;
mod sticks;
mod updater;
mod watch;

use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};
use xuedian_engine::ports::lane::DoorSide;
use xuedian_engine::ports::system::{ClockSource, Decline, Network, Stick, SystemCommand, SystemEvent};

/// Which bus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bus {
    /// The system's, or the one that `DBUS_SYSTEM_BUS_ADDRESS` names.
    System,
    /// One at an address.
    At(String),
}

/// How long until a bus that is not there is tried again.
const RETRY: Duration = Duration::from_secs(5);

/// Opens the door on the running Tokio runtime; it ends when the director lets go of it.
#[must_use]
pub fn open(side: DoorSide<SystemCommand, SystemEvent>, bus: Bus) -> JoinHandle<()> {
    tokio::spawn(run(side, bus))
}

/// What the director was told last; only a change is told.
#[derive(Default)]
struct Told {
    network: Option<Network>,
    clock: Option<ClockSource>,
}

struct Door {
    side: DoorSide<SystemCommand, SystemEvent>,
    told: Told,
}

/// The director is gone.
struct Gone;

impl Door {
    async fn network(&mut self, network: Network) -> Result<(), Gone> {
        if self.told.network.replace(network) == Some(network) {
            return Ok(());
        }
        self.tell(SystemEvent::Network(network)).await
    }

    async fn clock(&mut self, clock: ClockSource) -> Result<(), Gone> {
        if self.told.clock.replace(clock) == Some(clock) {
            return Ok(());
        }
        self.tell(SystemEvent::Clock(clock)).await
    }

    async fn tell(&mut self, event: SystemEvent) -> Result<(), Gone> {
        self.side.events.send(event).await.map_err(|_| Gone)
    }

    async fn command(&mut self) -> Result<SystemCommand, Gone> {
        self.side.commands.recv().await.ok_or(Gone)
    }
}

async fn run(side: DoorSide<SystemCommand, SystemEvent>, bus: Bus) {
    let told = Told::default();
    let mut door = Door { side, told };
    while survive(&mut door, &bus).await.is_ok() {}
}

/// One connection's life, and the wait after it.
async fn survive(door: &mut Door, bus: &Bus) -> Result<(), Gone> {
    match services::connect(bus).await {
        Ok(connection) => {
            watch::follow(door, &connection).await?;
            door.tell(SystemEvent::Stick(Stick::Out)).await?;
        }
        Err(error) => tracing::info!(%error, "no system bus"),
    }
    door.network(Network::Unknown).await?;
    door.clock(ClockSource::Unknown).await?;
    let again = Instant::now() + RETRY;
    loop {
        tokio::select! {
            () = sleep_until(again) => return Ok(()),
            command = door.command() => {
                let declined = SystemEvent::Declined(command?, Decline::NoService);
                door.tell(declined).await?;
            }
        }
    }
}
