//! Where reads run. Nearly all reads are short and are answered at once. A read that takes longer is stopped and begins
//! again on a thread for long reads, so that short reads never wait behind long ones. The reads of a client that sends
//! such reads take turns ([`SlowClients`]), so that those of other clients do not wait until all of them were tried.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crossbeam_channel::{Receiver, bounded};

use super::claim::Claim;
use super::panics::guarded;
use super::postgres::PostgresUrl;
use super::queue::{MOST_WAITING, Queue};
use super::session::Client;
use super::slow_clients::SlowClients;
use super::threads::{Worker, serve_reads, spawn};
use super::{Address, Bind, Session, Statement};
use crate::error::Result;

/// The limits of a read of SQLite on its caller's thread, whose other requests wait meanwhile: calls of the progress
/// handler (one after [`drivers::sqlite::STEPS`] instructions; 100 take about ten milliseconds), and the time, for slow
/// disks.
const SHORT_HERE: (u32, Duration) = (100, Duration::from_millis(100));
/// The statement timeout of PostgreSQL's connections for short reads.
const SHORT: Duration = Duration::from_millis(250);
/// How many reads may wait for each thread for long reads, or for streams, before further ones are answered 503.
pub(crate) const WAITING: usize = 64;
/// How many requests that were given up may wait for PostgreSQL to be told to cancel them.
const GIVEN_UP: usize = 1024;

/// Where reads run.
#[derive(Debug, Clone)]
pub(crate) struct Readers {
    short: Short,
    long: Queue,
    slow: SlowClients,
}

#[derive(Debug, Clone)]
enum Short {
    /// SQLite: on the caller's thread. SQLite has no network to wait for, and handing a read to another thread would
    /// cost more than many reads take.
    Here(Arc<Idle>),
    /// PostgreSQL: on threads of their own, which wait for the server's answers.
    Threads(Queue),
}

/// Opens a connection.
pub(crate) type Open = Arc<dyn Fn() -> Result<Session> + Send + Sync>;

/// SQLite connections for reads that are not in use at the moment. Their number grows to that of the threads that read.
struct Idle {
    open: Open,
    sessions: Mutex<Vec<Session>>,
    /// Never used, only held open: this keeps the write-ahead log in place, and makes
    /// [`lock_exclusive`](crate::file::lock_exclusive) refuse to replace the file.
    _holder: Mutex<Session>,
}

impl std::fmt::Debug for Idle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Idle")
    }
}

impl Readers {
    /// Readers of an SQLite file, which `holder` keeps open, with `threads` threads for long reads.
    ///
    /// # Errors
    /// 503 when the system has no threads.
    pub(crate) fn of_file(open: &Open, holder: Session, threads: usize, patience: Option<Duration>) -> Result<Self> {
        let (long, jobs) = Queue::of(WAITING * threads, patience, None);
        for _ in 0..threads {
            let (open, jobs) = (open.clone(), jobs.clone());
            let worker = Worker::new(move || open(), Session::begin_read);
            spawn("read", move || serve_reads(worker, &jobs, None))?;
        }
        let idle = Idle {
            open: open.clone(),
            sessions: Mutex::default(),
            _holder: Mutex::new(holder),
        };
        Ok(Readers {
            short: Short::Here(Arc::new(idle)),
            long,
            slow: SlowClients::new(1),
        })
    }

    /// Readers of a PostgreSQL database: `connections` for short reads, half as many for long ones. `opened` is called
    /// with each new connection.
    ///
    /// # Errors
    /// 503 when the system has no threads.
    pub(crate) fn of_server(
        url: &PostgresUrl,
        connections: usize,
        opened: impl Fn(&mut Session) -> Result<()> + Clone + Send + 'static,
    ) -> Result<Self> {
        let stoppable = !url.pooled(); // behind a pooler, the process may already work for another client
        let (canceller, given_up) = bounded(GIVEN_UP);
        if stoppable {
            let address = Address::Postgres(Box::new(url.clone()));
            spawn("cancel", move || cancel(&address, &given_up))?;
        }
        let canceller = stoppable.then_some(canceller);
        let (short, jobs) = Queue::of(MOST_WAITING, url.settings.pool_timeout, canceller);
        let few = connections.div_ceil(2);
        let (long, long_jobs) = Queue::of(WAITING * few, url.settings.pool_timeout, None);
        let serve = |url: PostgresUrl, jobs: Receiver<_>, long: Option<Queue>| {
            let (address, opened) = (Address::Postgres(Box::new(url)), opened.clone());
            let open = move || {
                let session = address.session()?;
                let mut session = if stoppable { session.stoppable()? } else { session };
                opened(&mut session).map(|()| session)
            };
            let worker = Worker::new(open, Session::ready_read);
            spawn("read", move || serve_reads(worker, &jobs, long.as_ref()))
        };
        for _ in 0..connections {
            serve(url.with_shorter_limit(SHORT), jobs.clone(), Some(long.clone()))?;
        }
        for _ in 0..few {
            serve(url.clone(), long_jobs.clone(), None)?;
        }
        Ok(Readers {
            short: Short::Threads(short),
            long,
            slow: SlowClients::new((connections / 2).max(1)),
        })
    }

    /// Runs `job` as a short read, and again as a long one if it is stopped.
    ///
    /// # Errors
    /// What `job` answers; 503 when a queue is full, no connection becomes free in time or the database cannot be
    /// reached; 500 when `job` panics.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        job: impl Fn(&mut Session) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let idle = match &self.short {
            Short::Threads(queue) => return queue.ask(job).await,
            Short::Here(idle) => idle,
        };
        match idle.run(&job)? {
            Some(answer) => Ok(answer),
            None => self.long.ask(job).await,
        }
    }
}

impl Readers {
    /// As [`Readers::ask`], for a client, whose reads take turns if they took long lately.
    ///
    /// # Errors
    /// As [`Readers::ask`]; 503 when too many reads wait for their turn, or it does not come in time.
    pub(crate) async fn ask_for<T: Send + 'static>(
        &self,
        client: Client,
        job: Arc<impl Fn(&mut Session) -> Result<T> + Send + Sync + 'static>,
    ) -> Result<T> {
        loop {
            let turn = self.slow.turn(client, self.long.patience()).await?;
            let (waited, turn) = (turn.is_some(), Mutex::new(turn));
            let (slow, job, begun) = (self.slow.clone(), job.clone(), AtomicBool::new(false));
            let answer = self.ask(move |session| {
                let first = !begun.load(Ordering::Relaxed);
                if first && !waited && slow.contains(client) {
                    return Ok(None); // others of the client's reads took long while this one was in the queue
                }
                begun.store(true, Ordering::Relaxed);
                let answer = job(session);
                if session.took_too_long() {
                    slow.note(client);
                }
                *turn.lock().unwrap_or_else(PoisonError::into_inner) = None;
                answer.map(Some)
            });
            if let Some(answer) = answer.await? {
                return Ok(answer);
            }
        }
    }

    /// The queues of reads: which it is, how many reads wait in it, and how many may.
    pub(crate) fn lengths(&self) -> [(&'static str, (usize, usize)); 3] {
        let short = match &self.short {
            Short::Here(_) => (0, 0),
            Short::Threads(queue) => queue.length(),
        };
        [
            ("read", short),
            ("long_read", self.long.length()),
            ("read_of_slow_client", (self.slow.waiting(), MOST_WAITING)),
        ]
    }
}

impl Idle {
    /// Runs a job on this thread; `None` if it was stopped because it takes too long.
    fn run<T>(&self, job: impl FnOnce(&mut Session) -> Result<T>) -> Result<Option<T>> {
        let idle = self.sessions.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut session = match idle {
            Some(session) => session,
            None => (self.open)()?,
        };
        session.begin_read()?;
        session.shorter_limit(SHORT_HERE);
        let result = guarded(|| job(&mut session));
        session.work_for(None);
        let stopped = session.errors().stopped;
        // A connection that cannot end its transaction is not put back.
        session.control("ROLLBACK")?;
        self.sessions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(session);
        match stopped {
            true => Ok(None),
            false => result.map(Some),
        }
    }
}

/// The thread that has PostgreSQL cancel the statements of requests that were given up, over a connection of its own.
fn cancel(address: &Address, given_up: &Receiver<Claim>) {
    let mut kept = None;
    for claim in given_up {
        claim.while_worked_on(|backend| {
            let asked = stop(&mut kept, address, backend);
            if let Err(error) = asked {
                tracing::debug!(%error, "a read that nobody waits for goes on");
                kept = None;
            }
        });
    }
}

fn stop(kept: &mut Option<Session>, address: &Address, backend: i64) -> Result<()> {
    let session = match kept {
        Some(session) => session,
        None => kept.insert(address.session()?),
    };
    session.query(
        &Statement {
            text: "SELECT pg_cancel_backend(CAST(? AS int4))".to_owned(),
            binds: vec![Bind::Int(Some(backend))],
        },
        |_| Ok(()),
    )
}
