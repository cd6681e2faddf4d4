// SPDX-License-Identifier: GPL-3.0-or-later
//! Following the services over one connection.

use std::time::Duration;

use futures_util::StreamExt;
use tokio::sync::mpsc::Sender;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};
use xuedian_engine::ports::system::{SystemCommand, SystemEvent};
use zbus::message::Type;
use zbus::{Connection, MatchRule, MessageStream};

use super::services::{NETWORK_MANAGER, TIMEDATED, carry_out, clock, network};
use super::{Door, Gone, sticks};

/// How often the clock is asked for.
const ASK_CLOCK: Duration = Duration::from_secs(30);

/// Follows until the connection ends, which is `Ok`.
pub(super) async fn follow(door: &mut Door, connection: &Connection) -> Result<(), Gone> {
    let (mut changes, mut owners) = match streams(connection).await {
        Ok(streams) => streams,
        Err(error) => {
            tracing::warn!(%error, "the bus does not let us listen");
            return Ok(());
        }
    };
    let mut ask_clock = interval(ASK_CLOCK);
    ask_clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    door.network(network(connection).await).await?;
    // A stick is looked through for seconds, and all else is followed meanwhile. It ends with this.
    let mut beside = JoinSet::new();
    beside.spawn(sticks::follow(connection.clone(), door.side.events.clone()));
    loop {
        tokio::select! {
            change = changes.next() => match change {
                Some(_) => door.network(network(connection).await).await?,
                None => return Ok(()),
            },
            owner = owners.next() => match owner {
                Some(message) => owner_changed(door, connection, message).await?,
                None => return Ok(()),
            },
            _ = ask_clock.tick() => door.clock(clock(connection).await).await?,
            command = door.command() => {
                let command = command?;
                if let SystemCommand::Install { .. } = command {
                    // It takes minutes, and the network is followed meanwhile.
                    let (connection, events) = (connection.clone(), door.side.events.clone());
                    tokio::spawn(async move { install(&connection, command, &events).await });
                    continue;
                }
                let event = done(connection, command, &door.side.events).await;
                door.tell(event).await?;
                door.clock(clock(connection).await).await?;
            }
        }
    }
}

/// Carries a command out, and says what became of it.
async fn done(connection: &Connection, command: SystemCommand, events: &Sender<SystemEvent>) -> SystemEvent {
    match carry_out(connection, &command, events).await {
        Ok(()) => SystemEvent::Done(command),
        Err(why) => SystemEvent::Declined(command, why),
    }
}

/// Has a release written. Its stick is let go of before that is told, so that it can be taken out when the screen says so.
async fn install(connection: &Connection, command: SystemCommand, events: &Sender<SystemEvent>) {
    let event = done(connection, command, events).await;
    if let SystemEvent::Done(SystemCommand::Install { bundle, .. })
    | SystemEvent::Declined(SystemCommand::Install { bundle, .. }, _) = &event
        && let Err(error) = sticks::let_go(connection, bundle).await
    {
        tracing::debug!(%error, "no stick to let go of");
    }
    // The director is gone: nobody is left to hear it.
    let _ = events.send(event).await;
}

/// Changes of NetworkManager's properties, and services that come and go.
async fn streams(connection: &Connection) -> zbus::Result<(MessageStream, MessageStream)> {
    let changes = MatchRule::builder()
        .msg_type(Type::Signal)
        .sender(NETWORK_MANAGER)
        .interface("org.freedesktop.DBus.Properties")
        .member("PropertiesChanged")
        .path("/org/freedesktop/NetworkManager")
        .build()?;
    let owners = MatchRule::builder()
        .msg_type(Type::Signal)
        .sender("org.freedesktop.DBus")
        .interface("org.freedesktop.DBus")
        .member("NameOwnerChanged")
        .build()?;
    Ok((
        MessageStream::for_match_rule(changes, connection, None).await?,
        MessageStream::for_match_rule(owners, connection, None).await?,
    ))
}

async fn owner_changed(
    door: &mut Door,
    connection: &Connection,
    message: zbus::Result<zbus::Message>,
) -> Result<(), Gone> {
    let Ok(message) = message else { return Ok(()) };
    let body = message.body();
    let Ok((name, _, new)) = body.deserialize::<(&str, &str, &str)>() else {
        return Ok(());
    };
    match name {
        NETWORK_MANAGER => door.network(network(connection).await).await,
        // timedated leaves the bus when nobody asks it anything: only its coming is news.
        TIMEDATED if !new.is_empty() => door.clock(clock(connection).await).await,
        _ => Ok(()),
    }
}
