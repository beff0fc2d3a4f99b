//! Who runs statements. Reads answer from a snapshot: on SQLite where they are asked for, on PostgreSQL in threads that
//! share a queue. Writes run in threads that own transactions: on SQLite there is one, and it commits what is waiting
//! together.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use tokio::sync::oneshot;

use super::session::guarded;
use super::{Address, Dialect, Session};
use crate::error::{Code, Error, Result};

/// How many requests may wait in each queue before further ones are answered 503.
const QUEUE: usize = 4096;
/// How many writes SQLite commits together at the most: bounds how long the first of them waits.
const GROUP: usize = 64;

/// A database with its connections.
#[derive(Debug, Clone)]
pub struct Pool {
    readers: Readers,
    writers: Sender<WriteJob>,
}

/// Where reads run.
#[derive(Debug, Clone)]
enum Readers {
    /// On the caller's thread: SQLite reads without waiting, so that handing them to another thread would cost more than
    /// many of them take.
    Here(Arc<Idle>),
    /// On threads of their own, which wait for the server's answers.
    Threads(Sender<ReadJob>),
}

/// Reading connections that nobody uses at the moment. There come to be as many as threads that read.
struct Idle {
    address: Address,
    sessions: Mutex<Vec<Session>>,
}

impl std::fmt::Debug for Idle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Idle({:?})", self.address)
    }
}

impl Idle {
    fn run<T>(&self, job: impl FnOnce(&mut Session) -> Result<T>) -> Result<T> {
        let idle = self.sessions.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut session = match idle {
            Some(session) => session,
            None => Session::new(self.address.open(false)?),
        };
        session.control(session.dialect().begin_read())?;
        let result = read_only(&mut session, job);
        // A transaction that could not be ended: such a connection is of no more use.
        if session.intact().is_ok() {
            self.sessions
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(session);
        }
        result
    }
}

/// Gets the thread's session, or the reason why there is none.
type ReadJob = Box<dyn FnOnce(Result<&mut Session>) + Send>;
/// Runs in the thread's transaction, or gets the reason why there is none.
type WriteJob = Box<dyn FnOnce(Result<&mut Session>) -> Ran + Send>;
/// A write that ran, and waits to hear whether it was committed.
type Ran = Box<dyn FnOnce(Result<()>) + Send>;

impl Pool {
    /// Opens a database with `readers` reading connections, and one writing connection on SQLite, as many as readers on
    /// PostgreSQL.
    ///
    /// # Errors
    /// When the database cannot be opened.
    pub fn open(address: &Address, readers: usize) -> Result<Self> {
        // A first connection tells at once, and in words, what is wrong with the address.
        let first = Session::new(address.open(false)?);
        let (write_queue, write_jobs) = bounded(QUEUE);
        let (reading, writers) = match address.dialect() {
            Dialect::Sqlite => {
                // As long as there is a connection the file is in use, and nobody replaces it.
                let sessions = Mutex::new(vec![first]);
                let address = address.clone();
                (Readers::Here(Arc::new(Idle { address, sessions })), 1)
            }
            Dialect::Postgres => {
                let (queue, jobs) = bounded(QUEUE);
                for _ in 0..readers {
                    let (address, jobs) = (address.clone(), jobs.clone());
                    spawn("read", move || serve_reads(&address, &jobs))?;
                }
                (Readers::Threads(queue), readers)
            }
        };
        for _ in 0..writers {
            let (address, jobs) = (address.clone(), write_jobs.clone());
            spawn("write", move || serve_writes(&address, &jobs))?;
        }
        Ok(Pool {
            readers: reading,
            writers: write_queue,
        })
    }

    /// Runs `job` on a reading connection, all its statements in one snapshot.
    ///
    /// # Errors
    /// What `job` answers; 503 when the queue is full or the database away; 500 when `job` panics.
    pub async fn read<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Session) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let queue = match &self.readers {
            Readers::Here(idle) => return idle.run(job),
            Readers::Threads(queue) => queue,
        };
        let (answer, answered) = oneshot::channel();
        let job: ReadJob = Box::new(move |session| {
            let _ = answer.send(session.and_then(|session| read_only(session, job))); // nobody may wait any more
        });
        enqueue(queue, job)?;
        answered.await.map_err(|_| stopped())?
    }

    /// Runs `job` in a transaction of its own, which is kept exactly when `job` succeeds and the commit does. `job` may
    /// run again when the database asks for it.
    ///
    /// # Errors
    /// As [`Pool::read`].
    pub async fn write<T: Send + 'static>(
        &self,
        job: impl Fn(&mut Session) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (answer, answered) = oneshot::channel();
        self.submit(job, move |result| {
            let _ = answer.send(result); // nobody may wait any more
        })?;
        answered.await.map_err(|_| stopped())?
    }

    /// As [`Pool::write`], without waiting: `done` hears what came of it.
    ///
    /// # Errors
    /// 503 when the queue is full; then nothing runs.
    pub fn submit<T: Send + 'static>(
        &self,
        job: impl Fn(&mut Session) -> Result<T> + Send + 'static,
        done: impl FnOnce(Result<T>) + Send + 'static,
    ) -> Result<()> {
        let job: WriteJob = Box::new(move |session| {
            let result = session.and_then(|session| session.insist(&job));
            Box::new(move |committed| done(result.and_then(|value| committed.map(|()| value))))
        });
        enqueue(&self.writers, job)
    }
}

fn spawn(what: &str, body: impl FnOnce() + Send + 'static) -> Result<()> {
    let started = thread::Builder::new().name(format!("db-{what}")).spawn(body);
    started
        .map(|_| ())
        .map_err(|error| Error::new(Code::Unavailable, format!("no thread for the database: {error}")))
}

fn enqueue<J>(queue: &Sender<J>, job: J) -> Result<()> {
    queue.try_send(job).map_err(|error| match error {
        TrySendError::Full(_) => Error::new(Code::Unavailable, "too many requests are waiting for the database"),
        TrySendError::Disconnected(_) => stopped(),
    })
}

fn stopped() -> Error {
    Error::new(Code::Unavailable, "the database's threads have stopped")
}

/// Runs `job` and ends the transaction, which only reads.
fn read_only<T>(session: &mut Session, job: impl FnOnce(&mut Session) -> Result<T>) -> Result<T> {
    let result = guarded(|| job(session));
    session.control("ROLLBACK")?; // nothing to keep
    result
}

/// The thread's session with a transaction begun. One that was lost meanwhile is replaced.
fn begun<'a>(
    kept: &'a mut Option<Session>,
    address: &Address,
    begin: fn(Dialect) -> &'static str,
) -> Result<&'a mut Session> {
    let old = kept.take().and_then(|mut session| {
        let begun = session.control(begin(session.dialect()));
        begun.is_ok().then_some(session)
    });
    let session = match old {
        Some(session) => session,
        None => {
            let mut session = Session::new(address.open(false)?);
            session.control(begin(session.dialect()))?;
            session
        }
    };
    Ok(kept.insert(session))
}

fn serve_reads(address: &Address, jobs: &Receiver<ReadJob>) {
    let mut kept = None;
    for job in jobs {
        job(begun(&mut kept, address, Dialect::begin_read));
        // A transaction that could not be ended: this connection is of no more use.
        kept = kept.filter(|session| session.intact().is_ok());
    }
}

fn serve_writes(address: &Address, jobs: &Receiver<WriteJob>) {
    let mut kept = None;
    for first in jobs {
        let session = match begun(&mut kept, address, Dialect::begin_write) {
            Ok(session) => session,
            Err(error) => {
                first(Err(error))(Ok(()));
                continue;
            }
        };
        let group = match session.dialect() {
            Dialect::Sqlite => GROUP,
            Dialect::Postgres => 1,
        };
        let ran = run_group(session, first, jobs, group);
        let ended = session.intact().and_then(|()| session.control("COMMIT"));
        if ended.is_err() {
            // Whatever the database did of its own, nothing of the group is kept.
            let _ = session.control("ROLLBACK");
            kept = None;
        }
        for done in ran {
            done(ended.clone());
        }
    }
}

/// Runs the first job and those that wait behind it, until one of them breaks the transaction.
fn run_group(session: &mut Session, first: WriteJob, jobs: &Receiver<WriteJob>, most: usize) -> Vec<Ran> {
    let mut ran = Vec::new();
    let mut next = Some(first);
    while let Some(job) = next {
        ran.push(job(Ok(session)));
        let goes_on = ran.len() < most && session.intact().is_ok();
        next = if goes_on { jobs.try_recv().ok() } else { None };
    }
    ran
}
