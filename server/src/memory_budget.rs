//! A budget of memory that all requests take from, and give back when they are done. For example, the bodies that are
//! being worked on never hold more than this together; a request that finds none left is answered 503.

use std::ops::Deref;
use std::sync::Arc;

use orm::error::{Code, Error, Result};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A memory budget of so many bytes. Clones share it.
#[derive(Debug, Clone)]
pub(crate) struct MemoryBudget {
    left: Arc<Semaphore>,
    most: usize,
}

/// A value with its share of a budget, which is returned when the value is dropped.
#[derive(Debug)]
pub(crate) struct Reserved<T> {
    inner: T,
    place: OwnedSemaphorePermit,
}

impl MemoryBudget {
    /// A budget of `bytes`.
    pub(crate) fn new(bytes: usize) -> Self {
        let most = bytes.min(Semaphore::MAX_PERMITS);
        MemoryBudget {
            left: Arc::new(Semaphore::new(most)),
            most,
        }
    }

    /// How many bytes are taken, and how many may be.
    pub(crate) fn taken(&self) -> (usize, usize) {
        (self.most.saturating_sub(self.left.available_permits()), self.most)
    }

    /// Takes `bytes` from the budget.
    ///
    /// # Errors
    /// 503 when less than that is left.
    pub(crate) fn take(&self, bytes: usize) -> Result<Reserved<()>> {
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        let place = self.left.clone().try_acquire_many_owned(bytes);
        let full = |_| Error::new(Code::Unavailable, "too much is being worked on at the same time");
        place.map(|place| Reserved { inner: (), place }).map_err(full)
    }
}

impl Reserved<()> {
    /// Adds another share to this one.
    pub(crate) fn and(mut self, more: Reserved<()>) -> Self {
        self.place.merge(more.place);
        self
    }
}

impl<T> Reserved<T> {
    /// Replaces the value, and keeps the share.
    pub(crate) fn map<U>(self, make: impl FnOnce(T) -> U) -> Reserved<U> {
        Reserved {
            inner: make(self.inner),
            place: self.place,
        }
    }
}

impl<T> Deref for Reserved<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.inner
    }
}

impl AsRef<[u8]> for Reserved<Vec<u8>> {
    fn as_ref(&self) -> &[u8] {
        &self.inner
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_is_bounded() {
        let room = MemoryBudget::new(4);
        assert_eq!(room.taken(), (0, 4));
        let three = room.take(2).unwrap().and(room.take(1).unwrap());
        assert_eq!(room.take(2).unwrap_err().code(), Code::Unavailable);
        assert_eq!(room.taken(), (3, 4));
        let three = three.map(|()| "x");
        assert!(room.take(2).is_err() && room.take(1).is_ok());
        drop(three);
        assert!(room.take(4).is_ok());
    }
}
