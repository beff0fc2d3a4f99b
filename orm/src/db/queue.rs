//! The queue in front of threads that run statements: bounded in length, and in how long a request waits in it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use tokio::sync::oneshot;

use super::Session;
use super::session::guarded;
use crate::error::{Code, Error, Result};

/// How many requests may wait in each queue before further ones are answered 503.
const LENGTH: usize = 1024;

/// Whose turn a request's is: taken once, by the thread that serves it, or by the request when it waits no longer.
#[derive(Debug, Clone, Default)]
pub struct Turn(Arc<AtomicBool>);

impl Turn {
    /// True for the first that asks.
    pub fn take(&self) -> bool {
        !self.0.swap(true, Ordering::AcqRel)
    }
}

/// Something to do with a session.
pub(super) trait Job: Send {
    /// Does it; may be called again, in another transaction. True when it succeeded.
    fn run(&mut self, session: &mut Session) -> bool;
    /// Says what came of it: of its last run when `ended` well, else why nothing did.
    fn done(self: Box<Self>, ended: Result<()>);
}

/// A job that waits for its turn.
pub(super) struct Waiting {
    turn: Turn,
    job: Box<dyn Job>,
}

impl Waiting {
    /// The job, unless nobody waits for it any more.
    pub(super) fn claim(self) -> Option<Box<dyn Job>> {
        self.turn.take().then_some(self.job)
    }
}

/// What waits for a pool's threads.
#[derive(Debug, Clone)]
pub(super) struct Queue {
    waiting: Sender<Waiting>,
    patience: Option<Duration>,
}

impl Queue {
    /// A queue, and its end for the threads. A request waits in it no longer than `patience`.
    pub(super) fn new(patience: Option<Duration>) -> (Self, Receiver<Waiting>) {
        let (waiting, jobs) = bounded(LENGTH);
        (Queue { waiting, patience }, jobs)
    }

    /// Waits for what `job` answers.
    ///
    /// # Errors
    /// What `job` answers; 503 when the queue is full or its turn does not come.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        job: impl Fn(&mut Session) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (answer, answered) = oneshot::channel();
        let turn = Turn::default();
        self.put(turn.clone(), job, move |result| {
            let _ = answer.send(result); // nobody may wait any more
        })?;
        self.wait(turn, answered).await
    }

    /// Puts a job into the queue; `done` hears what came of it, unless somebody else takes the turn.
    ///
    /// # Errors
    /// 503 when the queue is full; then nothing runs.
    pub(super) fn put<T: Send + 'static>(
        &self,
        turn: Turn,
        job: impl Fn(&mut Session) -> Result<T> + Send + 'static,
        done: impl FnOnce(Result<T>) + Send + 'static,
    ) -> Result<()> {
        let asked = Asked {
            job,
            done,
            result: None,
        };
        let job = Box::new(asked);
        self.waiting
            .try_send(Waiting { turn, job })
            .map_err(|error| match error {
                TrySendError::Full(_) => {
                    Error::new(Code::Unavailable, "too many requests are waiting for the database")
                }
                TrySendError::Disconnected(_) => stopped(),
            })
    }

    /// Waits for the answer to something whose turn comes soon enough. Who stops waiting before takes the turn along.
    ///
    /// # Errors
    /// What the answer is; 503 when the turn does not come.
    pub(super) async fn wait<T>(&self, turn: Turn, answered: oneshot::Receiver<Result<T>>) -> Result<T> {
        let turn = GivesUp(turn);
        let mut answered = answered;
        let answer = match self.patience {
            None => answered.await,
            Some(patience) => match tokio::time::timeout(patience, &mut answered).await {
                Ok(answer) => answer,
                Err(_) if turn.0.take() => {
                    let waited = format!("no connection to the database became free within {patience:?}");
                    return Err(Error::new(Code::Unavailable, waited));
                }
                Err(_) => answered.await, // it runs already
            },
        };
        answer.map_err(|_| stopped())?
    }
}

/// Takes the turn, where nobody has, when the request is given up.
struct GivesUp(Turn);

impl Drop for GivesUp {
    fn drop(&mut self) {
        self.0.take();
    }
}

pub(super) fn stopped() -> Error {
    Error::new(Code::Unavailable, "the database's threads have stopped")
}

/// A job with what it answered last.
struct Asked<T, J, D> {
    job: J,
    done: D,
    result: Option<Result<T>>,
}

impl<T, J, D> Job for Asked<T, J, D>
where
    T: Send,
    J: Fn(&mut Session) -> Result<T> + Send,
    D: FnOnce(Result<T>) + Send,
{
    fn run(&mut self, session: &mut Session) -> bool {
        let result = guarded(|| (self.job)(session));
        self.result.insert(result).is_ok()
    }

    fn done(self: Box<Self>, ended: Result<()>) {
        (self.done)(match self.result {
            Some(result) => result.and_then(|value| ended.map(|()| value)),
            None => Err(ended.err().unwrap_or_else(stopped)),
        });
    }
}
