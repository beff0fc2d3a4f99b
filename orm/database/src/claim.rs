//! [`Claim`] decides the race between the thread that serves a request and the caller who stops waiting for it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A request's claim. Whoever takes it first owns the request: the thread that serves it, or the caller who stops
/// waiting.
#[derive(Debug, Clone, Default)]
pub struct Claim(Arc<State>);

#[derive(Debug, Default)]
struct State {
    taken: AtomicBool,
    given_up: AtomicBool,
    backend: Mutex<Option<i64>>,
}

impl Claim {
    /// Takes the claim; true for the first who does.
    pub fn take(&self) -> bool {
        !self.0.taken.swap(true, Ordering::AcqRel)
    }

    /// To be called when nobody waits for the answer any more. A request that has not begun never will; true if a
    /// thread has taken it before and may be working for it.
    pub(crate) fn give_up(&self) -> bool {
        self.0.given_up.store(true, Ordering::Release);
        !self.take()
    }

    /// Whether nobody waits for the answer any more.
    pub(crate) fn is_given_up(&self) -> bool {
        self.0.given_up.load(Ordering::Acquire)
    }

    /// Notes the PostgreSQL server process that works for the request, or that none does any more.
    pub(crate) fn worked_on_by(&self, backend: Option<i64>) {
        *self.backend() = backend;
    }

    /// Calls `does` with the server process that works for the request, if any. Until `does` returns, the process
    /// cannot begin to work for another request, which therefore is never cancelled by mistake.
    pub(crate) fn while_worked_on(&self, does: impl FnOnce(i64)) {
        if let Some(backend) = *self.backend() {
            does(backend);
        }
    }

    /// Ignores poisoning: a panic elsewhere never leaves the value half changed.
    fn backend(&self) -> MutexGuard<'_, Option<i64>> {
        self.0.backend.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
