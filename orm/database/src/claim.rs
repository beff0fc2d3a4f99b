//! Who has a request: the thread that serves it, or the caller who stops waiting. Whichever claims it first has it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Who has a request: claimed once, by the thread that serves it, or by the request when it waits no longer.
#[derive(Debug, Clone, Default)]
pub struct Claim(Arc<State>);

#[derive(Debug, Default)]
struct State {
    taken: AtomicBool,
    given_up: AtomicBool,
    backend: Mutex<Option<i64>>,
}

impl Claim {
    /// True for the first that asks.
    pub fn take(&self) -> bool {
        !self.0.taken.swap(true, Ordering::AcqRel)
    }

    /// Nobody waits for the answer any more: what has not begun never does. True where somebody may be at work for it.
    pub(crate) fn give_up(&self) -> bool {
        self.0.given_up.store(true, Ordering::Release);
        !self.take()
    }

    /// Whether nobody waits for the answer any more.
    pub(crate) fn is_given_up(&self) -> bool {
        self.0.given_up.load(Ordering::Acquire)
    }

    /// Notes which of PostgreSQL's processes works for it, or that none does any more.
    pub(crate) fn worked_on_by(&self, backend: Option<i64>) {
        *self.backend() = backend;
    }

    /// Does something to the process that works for it; until that is done, it works for nobody else.
    pub(crate) fn while_worked_on(&self, does: impl FnOnce(i64)) {
        if let Some(backend) = *self.backend() {
            does(backend);
        }
    }

    /// A panic elsewhere leaves nothing half done in it.
    fn backend(&self) -> MutexGuard<'_, Option<i64>> {
        self.0.backend.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
