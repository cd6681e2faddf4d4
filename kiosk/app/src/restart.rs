// SPDX-License-Identifier: GPL-3.0-or-later
//! After a factory reset was decided: a box is started again by the machine's own service, on a desk only the kiosk ends, by an
//! exit code of its own, and whoever looks after it starts it again.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::{runtime::Handle, sync::mpsc};
use xuedian_engine::ports::system::SystemCommand;
use xuedian_screen::Remote;

/// The exit code of a kiosk that wants to be started anew.
pub const START_ANEW: u8 = 80;
/// A machine that is still up by then has no service that starts it again.
const MACHINE: Duration = Duration::from_secs(30);

/// Whether the kiosk ends in order to be started anew.
#[derive(Clone, Debug, Default)]
pub struct Anew(Arc<AtomicBool>);

impl Anew {
    /// The way to get there; the machine is asked only where there are `slots`: nobody's desk is switched off.
    pub fn way(
        &self,
        slots: bool,
        system: mpsc::Sender<SystemCommand>,
        screen: Remote,
        runtime: Handle,
    ) -> Box<dyn Fn() + Send> {
        let wanted = Arc::clone(&self.0);
        Box::new(move || {
            wanted.store(true, Ordering::Release);
            let machine = slots && system.try_send(SystemCommand::Restart).is_ok();
            let (patience, screen) = (if machine { MACHINE } else { Duration::ZERO }, screen.clone());
            runtime.spawn(async move {
                tokio::time::sleep(patience).await;
                let _ = screen.quit();
            });
        })
    }

    /// Whether that is why it ended.
    pub fn wanted(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}
