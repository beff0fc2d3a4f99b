//! The queue in front of a pool's threads, bounded in its length and in how long a request waits in it.

use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use tokio::sync::oneshot;

use super::Session;
use super::claim::Claim;
use super::panics::guarded;
use crate::error::{Code, Error, Result};

/// How many requests may wait in each queue before further ones are answered 503.
pub const MOST_WAITING: usize = 1_024;

/// Work for a database thread: runs on a session and sends an answer.
pub(crate) trait Job: Send {
    /// The claim of the request that it serves.
    fn claim(&self) -> &Claim;
    /// Runs the job, and keeps its result for [`Job::done`]; may be called again, in another transaction. True when it
    /// succeeded.
    fn run(&mut self, session: &mut Session) -> bool;
    /// Sends the answer: the result of the last run; or the error of `ended`, if that run succeeded but its transaction
    /// did not, or if the job never ran.
    fn done(self: Box<Self>, ended: Result<()>);
}

/// A job in a queue.
pub(crate) struct Waiting {
    job: Box<dyn Job>,
    /// When it was moved here from another queue, where it had been claimed already; `None` if it was not moved.
    moved: Option<Instant>,
    patience: Option<Duration>,
}

impl Waiting {
    /// Claims the job and returns it; `None` if nobody waits for its answer any more. A job that was moved here because
    /// it takes long is claimed already; if it has waited here for longer than `patience`, it is answered 503.
    pub(crate) fn claim(self) -> Option<Box<dyn Job>> {
        let claim = self.job.claim();
        let wanted = match self.moved {
            Some(_) => !claim.is_given_up(),
            None => claim.take(),
        };
        let waited = self.moved.map(|moved| moved.elapsed()).zip(self.patience);
        match waited.filter(|(waited, patience)| wanted && waited > patience) {
            Some((_, patience)) => {
                self.job.done(Err(no_connection(patience)));
                None
            }
            None => wanted.then_some(self.job),
        }
    }
}

/// The sending end of a queue of jobs for a pool's threads.
#[derive(Debug, Clone)]
pub(crate) struct Queue {
    waiting: Sender<Waiting>,
    patience: Option<Duration>,
    /// Receives the claims of requests that are given up while a thread may be working for them.
    canceller: Option<Sender<Claim>>,
}

impl Queue {
    /// A queue, and its receiving end for the threads. A request waits in it no longer than `patience`.
    pub(crate) fn new(patience: Option<Duration>) -> (Self, Receiver<Waiting>) {
        Queue::of(MOST_WAITING, patience, None)
    }

    /// As [`Queue::new`], for at most `length` requests; `canceller` receives the claims of those that are given up
    /// while a thread may be working for them.
    pub(crate) fn of(
        length: usize,
        patience: Option<Duration>,
        canceller: Option<Sender<Claim>>,
    ) -> (Self, Receiver<Waiting>) {
        let (waiting, jobs) = bounded(length);
        let queue = Queue {
            waiting,
            patience,
            canceller,
        };
        (queue, jobs)
    }

    /// How many requests wait in it, and how many may.
    pub(crate) fn length(&self) -> (usize, usize) {
        (self.waiting.len(), self.waiting.capacity().unwrap_or(usize::MAX))
    }

    /// How long a request waits in it.
    pub(crate) fn patience(&self) -> Option<Duration> {
        self.patience
    }

    /// Queues `job` and waits for its result.
    ///
    /// # Errors
    /// What `job` answers; 503 when the queue is full, or no thread takes the job in time.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        job: impl Fn(&mut Session) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (answer, answered) = oneshot::channel();
        let claim = Claim::default();
        self.put(claim.clone(), job, move |result| {
            let _ = answer.send(result); // nobody may wait any more
        })?;
        self.wait(claim, answered).await
    }

    /// Puts a job into the queue; `done` is called with the result, unless the claim is taken before a thread takes it.
    ///
    /// # Errors
    /// 503 when the queue is full; then nothing runs.
    pub(crate) fn put<T: Send + 'static>(
        &self,
        claim: Claim,
        job: impl Fn(&mut Session) -> Result<T> + Send + 'static,
        done: impl FnOnce(Result<T>) + Send + 'static,
    ) -> Result<()> {
        let job = ClosureJob {
            claim,
            job,
            done,
            result: None,
        };
        let sent = self.waiting.try_send(Waiting {
            job: Box::new(job),
            moved: None,
            patience: self.patience,
        });
        sent.map_err(|error| refused(error).1)
    }

    /// Puts a job that was already claimed from another queue into this one, to run from the beginning. If this queue
    /// is full, the job is answered 503.
    pub(crate) fn go_on(&self, job: Box<dyn Job>) {
        let sent = self.waiting.try_send(Waiting {
            job,
            moved: Some(Instant::now()),
            patience: self.patience,
        });
        if let Err((waiting, error)) = sent.map_err(refused) {
            waiting.job.done(Err(error));
        }
    }

    /// Waits for the answer to a queued request. When the time limit is over, or this future is dropped, the waiting
    /// side takes the claim, so that a job that has not begun never runs.
    ///
    /// # Errors
    /// The answer's error; 503 when no thread takes the claim in time.
    pub(crate) async fn wait<T>(&self, claim: Claim, answered: oneshot::Receiver<Result<T>>) -> Result<T> {
        let mut waits = Waits {
            claim,
            canceller: self.canceller.as_ref(),
        };
        let mut answered = answered;
        let answer = match self.patience {
            None => answered.await,
            Some(patience) => match tokio::time::timeout(patience, &mut answered).await {
                Ok(answer) => answer,
                Err(_) if waits.claim.take() => {
                    return Err(no_connection(patience));
                }
                Err(_) => answered.await, // it runs already
            },
        };
        waits.canceller = None;
        answer.map_err(|_| stopped())?
    }
}

/// Guards the wait for an answer: gives the request up when it is dropped, and reports it to the canceller unless the
/// answer has come.
struct Waits<'q> {
    claim: Claim,
    canceller: Option<&'q Sender<Claim>>,
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        if let (true, Some(canceller)) = (self.claim.give_up(), self.canceller) {
            let _ = canceller.try_send(self.claim.clone()); // full: the time limit of statements still applies
        }
    }
}

fn refused(error: TrySendError<Waiting>) -> (Waiting, Error) {
    match error {
        TrySendError::Full(waiting) => (waiting, too_many()),
        TrySendError::Disconnected(waiting) => (waiting, stopped()),
    }
}

pub(crate) fn too_many() -> Error {
    Error::new(Code::Unavailable, "too many requests are waiting for the database")
}

pub(crate) fn no_connection(patience: Duration) -> Error {
    let waited = format!("no connection to the database became free within {patience:?}");
    Error::new(Code::Unavailable, waited)
}

pub(crate) fn stopped() -> Error {
    Error::new(Code::Unavailable, "the database's threads have stopped")
}

/// A job from closures, with the result of its last run.
struct ClosureJob<T, J, D> {
    claim: Claim,
    job: J,
    done: D,
    result: Option<Result<T>>,
}

impl<T, J, D> Job for ClosureJob<T, J, D>
where
    T: Send,
    J: Fn(&mut Session) -> Result<T> + Send,
    D: FnOnce(Result<T>) + Send,
{
    fn claim(&self) -> &Claim {
        &self.claim
    }

    fn run(&mut self, session: &mut Session) -> bool {
        let result = guarded(|| (self.job)(session));
        session.allow_statements(None); // on SQLite, the next request may be in the same transaction
        self.result.insert(result).is_ok()
    }

    fn done(self: Box<Self>, ended: Result<()>) {
        (self.done)(match self.result {
            Some(result) => result.and_then(|value| ended.map(|()| value)),
            None => Err(ended.err().unwrap_or_else(stopped)),
        });
    }
}
