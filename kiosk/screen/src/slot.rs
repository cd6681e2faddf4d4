// SPDX-License-Identifier: GPL-3.0-or-later
//! A place for one value, the newest: a slow screen skips values and never queues them.

use std::sync::{Mutex, PoisonError};

/// Holds the newest value until it is taken.
#[derive(Debug)]
pub(crate) struct Slot<T>(Mutex<Option<T>>);

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<T> Slot<T> {
    /// Puts the newest in; true when the slot was empty, so that somebody must be told to look.
    pub(crate) fn put(&self, value: T) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).replace(value).is_none()
    }

    /// Takes it out.
    pub(crate) fn take(&self) -> Option<T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_of_several_asks_for_a_look_and_only_the_newest_is_seen() {
        let slot = Slot::default();
        assert!(slot.put(1));
        assert!(!slot.put(2));
        assert_eq!(slot.take(), Some(2));
        assert_eq!(slot.take(), None);
        assert!(slot.put(3));
    }
}
