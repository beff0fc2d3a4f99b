//! The threads that run statements. Each has a connection of its own, which is replaced when it is lost; what had to
//! give way to another transaction, or lost its connection before the commit, runs again.
//!
//! On PostgreSQL the end of a transaction begins the next one in the same round trip, so that the next request finds it
//! begun: it sees nothing older for that, since a transaction looks at the data when its first statement does. A read of
//! one statement needs none, and begins none.

use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError};

use super::queue::{Job, Queue, Waiting};
use super::replica::Positions;
use super::{Address, Session};
use crate::error::{Code, Error, Result};

/// How many writes SQLite commits together at the most: bounds how long the first of them waits.
const GROUP: usize = 64;
/// How long a job waits before it runs again, each time that it has to, in milliseconds.
pub(crate) const PAUSES: [u64; 4] = [5, 20, 80, 320];

/// How long a transaction that was begun ahead waits for work: nobody is to wonder about one that does nothing.
const AHEAD: Duration = Duration::from_millis(20);

/// A thread's connection.
pub(crate) struct Worker {
    open: Box<dyn FnMut() -> Result<Session> + Send>,
    begin: fn(&mut Session) -> Result<()>,
    session: Option<Session>,
    /// The session's transaction was begun ahead.
    ahead: bool,
}

impl Worker {
    /// A worker that opens its connection when there is work for it.
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

    /// A worker to a database.
    pub(crate) fn to(address: &Address, begin: fn(&mut Session) -> Result<()>) -> Self {
        let address = address.clone();
        Worker::new(move || address.session(), begin)
    }

    /// The next job that is still waited for; `None` when there will be no more.
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

    /// The session, made ready. One that was lost meanwhile is replaced.
    fn begin(&mut self) -> Result<&mut Session> {
        let ahead = std::mem::take(&mut self.ahead);
        let kept = self.session.take().and_then(|mut session| match ahead {
            true => {
                session.forget();
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

    /// Does a job that may be given up while it is done.
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
        let (text, ahead) = match session.chains() {
            true => ("COMMIT AND CHAIN", true),
            false => ("COMMIT", false),
        };
        let committed = session.intact().and_then(|()| session.control(text));
        self.ahead = ahead && committed.is_ok();
        let kept = committed.and_then(|()| session.in_place());
        kept.map_err(|error| match session.trouble().lost {
            true => Error::new(
                Code::Unavailable,
                "the connection to the database was lost during a commit: whether it was done is not known",
            ),
            false => error,
        })
    }

    /// Ends a transaction of which nothing is to be kept, where one was begun. A connection that cannot end it is
    /// replaced. The next one is begun with it where this one was needed.
    fn rollback(&mut self) {
        let chains = |session: &Session| session.chains() && session.wanted_snapshot();
        match &self.session {
            Some(session) if !session.in_transaction() => {}
            Some(session) if chains(session) => self.ahead = self.undo("ROLLBACK AND CHAIN"),
            _ => self.rest(),
        }
    }

    /// As [`Worker::rollback`], with nothing begun.
    fn rest(&mut self) {
        self.ahead = false;
        self.undo("ROLLBACK");
    }

    fn undo(&mut self, text: &str) -> bool {
        let kept = self.session.take();
        self.session = kept.filter(|session| session.intact().is_ok()).and_then(|mut session| {
            let ended = session.control(text);
            session.forget();
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

/// Answers what only reads. What was stopped because it takes too long goes on in another queue, where there is one.
pub(crate) fn serve_reads(mut worker: Worker, jobs: &Receiver<Waiting>, long: Option<&Queue>) {
    while let Some(mut job) = worker.next(jobs) {
        let ended = read(&mut worker, &mut *job);
        let stopped = worker.session.as_mut().is_some_and(|session| {
            session.work_for(None);
            session.trouble().stopped
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
    if let Some(mut lost) = worker.session.take_if(|session| session.trouble().lost) {
        lost.work_for(None);
        worker.work(job)?;
    }
    Ok(())
}

/// Does what writes, a transaction for each.
pub(crate) fn serve_writes(mut worker: Worker, jobs: &Receiver<Waiting>, positions: Option<&Arc<Positions>>) {
    while let Some(mut job) = worker.next(jobs) {
        let ended = write(&mut worker, &mut *job);
        let mut well = true;
        if let (Ok(()), Some(positions), Some(session)) = (&ended, positions, &mut worker.session) {
            positions.wrote(session);
            well = !session.trouble().failed;
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
        let (ran, before) = (job.run(session), session.trouble());
        let ended = match ran {
            true if before.failed => Err(Error::internal("a write went on after a statement of it was refused")),
            true => worker.commit(),
            false => Ok(()),
        };
        let after = worker.session.as_ref().map(Session::trouble).unwrap_or_default();
        let kept = ran && ended.is_ok();
        if before.lost {
            worker.session = None;
        } else if !kept {
            worker.rollback();
        }
        // A connection that was lost during the commit is another matter: it may have been done.
        let again = !kept && (after.contended || before.lost);
        match pauses.next().filter(|_| again) {
            Some(pause) => std::thread::sleep(Duration::from_millis(pause)),
            None => return ended,
        }
    }
}

/// Does what writes, what is waiting in one transaction, each in a part of its own.
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

/// Runs the first job and those that wait behind it, until one of them breaks the transaction.
fn run_group(session: &mut Session, first: Box<dyn Job>, jobs: &Receiver<Waiting>, ran: &mut Vec<Box<dyn Job>>) {
    let mut next = Some(first);
    while let Some(mut job) = next {
        // It knows itself what it answers.
        let _ = session.attempt(|session| match job.run(session) {
            true => Ok(()),
            false => Err(Error::internal("refused")),
        });
        ran.push(job);
        let goes_on = ran.len() < GROUP && session.intact().is_ok();
        next = if goes_on {
            jobs.try_iter().find_map(Waiting::claim)
        } else {
            None
        };
    }
}
