//! A connection with what the runtime asks of it: run a statement, count it, say failures in our own terms.

mod bounds;
mod statements;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::result::Error as DieselError;
use drivers::sqlite::Watch;

use super::claim::Claim;
use super::connection::AnyConnection;
use super::kept::Kept;
use super::sqlite::Held;
use super::statement::Running;
use super::threads::PAUSES;
use super::trouble::{Trouble, contention};
use super::{Bind, Dialect, Statement};
use crate::error::{Error, Result};

/// An open connection.
#[expect(missing_debug_implementations, reason = "Diesel's connections have none")]
pub struct Session {
    connection: AnyConnection,
    dialect: Dialect,
    statements: u64,
    changes: u64,
    broken: Option<Error>,
    recorded: Option<Vec<Statement>>,
    trouble: Trouble,
    /// Of an SQLite connection.
    watch: Option<Watch>,
    /// On SQLite: how long a job may take.
    time_limit: Option<Duration>,
    /// On SQLite: the files that must stay in place.
    held: Option<Held>,
    /// On PostgreSQL: the server's process, where it may be told to stop.
    backend: Option<i64>,
    /// Whom the session works for, where that may be given up.
    claim: Option<Claim>,
    /// None where nothing outlives a transaction.
    kept: Option<Kept>,
    /// What every transaction is to begin with.
    set_local: Option<String>,
    snapshot: Snapshot,
    /// Who the transaction under way writes for.
    clients: Vec<Client>,
    /// Transactions may write, unless they were begun to read.
    writes: bool,
}

/// Somebody whose reads must see what was written for it; the server says who that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Client(pub u64);

/// What the statements of a session see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Snapshot {
    /// What the transaction that was begun lets them see.
    #[default]
    Begun,
    /// The same, which was asked for.
    Asked,
    /// Each what is there when it runs: a transaction begins when a snapshot is asked for.
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

    /// The same, with the watch of an SQLite connection.
    pub(crate) fn watched(connection: AnyConnection, watch: Option<Watch>) -> Self {
        let dialect = match connection {
            AnyConnection::Postgres(_) => Dialect::Postgres,
            AnyConnection::Sqlite(_) => Dialect::Sqlite,
        };
        Session {
            connection,
            dialect,
            statements: 0,
            changes: 0,
            broken: None,
            recorded: None,
            trouble: Trouble::default(),
            watch,
            time_limit: None,
            held: None,
            backend: None,
            claim: None,
            kept: Some(Kept::default()),
            set_local: None,
            snapshot: Snapshot::default(),
            clients: Vec::new(),
            writes: true,
        }
    }

    /// Keeps the statements that run from now on, for whoever looks into what the runtime asks of a database.
    pub fn record(&mut self) {
        self.recorded = Some(Vec::new());
    }

    /// The statements that ran since [`Session::record`], of which none is kept any more.
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

    /// The same, with statements that every transaction is to begin with.
    pub(crate) fn setting(mut self, set_local: Option<String>) -> Self {
        if set_local.is_some() {
            self.kept = None;
        }
        self.set_local = set_local;
        self
    }

    /// Which database it talks to.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// How many statements ran on this session, transaction control not counted.
    pub fn statements(&self) -> u64 {
        self.statements
    }

    /// How many of them may have changed something.
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// The Diesel connection, for plain Diesel code.
    pub fn diesel(&mut self) -> &mut AnyConnection {
        &mut self.connection
    }

    /// Runs one statement of transaction control, which is prepared once; not counted.
    ///
    /// # Errors
    /// When the database refuses it. The session then counts as broken: its transaction is in doubt.
    pub fn control(&mut self, text: &str) -> Result<()> {
        let running = Running {
            text,
            binds: &[],
            keep: self.keeps(text),
        };
        let run = self.connection.execute_returning_count(&running);
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

    /// Makes ready to read. A transaction begins when a [snapshot](Session::snapshot) is asked for, or now where it is to
    /// begin with something.
    ///
    /// # Errors
    /// As [`Session::control`].
    pub(crate) fn ready_read(&mut self) -> Result<()> {
        match self.chains() {
            true => {
                self.writes = false;
                self.forget();
                self.snapshot = Snapshot::Each;
                Ok(())
            }
            false => self.begin_read(),
        }
    }

    /// From here on, all statements see one snapshot of the data. A read of one statement need not ask: a transaction
    /// around it would be further round trips.
    ///
    /// # Errors
    /// As [`Session::control`].
    pub fn snapshot(&mut self) -> Result<()> {
        match std::mem::replace(&mut self.snapshot, Snapshot::Asked) {
            Snapshot::Each => self.control(self.dialect.begin_read()),
            Snapshot::Begun | Snapshot::Asked => Ok(()),
        }
    }

    /// Whether a transaction was begun.
    pub(crate) fn in_transaction(&self) -> bool {
        self.snapshot != Snapshot::Each
    }

    /// Whether a snapshot was asked for.
    pub(crate) fn wanted_snapshot(&self) -> bool {
        self.snapshot == Snapshot::Asked
    }

    /// Begins a transaction that writes.
    ///
    /// # Errors
    /// As [`Session::control`].
    pub fn begin_write(&mut self) -> Result<()> {
        self.in_place()?;
        self.writes = true;
        self.begin(self.dialect.begin_write())
    }

    fn begin(&mut self, text: &str) -> Result<()> {
        self.forget();
        match &self.set_local {
            None => self.control(text),
            Some(set) => {
                let begun = self.connection.batch_execute(&format!("{text}; {set}"));
                self.controlled(begun)
            }
        }
    }

    /// Whether what is read in order to write must be locked: other transactions write at the same time.
    pub fn locks(&self) -> bool {
        self.writes && self.dialect.is_server()
    }

    /// Waits until no other transaction holds the lock of this name, and holds it until this one ends.
    ///
    /// # Errors
    /// As [`Session::query`].
    pub fn lock_name(&mut self, name: &str) -> Result<()> {
        match self.dialect.lock_name(name) {
            Some(text) => {
                self.query_text(&text, &[], |_| Ok(()))?;
                self.waited();
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Others may have changed the database since the last statement: answers of before hold no longer.
    pub fn waited(&mut self) {
        self.changes += 1;
    }

    /// The refusal of a transaction that found what it had read changed by another one: it runs again.
    pub fn give_way(&mut self) -> Error {
        self.trouble.failed = true;
        self.trouble.contended = true;
        contention()
    }

    /// Whether the transaction has to run again for the sake of another one.
    pub fn gives_way(&self) -> bool {
        self.trouble.contended
    }

    /// Forgets what the last transaction was about.
    pub(crate) fn forget(&mut self) {
        self.trouble = Trouble::default();
        self.snapshot = Snapshot::Begun;
        self.clients.clear();
    }

    /// Runs `job` within the transaction; what it changes is kept exactly when it succeeds. A panic fails it.
    ///
    /// # Errors
    /// What `job` answers; 500 when it panics; what the database says when the whole transaction is in doubt.
    pub fn attempt<T>(&mut self, job: impl FnOnce(&mut Session) -> Result<T>) -> Result<T> {
        self.control("SAVEPOINT attempt")?;
        let result = guarded(|| job(self));
        if result.is_err() {
            self.control("ROLLBACK TO attempt")?;
            self.trouble.failed = false;
        }
        self.control("RELEASE attempt")?;
        result
    }

    /// Runs `job` in a transaction that writes, on a session of one's own; what it changes is kept exactly when it succeeds.
    /// What had to give way to another transaction runs again, a few times.
    ///
    /// # Errors
    /// What `job` answers; 500 when it panics; what the database says when it begins or commits the transaction.
    pub fn transact<T, E: From<Error>>(&mut self, mut job: impl FnMut(&mut Session) -> Result<T, E>) -> Result<T, E> {
        let mut pauses = PAUSES.into_iter();
        loop {
            self.begin_write()?;
            let ran = guarded(|| job(self));
            let ended = match ran {
                Ok(answer) => self.control("COMMIT").map(|()| answer).map_err(E::from),
                Err(error) => {
                    // The reason matters more than whether the end of the transaction could be said.
                    let _ = self.control("ROLLBACK");
                    Err(error)
                }
            };
            match pauses.next().filter(|_| ended.is_err() && self.trouble.contended) {
                Some(pause) => std::thread::sleep(Duration::from_millis(pause)),
                None => return ended,
            }
        }
    }

    /// Runs statements without binds; not counted.
    ///
    /// # Errors
    /// When the database refuses one.
    pub fn batch(&mut self, sql: &str) -> Result<()> {
        let run = self.connection.batch_execute(sql);
        run.map_err(|error| self.failed(error))
    }

    fn failed(&mut self, error: DieselError) -> Error {
        self.trouble.noted(error, self.watch.as_ref())
    }

    /// Whether the end of a transaction may begin the next one: not where that holds a connection which others wait for,
    /// or leaves out what is to be set.
    pub(crate) fn chains(&self) -> bool {
        self.dialect == Dialect::Postgres && self.set_local.is_none()
    }

    /// What went wrong since the transaction began.
    pub(crate) fn trouble(&self) -> Trouble {
        self.trouble
    }

    /// Notes that what the transaction writes is for this client: reads of its own must see it.
    pub fn write_for(&mut self, client: Client) {
        self.clients.push(client);
    }

    /// Who the transaction wrote for.
    pub(crate) fn clients(&self) -> &[Client] {
        &self.clients
    }

    /// Refuses a session on which transaction control failed.
    ///
    /// # Errors
    /// What the database said then.
    pub fn intact(&self) -> Result<()> {
        self.broken.clone().map_or(Ok(()), Err)
    }
}

/// Runs `job`; a panic becomes an internal error, so that the connection and the thread live on.
pub(crate) fn guarded<T, E: From<Error>>(job: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    catch_unwind(AssertUnwindSafe(job)).unwrap_or_else(|panic| {
        let text = (panic.downcast_ref::<String>().map(String::as_str))
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("no message");
        Err(Error::internal(format!("panic: {text}")).into())
    })
}
