//! [`Pool`]: a database with its connections, for reads ([`Readers`]) and writes. Writes run on threads with a
//! connection each. On SQLite there is one such thread, which runs waiting writes together in a transaction.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;
use tracing::{Instrument as _, Span};

use super::claim::Claim;
use super::postgres::PostgresUrl;
use super::queue::Queue;
use super::readers::{Open, Readers, WAITING};
use super::replica::Replica;
use super::session::Client;
use super::sqlite::{FileIdentity, SqliteFile};
use super::threads::{Worker, serve_groups, serve_reads, serve_writes, spawn};
use super::{Address, Session, file};
use crate::error::{Code, Error, Result};

/// How long a read of an SQLite file waits for a thread for long reads, and a stream of any database for one for
/// streams.
const PATIENCE: Duration = Duration::from_secs(10);

/// The target of the spans of traces: one for each transaction, from when it is asked for to its answer. Where nobody
/// wants them they cost nothing.
pub const TRACES: &str = "declarest::traces";

/// A database with its connections.
#[derive(Debug, Clone)]
pub struct Pool {
    readers: Readers,
    writers: Queue,
    streams: Queue,
    replica: Option<Replica>,
}

/// How many requests wait in a queue of a pool.
#[derive(Debug, Clone, Copy)]
pub struct QueueLength {
    /// What they wait for: `read`, `long_read`, `read_of_slow_client`, `stream` or `write`.
    pub queue: &'static str,
    /// Those of the standby.
    pub standby: bool,
    /// How many wait.
    pub waiting: usize,
    /// How many may wait; further ones are answered 503.
    pub most: usize,
}

impl Pool {
    /// Opens a database: on SQLite with one connection that writes, on PostgreSQL with as many connections that write
    /// as read, `connections` unless the URL has a `pool_size`. At most `streams` [streams](Pool::stream) run at a time,
    /// each with a connection of its own.
    ///
    /// # Errors
    /// When the database cannot be opened.
    pub fn open(address: &Address, connections: usize, streams: usize) -> Result<Self> {
        // Connect once now, so that a wrong address is reported at start-up.
        let first = address.session()?;
        match address {
            Address::Sqlite(file) => Self::open_sqlite(address, file, first, connections, streams),
            Address::Postgres(url) => Self::open_postgres(address, url, connections, streams),
        }
    }

    fn open_sqlite(
        address: &Address,
        file: &SqliteFile,
        mut first: Session,
        connections: usize,
        streams: usize,
    ) -> Result<Self> {
        file::hold_open(&mut first)?;
        let (held, address) = (FileIdentity::now(file), address.clone());
        let open: Open = Arc::new(move || {
            held.ensure_not_replaced()?;
            Ok(address.session()?.holding(held.clone()))
        });
        let (writers, jobs) = Queue::new(None);
        let readers = Readers::of_file(&open, first, connections.div_ceil(2), Some(PATIENCE))?;
        let streams = self::streams(streams, || {
            let open = open.clone();
            Worker::new(move || open()?.reading_once(), Session::begin_read)
        })?;
        let worker = Worker::new(move || open(), Session::begin_write);
        spawn("write", move || serve_groups(worker, &jobs))?;
        Ok(Pool {
            readers,
            writers,
            streams,
            replica: None,
        })
    }

    fn open_postgres(address: &Address, url: &PostgresUrl, connections: usize, streams: usize) -> Result<Self> {
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
        let streams = self::streams(streams, || Worker::to(address, Session::begin_read))?;
        Ok(Pool {
            readers,
            writers,
            streams,
            replica,
        })
    }

    /// Runs `job` on a reading connection, all its statements in one snapshot. It may run again: when the connection is
    /// lost, or when it takes long and moves to a connection for long reads.
    ///
    /// # Errors
    /// What `job` answers; 503 when the queue is full, no connection becomes free in time or the database cannot be
    /// reached; 500 when `job` panics.
    pub async fn read<T: Send + 'static>(&self, job: impl Fn(&mut Session) -> Result<T> + Send + 'static) -> Result<T> {
        let job = move |session: &mut Session| {
            session.snapshot()?;
            job(session)
        };
        self.readers.ask(job).instrument(span("database read")).await
    }

    /// As [`Pool::read`], with a snapshot only from where `job` [asks for one](Session::snapshot), for a client that
    /// must see what was [written for it](Session::write_for) but may see the writes of others a little late. It runs
    /// on the standby, if there is one that has replayed the client's writes. If that fails for any reason (also with
    /// 401, for a user whom the standby does not know yet), it runs again on the primary.
    ///
    /// # Errors
    /// As [`Pool::read`].
    pub async fn read_for<T: Send + 'static>(
        &self,
        client: Client,
        job: impl Fn(&mut Session) -> Result<T> + Send + Sync + 'static,
    ) -> Result<T> {
        let job = Arc::new(job);
        if let Some(replica) = &self.replica
            && let Some(answer) = replica.read(client, job.clone()).instrument(span("standby read")).await
        {
            return Ok(answer);
        }
        let read = self.readers.ask_for(client, job);
        read.instrument(span("database read")).await
    }

    /// Runs `job`, which takes as long as its client takes to read its result, on a connection for that, all its
    /// statements in one snapshot; on the primary, also where there is a standby. It may run again when the connection
    /// is lost.
    ///
    /// # Errors
    /// As [`Pool::read`].
    pub async fn stream<T: Send + 'static>(
        &self,
        job: impl Fn(&mut Session) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.streams.ask(job).instrument(span("database stream")).await
    }

    /// Runs `job` in a transaction (on SQLite a savepoint) of its own, which is kept exactly when `job` and the commit
    /// succeed. `job` may run again: when the database makes it give way to another transaction, or the connection is
    /// lost before the commit.
    ///
    /// # Errors
    /// As [`Pool::read`]; 503 when it had to give way each time.
    pub async fn write<T: Send + 'static>(
        &self,
        job: impl Fn(&mut Session) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.writers.ask(job).instrument(span("database write")).await
    }

    /// As [`Pool::write`], without waiting: `done` is called with the result.
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

    /// Waits for the answer to a request that a [submitted](Pool::submit) job serves after taking the request's claim.
    /// One such job may serve several requests.
    ///
    /// # Errors
    /// The answer's error; 503 when no job takes the claim in time.
    pub async fn wait<T>(&self, claim: Claim, answered: oneshot::Receiver<Result<T>>) -> Result<T> {
        let wait = self.writers.wait(claim, answered);
        wait.instrument(span("database write")).await
    }

    /// The queues, and how many requests wait in each at the moment.
    pub fn queues(&self) -> Vec<QueueLength> {
        let of = |standby| {
            move |(queue, (waiting, most))| QueueLength {
                queue,
                standby,
                waiting,
                most,
            }
        };
        let standby = self.replica.iter().flat_map(|replica| replica.readers().lengths());
        let own = self
            .readers
            .lengths()
            .into_iter()
            .chain([("stream", self.streams.length()), ("write", self.writers.length())]);
        let queues = own.map(of(false)).chain(standby.map(of(true)));
        queues.filter(|queue| queue.most > 0).collect()
    }

    /// Checks that the database can be read and written.
    ///
    /// # Errors
    /// 503 with the reason when reading or writing fails, or both together take longer than `patience`.
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

/// The queue of streams, and the threads that serve it.
fn streams(threads: usize, worker: impl Fn() -> Worker) -> Result<Queue> {
    let (queue, jobs) = Queue::of(WAITING * threads, Some(PATIENCE), None);
    for _ in 0..threads {
        let (worker, jobs) = (worker(), jobs.clone());
        spawn("stream", move || serve_reads(worker, &jobs, None))?;
    }
    Ok(queue)
}

/// The span of a transaction.
fn span(name: &'static str) -> Span {
    tracing::info_span!(target: TRACES, "transaction", otel.name = name)
}
