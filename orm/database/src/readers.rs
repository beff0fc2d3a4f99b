//! Where reads run. Nearly all are short, and those are answered at once. One that takes longer is stopped, and begins again
//! on threads for what takes long, so that whoever asks for little never waits for those who ask for much.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crossbeam_channel::{Receiver, bounded};

use super::claim::Claim;
use super::postgres::PostgresUrl;
use super::queue::{MOST_WAITING, Queue};
use super::session::guarded;
use super::threads::{Worker, serve_reads, spawn};
use super::{Address, Bind, Session, Statement};
use crate::error::Result;

/// How much a read may take on the thread that asks for it, whose other requests wait meanwhile: so many looks at whether
/// to go on ([`drivers::sqlite::STEPS`]), which take about ten milliseconds, and so long if the disk is slow.
const SHORT_HERE: (u32, Duration) = (100, Duration::from_millis(100));
/// How long a statement of a read may take on one of PostgreSQL's connections for what is short.
const SHORT: Duration = Duration::from_millis(250);
/// How many reads may wait for each thread for what takes long before further ones are answered 503.
const WAITING: usize = 64;
/// How many requests that were given up may wait for their end to be asked for.
const GIVEN_UP: usize = 1024;

/// Where reads run.
#[derive(Debug, Clone)]
pub(crate) struct Readers {
    short: Short,
    long: Queue,
}

#[derive(Debug, Clone)]
enum Short {
    /// On the caller's thread: SQLite reads without waiting, so that handing a read to another thread would cost more than
    /// many of them take.
    Here(Arc<Idle>),
    /// On threads of their own, which wait for the server's answers.
    Threads(Queue),
}

/// Opens a connection.
pub(crate) type Open = Arc<dyn Fn() -> Result<Session> + Send + Sync>;

/// Reading connections that nobody uses at the moment. There come to be as many as threads that read.
struct Idle {
    open: Open,
    sessions: Mutex<Vec<Session>>,
    /// Never used: as long as it is open, the file has its log, and nobody replaces it who asks.
    _holder: Mutex<Session>,
}

impl std::fmt::Debug for Idle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Idle")
    }
}

impl Readers {
    /// Readers of an SQLite file, which `holder` has open, with `threads` for what takes long.
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
        let short = Short::Here(Arc::new(idle));
        Ok(Readers { short, long })
    }

    /// Readers of a PostgreSQL database: `connections` for what is short, half as many for what takes long. Each is
    /// `opened`.
    ///
    /// # Errors
    /// 503 when the system has no threads.
    pub(crate) fn of_server(
        url: &PostgresUrl,
        connections: usize,
        opened: impl Fn(&mut Session) -> Result<()> + Clone + Send + 'static,
    ) -> Result<Self> {
        let stoppable = !url.settings.pooled; // behind a pooler, a process works for others at once
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
            serve(url.hurried(SHORT), jobs.clone(), Some(long.clone()))?;
        }
        for _ in 0..few {
            serve(url.clone(), long_jobs.clone(), None)?;
        }
        let short = Short::Threads(short);
        Ok(Readers { short, long })
    }

    /// Waits for what `job` answers.
    ///
    /// # Errors
    /// What `job` answers; 503 when a queue is full, no connection becomes free in time or the database is away; 500 when
    /// `job` panics.
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

impl Idle {
    /// Does a job here; none where it takes too long.
    fn run<T>(&self, job: impl FnOnce(&mut Session) -> Result<T>) -> Result<Option<T>> {
        let idle = self.sessions.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut session = match idle {
            Some(session) => session,
            None => (self.open)()?,
        };
        session.begin_read()?;
        session.hurry(SHORT_HERE);
        let result = guarded(|| job(&mut session));
        session.work_for(None);
        let stopped = session.trouble().stopped;
        // Nothing to keep. A transaction that could not be ended: such a connection is of no more use.
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

/// Asks the server to stop what was given up, by a connection of its own.
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
