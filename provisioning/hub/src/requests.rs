// SPDX-License-Identifier: GPL-3.0-or-later
//! Which signed requests were seen: each counter of a stretch is taken once.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use xuedian_domain::id::DeviceId;

use crate::store::{Store, StoreError, Window};

/// A late request is taken while it is among so many below the highest.
const LATE: u64 = 64;
/// Stretches kept in memory for each device; a request of one that was forgotten counts as seen.
const STRETCHES: usize = 100;

/// What was seen of each device. In memory, and written down now and then: after a crash the requests of the last seconds could be
/// repeated, and none of them does anything twice.
#[derive(Debug, Default)]
pub struct Seen {
    devices: Mutex<HashMap<DeviceId, Vec<Window>>>,
    changed: Mutex<HashMap<(DeviceId, String), Window>>,
}

/// The request was seen before.
#[derive(Debug, PartialEq, Eq)]
pub struct Replayed {
    /// The highest counter seen in its stretch.
    pub highest: u64,
}

impl Seen {
    /// Takes a request, once.
    ///
    /// # Errors
    /// The storage's, when the device was not asked for before; inside, [`Replayed`].
    pub fn take(
        &self,
        store: &dyn Store,
        device: DeviceId,
        epoch: &str,
        counter: u64,
        now_ms: i64,
    ) -> Result<Result<(), Replayed>, StoreError> {
        let mut devices = self.devices.lock().unwrap_or_else(PoisonError::into_inner);
        let windows = match devices.entry(device) {
            std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::hash_map::Entry::Vacant(new) => new.insert(store.windows(device)?),
        };
        let window = match windows.iter_mut().position(|w| w.epoch == epoch) {
            Some(n) => &mut windows[n],
            None => {
                windows.truncate(STRETCHES - 1);
                windows.insert(0, Window { device, epoch: epoch.to_owned(), highest: 0, seen: 0, at_ms: now_ms });
                &mut windows[0]
            }
        };
        if !step(window, counter) {
            return Ok(Err(Replayed { highest: window.highest }));
        }
        window.at_ms = now_ms;
        let mut changed = self.changed.lock().unwrap_or_else(PoisonError::into_inner);
        changed.insert((device, epoch.to_owned()), window.clone());
        Ok(Ok(()))
    }

    /// What was taken since the last time, to be written down.
    pub fn changed(&self) -> Vec<Window> {
        let mut changed = self.changed.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *changed).into_values().collect()
    }
}

/// Marks a counter as seen; false when it was, or is too old to tell.
fn step(window: &mut Window, counter: u64) -> bool {
    if counter > window.highest {
        let by = counter - window.highest;
        window.seen = if by >= LATE { 0 } else { window.seen << by };
        window.seen |= 1;
        window.highest = counter;
        return true;
    }
    let back = window.highest - counter;
    if counter == 0 || back >= LATE || window.seen & (1 << back) != 0 {
        return false;
    }
    window.seen |= 1 << back;
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_counter_is_taken_once_and_a_late_one_within_64() {
        let mut window = Window { device: DeviceId([1; 16]), epoch: String::new(), highest: 0, seen: 0, at_ms: 0 };
        let mut take = |counter| step(&mut window, counter);
        assert!(take(1) && !take(1) && take(3) && take(2) && !take(2) && !take(0));
        assert!(take(100) && take(37) && !take(36) && !take(3) && !take(37));
        assert!(take(1000) && take(999) && !take(100));
    }
}
