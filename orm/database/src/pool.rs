//! A database with its connections. Reads answer from a snapshot, wherever they run ([`Readers`]). Writes run in threads
//! that own transactions: on SQLite there is one, and it commits what is waiting together.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;

use super::claim::Claim;
use super::postgres::PostgresUrl;
use super::queue::Queue;
use super::readers::{Open, Readers};
use super::replica::Replica;
use super::session::Client;
use super::sqlite::{Held, SqliteFile};
use super::threads::{Worker, serve_groups, serve_writes, spawn};
use super::{Address, Session, file};
use crate::error::{Code, Error, Result};

/// How long a read of an SQLite file waits for a thread.
const PATIENCE: Duration = Duration::from_secs(10);

/// A database with its connections.
#[derive(Debug, Clone)]
pub struct Pool {
    readers: Readers,
    writers: Queue,
    replica: Option<Replica>,
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
            Address::Sqlite(file) => Self::open_sqlite(address, file, first, connections),
            Address::Postgres(url) => Self::open_postgres(address, url, connections),
        }
    }

    fn open_sqlite(address: &Address, file: &SqliteFile, mut first: Session, connections: usize) -> Result<Self> {
        file::hold_open(&mut first)?;
        let (held, address) = (Held::now(file), address.clone());
        let open: Open = Arc::new(move || {
            held.in_place()?;
            Ok(address.session()?.holding(held.clone()))
        });
        let (writers, jobs) = Queue::new(None);
        let readers = Readers::of_file(&open, first, connections.div_ceil(2), Some(PATIENCE))?;
        let worker = Worker::new(move || open(), Session::begin_write);
        spawn("write", move || serve_groups(worker, &jobs))?;
        Ok(Pool {
            readers,
            writers,
            replica: None,
        })
    }

    fn open_postgres(address: &Address, url: &PostgresUrl, connections: usize) -> Result<Self> {
        let connections = url.settings.pool_size.unwrap_or(connections);
        let replica = url.settings.replica.as_deref();
        let replica = replica.map(|url| Replica::open(url, connections)).transpose()?;
        let readers = Readers::of_server(url, connections, |_| Ok(()))?;
        let (writers, writes) = Queue::new(url.settings.pool_timeout);
        for _ in 0..connections {
            let (worker, jobs) = (Worker::to(address, Session::begin_write), writes.clone());
            let positions = replica.as_ref().map(|replica| replica.positions().clone());
            spawn("write", move || serve_writes(worker, &jobs, positions.as_ref()))?;
        }
        Ok(Pool {
            readers,
            writers,
            replica,
        })
    }

    /// Runs `job` on a reading connection, all its statements in one snapshot. It runs again where the connection is
    /// lost.
    ///
    /// # Errors
    /// What `job` answers; 503 when the queue is full, no connection becomes free in time or the database is away; 500
    /// when `job` panics.
    pub async fn read<T: Send + 'static>(&self, job: impl Fn(&mut Session) -> Result<T> + Send + 'static) -> Result<T> {
        let job = move |session: &mut Session| {
            session.snapshot()?;
            job(session)
        };
        self.readers.ask(job).await
    }

    /// As [`Pool::read`], in one snapshot from where `job` [asks for it](Session::snapshot), for a client that must see
    /// what was [written for it](Session::write_for), and may see what others wrote a little later: on the database's
    /// standby, where it has one that has come so far. What that one does not answer, or whom it does not know (401),
    /// the database itself is asked.
    ///
    /// # Errors
    /// As [`Pool::read`].
    pub async fn read_for<T: Send + 'static>(
        &self,
        client: Client,
        job: impl Fn(&mut Session) -> Result<T> + Send + Sync + 'static,
    ) -> Result<T> {
        let Some(replica) = &self.replica else {
            return self.readers.ask(job).await;
        };
        let job = Arc::new(job);
        match replica.read(client, job.clone()).await {
            Some(answer) => Ok(answer),
            None => self.readers.ask(move |session| job(session)).await,
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
        self.writers.put(Claim::default(), job, done)
    }

    /// Waits for the answer to a request that a [submitted](Pool::submit) job serves once it has taken the request's
    /// claim.
    ///
    /// # Errors
    /// What the answer is; 503 when the turn does not come in time.
    pub async fn wait<T>(&self, claim: Claim, answered: oneshot::Receiver<Result<T>>) -> Result<T> {
        self.writers.wait(claim, answered).await
    }

    /// Whether the database reads and writes.
    ///
    /// # Errors
    /// 503 with the reason when one of them does not work, or takes longer than `patience`.
    pub async fn check(&self, patience: Duration) -> Result<()> {
        let checks = async {
            tokio::try_join!(
                self.read(|session| session.texts("SELECT 'x'")),
                self.write(Session::try_write)
            )
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
