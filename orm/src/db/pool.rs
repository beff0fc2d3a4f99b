//! A database with its connections. Reads answer from a snapshot: on SQLite where they are asked for, on PostgreSQL in
//! threads that share a queue. Writes run in threads that own transactions: on SQLite there is one, and it commits what
//! is waiting together.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;

use super::postgres::Settings;
use super::queue::{Queue, Turn};
use super::replica::Replica;
use super::session::{Client, guarded};
use super::threads::{Line, serve_groups, serve_reads, serve_writes, spawn};
use super::{Address, Dialect, Session, file};
use crate::error::{Code, Error, Result};

/// A database with its connections.
#[derive(Debug, Clone)]
pub struct Pool {
    readers: Readers,
    writers: Queue,
    replica: Option<Replica>,
    can_write: &'static str,
}

/// Where reads run.
#[derive(Debug, Clone)]
enum Readers {
    /// On the caller's thread: SQLite reads without waiting, so that handing them to another thread would cost more than
    /// many of them take.
    Here(Arc<Idle>),
    /// On threads of their own, which wait for the server's answers.
    Threads(Queue),
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
            None => self.address.session()?,
        };
        session.begin_read()?;
        let result = guarded(|| job(&mut session));
        // Nothing to keep. A transaction that could not be ended: such a connection is of no more use.
        session.control("ROLLBACK")?;
        self.sessions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(session);
        result
    }
}

impl Pool {
    /// Opens a database: on SQLite with one connection that writes, on PostgreSQL with `connections` that read and as
    /// many that write unless its URL says how many.
    ///
    /// # Errors
    /// When the database cannot be opened.
    pub fn open(address: &Address, connections: usize) -> Result<Self> {
        // A first connection tells at once, and in words, what is wrong with the address.
        let first = address.session()?;
        match address {
            Address::Sqlite(_) => Self::open_sqlite(address, first),
            Address::Postgres(url) => Self::open_postgres(address, &url.settings, connections),
        }
    }

    fn open_sqlite(address: &Address, mut first: Session) -> Result<Self> {
        file::use_it(&mut first)?;
        let (writers, jobs) = Queue::new(None);
        let line = Line::to(address, Session::begin_write);
        spawn("write", move || serve_groups(line, &jobs))?;
        // As long as there is a connection the file is in use, and nobody replaces it.
        let (address, sessions) = (address.clone(), Mutex::new(vec![first]));
        Ok(Pool {
            readers: Readers::Here(Arc::new(Idle { address, sessions })),
            writers,
            replica: None,
            can_write: Dialect::Sqlite.can_write(),
        })
    }

    fn open_postgres(address: &Address, settings: &Settings, connections: usize) -> Result<Self> {
        let connections = settings.pool_size.unwrap_or(connections);
        let replica = settings.replica.as_deref();
        let replica = replica.map(|url| Replica::open(url, connections)).transpose()?;
        let (readers, reads) = Queue::new(settings.pool_timeout);
        let (writers, writes) = Queue::new(settings.pool_timeout);
        for _ in 0..connections {
            let (line, jobs) = (Line::to(address, Session::begin_read), reads.clone());
            spawn("read", move || serve_reads(line, &jobs))?;
            let (line, jobs) = (Line::to(address, Session::begin_write), writes.clone());
            let positions = replica.as_ref().map(|replica| replica.positions().clone());
            spawn("write", move || serve_writes(line, &jobs, positions.as_ref()))?;
        }
        Ok(Pool {
            readers: Readers::Threads(readers),
            writers,
            replica,
            can_write: Dialect::Postgres.can_write(),
        })
    }

    /// Runs `job` on a reading connection, all its statements in one snapshot. It runs again where the connection is
    /// lost.
    ///
    /// # Errors
    /// What `job` answers; 503 when the queue is full, no connection becomes free in time or the database is away; 500
    /// when `job` panics.
    pub async fn read<T: Send + 'static>(&self, job: impl Fn(&mut Session) -> Result<T> + Send + 'static) -> Result<T> {
        match &self.readers {
            Readers::Here(idle) => idle.run(job),
            Readers::Threads(queue) => queue.ask(job).await,
        }
    }

    /// As [`Pool::read`], for a client that must see what was [written for it](Session::write_for), and may see what
    /// others wrote a little later: on the database's standby, where it has one that has come so far. What that one does
    /// not answer, or whom it does not know (401), the database itself is asked.
    ///
    /// # Errors
    /// As [`Pool::read`].
    pub async fn read_for<T: Send + 'static>(
        &self,
        client: Client,
        job: impl Fn(&mut Session) -> Result<T> + Send + Sync + 'static,
    ) -> Result<T> {
        let Some(replica) = &self.replica else {
            return self.read(job).await;
        };
        let job = Arc::new(job);
        match replica.read(client, job.clone()).await {
            Some(answer) => Ok(answer),
            None => self.read(move |session| job(session)).await,
        }
    }

    /// Runs `job` in a transaction of its own, which is kept exactly when `job` succeeds and the commit does. `job` may
    /// run again: where the database makes it give way to another transaction, or the connection is lost before the
    /// commit.
    ///
    /// # Errors
    /// As [`Pool::read`]; 503 when it had to give way each time.
    pub async fn write<T: Send + 'static>(
        &self,
        job: impl Fn(&mut Session) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.writers.ask(job).await
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
        self.writers.put(Turn::default(), job, done)
    }

    /// Waits for the answer to a request that a [submitted](Pool::submit) job serves once it has taken the request's
    /// turn.
    ///
    /// # Errors
    /// What the answer is; 503 when the turn does not come in time.
    pub async fn wait<T>(&self, turn: Turn, answered: oneshot::Receiver<Result<T>>) -> Result<T> {
        self.writers.wait(turn, answered).await
    }

    /// Whether the database reads and writes.
    ///
    /// # Errors
    /// 503 with the reason when one of them does not work, or takes longer than `patience`.
    pub async fn check(&self, patience: Duration) -> Result<()> {
        let can_write = self.can_write;
        let answers = |what: &'static str, text: &'static str| {
            move |session: &mut Session| {
                let mut answered = false;
                session.query_text(text, &[], |_| {
                    answered = true;
                    Ok(())
                })?;
                answered
                    .then_some(())
                    .ok_or_else(|| Error::new(Code::Unavailable, what))
            }
        };
        let checks = async {
            let write = self.write(answers("the database does not take writes", can_write));
            let read = self.read(answers("the database does not answer", "SELECT 1"));
            tokio::try_join!(read, write)
        };
        let late = |_| {
            Error::new(
                Code::Unavailable,
                format!("the database does not answer within {patience:?}"),
            )
        };
        tokio::time::timeout(patience, checks).await.map_err(late)?.map(|_| ())
    }
}
