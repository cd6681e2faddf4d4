// SPDX-License-Identifier: GPL-3.0-or-later
//! Gathers the signs by which a release is known to be good, and tells the updater. Where there is no updater (a desk, a plain
//! system) nothing is gathered.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use tokio::{sync::mpsc, time::timeout};
use xuedian_engine::{
    director::Wake,
    ports::{
        reader::ReaderEvent,
        system::{SystemCommand, SystemEvent},
    },
    trial::Trial,
};

/// Whether this machine has slots.
const UPDATER: &str = "/etc/rauc/system.conf";
/// Where the name of the release stands.
const RELEASE: &str = "/etc/os-release";
/// A reader that has not come by then does not work.
const READER: Duration = Duration::from_secs(120);
/// Until an updater that did not listen is told again.
const AGAIN: Duration = Duration::from_secs(10);
/// Signs that may wait.
const WAITING: usize = 16;

/// A sign.
#[derive(Clone, Copy, Debug)]
enum Sign {
    Drawn,
    Reader(bool),
    Unheard,
}

/// Takes signs; does nothing where nobody waits for them.
#[derive(Clone, Debug)]
pub struct Signs(Option<mpsc::Sender<Sign>>);

impl Signs {
    /// The first picture is drawn.
    pub fn drawn(&self) {
        self.give(Sign::Drawn);
    }

    /// Looks whether there is a sign in what the director hears.
    pub fn hear(&self, wake: &Wake) {
        match wake {
            Wake::Reader(ReaderEvent::Ready | ReaderEvent::Recovered) => self.give(Sign::Reader(true)),
            Wake::System(SystemEvent::Declined(SystemCommand::MarkGood, _)) => self.give(Sign::Unheard),
            _ => {}
        }
    }

    fn give(&self, sign: Sign) {
        if let Some(signs) = &self.0 {
            // Too many at once are the same sign again.
            let _ = signs.try_send(sign);
        }
    }
}

/// Begins to watch, on the running Tokio runtime.
pub fn watch(data: &Path, release: Option<&str>, system: mpsc::Sender<SystemCommand>) -> Signs {
    let Some(release) = release else {
        return Signs(None);
    };
    tracing::info!(release, "on trial until screen, journal and reader are known to work");
    let (sender, signs) = mpsc::channel(WAITING);
    tokio::spawn(gather(Trial::begin(data, release), signs, system));
    Signs(Some(sender))
}

async fn gather(mut trial: Trial, mut signs: mpsc::Receiver<Sign>, system: mpsc::Sender<SystemCommand>) {
    let until = Instant::now() + READER;
    let mut waits_for_reader = true;
    loop {
        let next = if waits_for_reader {
            timeout(until.saturating_duration_since(Instant::now()), signs.recv()).await
        } else {
            Ok(signs.recv().await)
        };
        let good = match next {
            Ok(Some(Sign::Drawn)) => trial.drawn(),
            Ok(Some(Sign::Reader(works))) => {
                waits_for_reader = false;
                trial.reader(works)
            }
            Ok(Some(Sign::Unheard)) => {
                tokio::time::sleep(AGAIN).await;
                true
            }
            Ok(None) => return,
            Err(_) => {
                waits_for_reader = false;
                trial.reader(false)
            }
        };
        if good && system.send(SystemCommand::MarkGood).await.is_err() {
            return;
        }
    }
}

/// The name of the running release, where there are slots.
pub fn release() -> Option<String> {
    Path::new(UPDATER).exists().then(|| version(&std::fs::read_to_string(RELEASE).unwrap_or_default()))
}

fn version(os_release: &str) -> String {
    let line = os_release.lines().find_map(|line| line.strip_prefix("VERSION_ID="));
    line.map_or_else(|| "unknown".to_owned(), |value| value.trim_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn the_release_is_read_from_what_the_system_says_of_itself() {
        assert_eq!(version("NAME=\"Xuedian\"\nVERSION_ID=2026.11\n"), "2026.11");
        assert_eq!(version("VERSION_ID=\"2026.11-b\"\n"), "2026.11-b");
        assert_eq!(version("NAME=Xuedian\n"), "unknown");
    }
}
