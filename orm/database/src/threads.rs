//! The threads that run jobs. Each has a connection of its own, which is replaced when it is lost. A job that had to
//! give way to another transaction, or lost its connection before the commit, runs again.
//!
//! On PostgreSQL the end of a transaction begins the next one ahead, in the same round trip (`COMMIT AND CHAIN`). The
//! next request does not see older data because of it: a transaction's snapshot is taken by its first statement, not
//! when it begins. A read of one statement needs no transaction, and begins none.

use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError};

use super::positions::Positions;
use super::queue::{Job, Queue, Waiting};
use super::session::PAUSES;
use super::{Address, Session};
use crate::error::{Code, Error, Result};

/// The most writes that SQLite commits together; bounds how long the first of them waits for its answer.
const GROUP: usize = 64;
/// How long a transaction that was begun ahead waits for work. Short, so that monitoring shows no idle transactions.
const AHEAD: Duration = Duration::from_millis(20);

/// A thread's connection and how it is opened.
pub(crate) struct Worker {
    open: Box<dyn FnMut() -> Result<Session> + Send>,
    begin: fn(&mut Session) -> Result<()>,
    session: Option<Session>,
    /// The session's transaction was begun by the end of the previous one.
    ahead: bool,
}

impl Worker {
    /// A worker that opens its connection when the first job comes. `begin` begins its transactions.
    pub(crate) fn new(
        open: impl FnMut() -> Result<Session> + Send + 'static,
        begin: fn(&mut Session) -> Result<()>,
    ) -> Self {
        let open = Box::new(open);
        Worker {
            open,
            begin,
            session: None,
            ahead: false,
        }
    }

    /// A worker that connects to `address`.
    pub(crate) fn to(address: &Address, begin: fn(&mut Session) -> Result<()>) -> Self {
        let address = address.clone();
        Worker::new(move || address.session(), begin)
    }

    /// The next job whose caller still waits; `None` when the queue is closed.
    fn next(&mut self, jobs: &Receiver<Waiting>) -> Option<Box<dyn Job>> {
        loop {
            let waiting = match self.ahead {
                true => jobs.recv_timeout(AHEAD),
                false => jobs.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match waiting.map(Waiting::claim) {
                Ok(Some(job)) => return Some(job),
                Ok(None) => {}
                Err(RecvTimeoutError::Timeout) => self.rest(),
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        }
    }

    /// The session, with a transaction begun. If its connection was lost meanwhile, a new one is opened.
    fn begin(&mut self) -> Result<&mut Session> {
        let ahead = std::mem::take(&mut self.ahead);
        let kept = self.session.take().and_then(|mut session| match ahead {
            true => {
                session.reset();
                Some(session)
            }
            false => (self.begin)(&mut session).is_ok().then_some(session),
        });
        let session = match kept {
            Some(session) => session,
            None => {
                let mut session = (self.open)()?;
                (self.begin)(&mut session)?;
                session
            }
        };
        Ok(self.session.insert(session))
    }

    /// Runs a job that may be given up while it runs.
    fn work(&mut self, job: &mut dyn Job) -> Result<()> {
        let session = self.begin()?;
        session.work_for(Some(job.claim()));
        job.run(session);
        Ok(())
    }

    fn commit(&mut self) -> Result<()> {
        let Some(session) = &mut self.session else {
            return Ok(());
        };
        let (text, ahead) = match session.can_chain() {
            true => ("COMMIT AND CHAIN", true),
            false => ("COMMIT", false),
        };
        let committed = session.ensure_usable().and_then(|()| session.control(text));
        self.ahead = ahead && committed.is_ok();
        let kept = committed.and_then(|()| session.ensure_not_replaced());
        kept.map_err(|error| match session.errors().lost {
            true => Error::new(
                Code::Unavailable,
                "the connection to the database was lost during a commit: whether it was done is not known",
            ),
            false => error,
        })
    }

    /// Rolls back the transaction, if one was begun; a connection that cannot do it is dropped. If the job needed a
    /// snapshot, the next transaction is begun in the same round trip, since the next job is likely to need one too.
    fn rollback(&mut self) {
        let may_chain = |session: &Session| session.can_chain() && session.wanted_snapshot();
        match &self.session {
            Some(session) if !session.in_transaction() => {}
            Some(session) if may_chain(session) => self.ahead = self.undo("ROLLBACK AND CHAIN"),
            _ => self.rest(),
        }
    }

    /// As [`Worker::rollback`], but never begins another transaction.
    fn rest(&mut self) {
        self.ahead = false;
        self.undo("ROLLBACK");
    }

    fn undo(&mut self, text: &str) -> bool {
        let kept = self.session.take();
        self.session = kept
            .filter(|session| session.ensure_usable().is_ok())
            .and_then(|mut session| {
                let ended = session.control(text);
                session.reset();
                ended.is_ok().then_some(session)
            });
        self.session.is_some()
    }
}

/// Starts a thread.
///
/// # Errors
/// 503 when the system has none.
pub(crate) fn spawn(what: &str, body: impl FnOnce() + Send + 'static) -> Result<()> {
    let started = std::thread::Builder::new().name(format!("db-{what}")).spawn(body);
    started
        .map(|_| ())
        .map_err(|error| Error::new(Code::Unavailable, format!("no thread for the database: {error}")))
}

/// Serves reads. A read that was stopped because it takes too long is moved to the queue `long`, if there is one.
pub(crate) fn serve_reads(mut worker: Worker, jobs: &Receiver<Waiting>, long: Option<&Queue>) {
    while let Some(mut job) = worker.next(jobs) {
        let ended = read(&mut worker, &mut *job);
        let stopped = worker.session.as_mut().is_some_and(|session| {
            session.work_for(None);
            session.errors().stopped
        });
        match long.filter(|_| stopped) {
            Some(long) => long.go_on(job),
            None => job.done(ended),
        }
        worker.rollback();
    }
}

fn read(worker: &mut Worker, job: &mut dyn Job) -> Result<()> {
    worker.work(job)?;
    if let Some(mut lost) = worker.session.take_if(|session| session.errors().lost) {
        lost.work_for(None);
        worker.work(job)?;
    }
    Ok(())
}

/// Serves writes on PostgreSQL, each in a transaction of its own. If there is a standby, `positions` notes how far it
/// must have come to answer those who wrote.
pub(crate) fn serve_writes(mut worker: Worker, jobs: &Receiver<Waiting>, positions: Option<&Arc<Positions>>) {
    while let Some(mut job) = worker.next(jobs) {
        let ended = write(&mut worker, &mut *job);
        let mut well = true;
        if let (Ok(()), Some(positions), Some(session)) = (&ended, positions, &mut worker.session) {
            positions.wrote(session);
            well = !session.errors().failed;
        }
        job.done(ended);
        if !well {
            worker.rollback();
        }
    }
}

fn write(worker: &mut Worker, job: &mut dyn Job) -> Result<()> {
    let mut pauses = PAUSES.into_iter();
    loop {
        let session = worker.begin()?;
        let (ran, before) = (job.run(session), session.errors());
        let ended = match ran {
            true if before.failed => Err(Error::internal("a write went on after a statement of it was refused")),
            true => worker.commit(),
            false => Ok(()),
        };
        let after = worker.session.as_ref().map(Session::errors).unwrap_or_default();
        let kept = ran && ended.is_ok();
        if before.lost {
            worker.session = None;
        } else if !kept {
            worker.rollback();
        }
        // A job whose connection was lost during the commit is not run again: the commit may have been done.
        let again = !kept && (after.contended || before.lost);
        match pauses.next().filter(|_| again) {
            Some(pause) => std::thread::sleep(Duration::from_millis(pause)),
            None => return ended,
        }
    }
}

/// Serves writes on SQLite: waiting jobs run together in one transaction, each in a savepoint of its own, and are
/// answered after the commit.
pub(crate) fn serve_groups(mut worker: Worker, jobs: &Receiver<Waiting>) {
    while let Some(first) = worker.next(jobs) {
        let mut group = Vec::new();
        let ended = match worker.begin() {
            Ok(session) => {
                run_group(session, first, jobs, &mut group);
                worker.commit()
            }
            Err(error) => {
                group.push(first);
                Err(error)
            }
        };
        if ended.is_err() {
            worker.rollback();
        }
        for job in group {
            job.done(ended.clone());
        }
    }
}

/// Runs the first job and those that wait behind it, at most [`GROUP`], until one of them breaks the transaction. All
/// that ran are added to `ran`.
fn run_group(session: &mut Session, first: Box<dyn Job>, jobs: &Receiver<Waiting>, ran: &mut Vec<Box<dyn Job>>) {
    let mut next = Some(first);
    while let Some(mut job) = next {
        // The job keeps its own result; this error only rolls its savepoint back.
        let _ = session.attempt(|session| match job.run(session) {
            true => Ok(()),
            false => Err(Error::internal("refused")),
        });
        ran.push(job);
        let goes_on = ran.len() < GROUP && session.ensure_usable().is_ok();
        next = if goes_on {
            jobs.try_iter().find_map(Waiting::claim)
        } else {
            None
        };
    }
}
