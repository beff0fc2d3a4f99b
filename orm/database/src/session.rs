//! [`Session`], a connection as the runtime uses it: runs and counts statements, controls transactions, and turns
//! database errors into this program's errors.

mod bounds;
mod explain;
mod locks;
mod remembered;
mod row_clock;
mod statements;

use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::result::Error as DieselError;
use drivers::sqlite::Watch;

use self::bounds::Allowance;
use self::remembered::Remembered;
use super::claim::Claim;
use super::connection::AnyConnection;
use super::database_error::TransactionErrors;
use super::panics::guarded;
use super::sqlite::FileIdentity;
use super::statement::Running;
use super::statement_cache::StatementCache;
use super::{Bind, Dialect, Statement};
use crate::error::{Error, Result};

/// The pauses before a job runs again, in milliseconds. After the last one it fails with its error.
pub(crate) const PAUSES: [u64; 4] = [5, 20, 80, 320];

/// An open connection.
#[expect(missing_debug_implementations, reason = "Diesel's connections have none")]
pub struct Session {
    connection: AnyConnection,
    dialect: Dialect,
    statements: u64,
    /// The time that they took.
    spent: Duration,
    /// How many statements the current request may take.
    allowance: Option<Allowance>,
    changes: u64,
    broken: Option<Error>,
    recorded: Option<Vec<Statement>>,
    errors: TransactionErrors,
    /// SQLite: reads error codes, and stops statements that take too long.
    watch: Option<Watch>,
    /// SQLite: how long a read may take.
    time_limit: Option<Duration>,
    /// SQLite: the database's files, which must not be replaced while it is served.
    held: Option<FileIdentity>,
    /// PostgreSQL: the id of the server process, if another connection may cancel its statements.
    backend: Option<i64>,
    /// The request that the session works for, if its caller may stop waiting.
    claim: Option<Claim>,
    /// Which statements stay prepared. `None` behind a pooler that knows none.
    kept: Option<StatementCache>,
    /// `SET LOCAL` statements that every transaction begins with, for a pooler.
    set_local: Option<String>,
    snapshot: Snapshot,
    /// The clients that the current transaction writes for.
    clients: Vec<Client>,
    /// False while the session only reads.
    writes: bool,
    /// Values that were read and still hold, because nobody has written since (SQLite).
    remembered: Remembered,
}

/// An API client whose reads must see its own earlier writes, also when a standby answers them. The server chooses the
/// number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Client(pub u64);

/// Which snapshot of the data the statements of a session see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Snapshot {
    /// That of the transaction that was begun.
    #[default]
    Begun,
    /// The same, and [`Session::snapshot`] was called.
    Wanted,
    /// No transaction was begun, so that each statement sees what is committed when it runs. [`Session::snapshot`]
    /// begins one.
    Each,
}

impl Session {
    /// Wraps an open connection.
    pub fn new(mut connection: AnyConnection) -> Self {
        let watch = match &mut connection {
            AnyConnection::Postgres(_) => None,
            AnyConnection::Sqlite(sqlite) => Watch::of(sqlite),
        };
        Session::watched(connection, watch)
    }

    /// As [`Session::new`], with the watch of an SQLite connection.
    pub(crate) fn watched(connection: AnyConnection, watch: Option<Watch>) -> Self {
        let dialect = match connection {
            AnyConnection::Postgres(_) => Dialect::Postgres,
            AnyConnection::Sqlite(_) => Dialect::Sqlite,
        };
        Session {
            connection,
            dialect,
            statements: 0,
            spent: Duration::ZERO,
            allowance: None,
            changes: 0,
            broken: None,
            recorded: None,
            errors: TransactionErrors::default(),
            watch,
            time_limit: None,
            held: None,
            backend: None,
            claim: None,
            kept: Some(StatementCache::default()),
            set_local: None,
            snapshot: Snapshot::default(),
            clients: Vec::new(),
            writes: true,
            remembered: Remembered::default(),
        }
    }

    /// Starts recording statements, for tests that look at what the runtime runs.
    pub fn record(&mut self) {
        self.recorded = Some(Vec::new());
    }

    /// Stops recording and returns the statements that ran since [`Session::record`].
    pub fn recorded(&mut self) -> Vec<Statement> {
        self.recorded.take().unwrap_or_default()
    }

    /// Counts a statement. The log has its text at level `trace`, never its values.
    fn note(&mut self, text: &str, binds: &[Bind]) {
        self.statements += 1;
        tracing::trace!(text, "statement");
        if let Some(recorded) = &mut self.recorded {
            let (text, binds) = (text.to_owned(), binds.to_vec());
            recorded.push(Statement { text, binds });
        }
    }

    /// Which database it is connected to.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// How many statements ran on this session, without transaction control.
    pub fn statements(&self) -> u64 {
        self.statements
    }

    /// Counts the moments at which the data may have changed: each statement that writes, and each wait for a lock
    /// ([`Session::invalidate_caches`]). Answers that were cached at another count are out of date.
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// The Diesel connection, for code that uses Diesel directly.
    pub fn diesel(&mut self) -> &mut AnyConnection {
        &mut self.connection
    }

    /// Runs one statement of transaction control (`BEGIN`, `COMMIT` …). It is not counted.
    ///
    /// # Errors
    /// When the database refuses it. The session then counts as broken, since the state of its transaction is unknown.
    pub fn control(&mut self, text: &str) -> Result<()> {
        let running = Running {
            text,
            binds: &[],
            keep: self.keeps(text),
        };
        let started = Instant::now();
        let run = self.connection.execute_returning_count(&running);
        self.spent += started.elapsed();
        self.controlled(run.map(|_| ()))
    }

    fn controlled(&mut self, run: QueryResult<()>) -> Result<()> {
        run.map_err(|error| {
            let error = self.failed(error);
            self.broken.get_or_insert(error).clone()
        })
    }

    /// Begins a transaction that only reads, all of it in one snapshot.
    ///
    /// # Errors
    /// As [`Session::control`].
    pub fn begin_read(&mut self) -> Result<()> {
        self.writes = false;
        self.begin(self.dialect.begin_read())
    }

    /// Prepares for a read. On PostgreSQL a transaction begins only when the job asks for a
    /// [snapshot](Session::snapshot); on SQLite and behind a pooler it begins here.
    ///
    /// # Errors
    /// As [`Session::control`].
    pub(crate) fn ready_read(&mut self) -> Result<()> {
        match self.can_chain() {
            true => {
                self.writes = false;
                self.reset();
                self.snapshot = Snapshot::Each;
                Ok(())
            }
            false => self.begin_read(),
        }
    }

    /// From here on, all statements see one snapshot of the data. A read of a single statement need not call this: a
    /// transaction around it would cost further round trips.
    ///
    /// # Errors
    /// As [`Session::control`].
    pub fn snapshot(&mut self) -> Result<()> {
        match std::mem::replace(&mut self.snapshot, Snapshot::Wanted) {
            Snapshot::Each => self.control(self.dialect.begin_read()),
            Snapshot::Begun | Snapshot::Wanted => Ok(()),
        }
    }

    /// Whether a transaction was begun.
    pub(crate) fn in_transaction(&self) -> bool {
        self.snapshot != Snapshot::Each
    }

    /// Whether a snapshot was asked for.
    pub(crate) fn wanted_snapshot(&self) -> bool {
        self.snapshot == Snapshot::Wanted
    }

    /// Begins a write transaction.
    ///
    /// # Errors
    /// As [`Session::control`].
    pub fn begin_write(&mut self) -> Result<()> {
        self.ensure_not_replaced()?;
        self.writes = true;
        self.begin(self.dialect.begin_write())
    }

    fn begin(&mut self, text: &str) -> Result<()> {
        self.reset();
        match &self.set_local {
            None => self.control(text),
            Some(set) => {
                let begun = self.connection.batch_execute(&format!("{text}; {set}"));
                self.controlled(begun)
            }
        }
    }

    /// Resets what belongs to one transaction: what went wrong, snapshot, clients, allowance.
    pub(crate) fn reset(&mut self) {
        self.allowance = None;
        self.errors = TransactionErrors::default();
        self.snapshot = Snapshot::Begun;
        self.clients.clear();
    }

    /// Runs `job` in a savepoint of the transaction: its changes are kept exactly when it succeeds. A panic counts as a
    /// failure.
    ///
    /// # Errors
    /// What `job` answers; 500 when it panics; the database's error when the savepoint cannot be set or ended, which
    /// leaves the session broken.
    pub fn attempt<T>(&mut self, job: impl FnOnce(&mut Session) -> Result<T>) -> Result<T> {
        self.control("SAVEPOINT attempt")?;
        let result = guarded(|| job(self));
        if result.is_err() {
            self.control("ROLLBACK TO attempt")?;
            self.errors.failed = false;
        }
        self.control("RELEASE attempt")?;
        result
    }

    /// Runs `job` in a write transaction of its own: its changes are kept exactly when it succeeds. A transaction that
    /// had to give way to another one (deadlock, changed reads) runs again, a few times.
    ///
    /// # Errors
    /// What `job` answers; 500 when it panics; the database's error when the transaction cannot be begun or committed.
    pub fn transact<T, E: From<Error>>(&mut self, mut job: impl FnMut(&mut Session) -> Result<T, E>) -> Result<T, E> {
        let mut pauses = PAUSES.into_iter();
        loop {
            self.begin_write()?;
            let ran = guarded(|| job(self));
            let ended = match ran {
                Ok(answer) => self.control("COMMIT").map(|()| answer).map_err(E::from),
                Err(error) => {
                    // The job's error matters more than one of the rollback.
                    let _ = self.control("ROLLBACK");
                    Err(error)
                }
            };
            match pauses.next().filter(|_| ended.is_err() && self.errors.contended) {
                Some(pause) => std::thread::sleep(Duration::from_millis(pause)),
                None => return ended,
            }
        }
    }

    /// Runs one or several statements without bind parameters. They are not counted.
    ///
    /// # Errors
    /// When the database refuses one.
    pub fn batch(&mut self, sql: &str) -> Result<()> {
        let run = self.connection.batch_execute(sql);
        run.map_err(|error| self.failed(error))
    }

    /// Turns an error of a statement that ran on [`Session::diesel`] into this program's, and notes what it means for the
    /// transaction.
    pub fn failed(&mut self, error: DieselError) -> Error {
        self.errors.note(error, self.watch.as_ref())
    }

    /// Whether the end of a transaction may begin the next one (`AND CHAIN`): on PostgreSQL, but not behind a pooler,
    /// where the open transaction would hold a connection that others wait for and would lack its `SET LOCAL`
    /// statements.
    pub(crate) fn can_chain(&self) -> bool {
        self.dialect == Dialect::Postgres && self.set_local.is_none()
    }

    /// What went wrong since the transaction began.
    pub(crate) fn errors(&self) -> TransactionErrors {
        self.errors
    }

    /// Notes that the transaction writes for this client, whose later reads must see it.
    pub fn write_for(&mut self, client: Client) {
        self.clients.push(client);
    }

    /// The clients that the transaction wrote for.
    pub(crate) fn clients(&self) -> &[Client] {
        &self.clients
    }

    /// Fails if transaction control has failed on this session, which then must not be used any more.
    ///
    /// # Errors
    /// The error of that failure.
    pub fn ensure_usable(&self) -> Result<()> {
        self.broken.clone().map_or(Ok(()), Err)
    }
}
