//! SQLite's result codes, and stopping its statements while they run.

use std::cell::RefCell;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};

use diesel::connection::{Connection as _, SimpleConnection as _};
use diesel::result::ConnectionResult;
use diesel::sqlite::SqliteConnection;
use libsqlite3_sys as ffi;
/// The constants of SQLite's result codes, such as `SQLITE_BUSY`.
pub use libsqlite3_sys as codes;

/// How many instructions of SQLite's virtual machine run between two checks of whether to stop: far below a
/// millisecond.
pub const STEPS: c_int = 4_000;

/// A handle to an open connection that reads its error codes and stops its statements, also from other threads. It may
/// outlive the connection; then it has no effect.
#[derive(Clone)]
pub struct Watch(Arc<State>);

impl std::fmt::Debug for Watch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Watch")
    }
}

/// Is called while statements run; true stops the one that is running.
pub type Stop = Box<dyn FnMut() -> bool + Send>;

#[derive(Default)]
struct State {
    /// The connection, as long as it is open.
    connection: Mutex<Option<Open>>,
    stop: Mutex<Option<Stop>>,
    stopped: AtomicBool,
}

impl State {
    fn stops(&self) -> bool {
        let stops = lock(&self.stop).as_mut().is_some_and(|stop| stop());
        if stops {
            self.stopped.store(true, Ordering::Relaxed);
        }
        stops
    }
}

struct Open(NonNull<ffi::sqlite3>);

// SAFETY: SQLite is built to be called from any thread (`SQLITE_THREADSAFE=1`).
unsafe impl Send for Open {}

thread_local! {
    /// Passes a watch from the functions below, which SQLite calls, to the Rust code that made SQLite call them.
    static HANDED: RefCell<Option<Watch>> = const { RefCell::new(None) };
}

/// Opens a connection together with its watch.
///
/// # Errors
/// As [`SqliteConnection::establish`].
pub fn open(path: &str) -> ConnectionResult<(SqliteConnection, Option<Watch>)> {
    static ENABLED: Once = Once::new();
    ENABLED.call_once(|| {
        // SAFETY: `opened` has the signature that SQLite expects of what it calls for each new connection.
        unsafe { ffi::sqlite3_auto_extension(Some(opened)) };
    });
    HANDED.set(None);
    SqliteConnection::establish(path).map(|connection| (connection, HANDED.take()))
}

impl Watch {
    /// The watch of a connection; `None` if it was opened before the first call of [`open`]. This runs a statement, for
    /// which SQLite reads the file.
    pub fn of(connection: &mut SqliteConnection) -> Option<Self> {
        connection.batch_execute("SELECT declarest_watch()").ok()?;
        HANDED.take()
    }

    /// The extended result code of the connection's last call, if that failed. After a statement with bound texts or
    /// bytes the code is gone, since Diesel unbinds them; then the primary code is found by `message`, SQLite's text
    /// for it.
    pub fn code(&self, message: &str) -> Option<c_int> {
        let failed = |code: &c_int| *code != ffi::SQLITE_OK;
        let open = lock(&self.0.connection);
        // SAFETY: the connection is open, and cannot be closed while the mutex is locked.
        let code = open
            .as_ref()
            .map(|open| unsafe { ffi::sqlite3_extended_errcode(open.0.as_ptr()) });
        code.filter(failed)
            .or_else(|| (1..ffi::SQLITE_NOTICE).find(|code| text(*code) == message.as_bytes()))
    }

    /// Sets the function that decides whether to stop, or none. It is called after every [`STEPS`] instructions; a
    /// statement that is stopped fails with `SQLITE_INTERRUPT`. Also resets [`Watch::stopped`].
    pub fn stop_when(&self, stop: Option<Stop>) {
        *lock(&self.0.stop) = stop;
        self.0.stopped.store(false, Ordering::Relaxed);
    }

    /// Whether to stop. For SQL functions that take long themselves: they should return at once, and their result is
    /// not used.
    pub fn stops(&self) -> bool {
        self.0.stops()
    }

    /// Whether anything was stopped since the last [`Watch::stop_when`].
    pub fn stopped(&self) -> bool {
        self.0.stopped.load(Ordering::Relaxed)
    }
}

/// SQLite's standard text for a result code.
fn text(code: c_int) -> &'static [u8] {
    // SAFETY: SQLite accepts any number, and returns a static text.
    unsafe { CStr::from_ptr(ffi::sqlite3_errstr(code)) }.to_bytes()
}

/// Ignores poisoning: a panic elsewhere never leaves these values half changed.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Called by SQLite for each new connection of the process: attaches a [`State`] to it, which `closed` frees.
unsafe extern "C" fn opened(
    connection: *mut ffi::sqlite3,
    _: *mut *mut c_char,
    _: *const ffi::sqlite3_api_routines,
) -> c_int {
    let open = NonNull::new(connection).map(Open);
    let state = Arc::new(State {
        connection: Mutex::new(open),
        ..State::default()
    });
    HANDED.set(Some(Watch(state.clone())));
    let state = Arc::into_raw(state).cast_mut().cast::<c_void>();
    // SAFETY: the connection is open. SQLite calls `closed` once: when the connection is closed, or now if it cannot
    // create the function. Until then the state is valid for `handed` and `goes_on`.
    unsafe {
        let name = c"declarest_watch".as_ptr();
        let (call, free) = (Some(handed as _), Some(closed as _));
        let made =
            ffi::sqlite3_create_function_v2(connection, name, 0, ffi::SQLITE_UTF8, state, call, None, None, free);
        if made == ffi::SQLITE_OK {
            ffi::sqlite3_progress_handler(connection, STEPS, Some(goes_on), state);
        }
        made
    }
}

/// The SQL function `declarest_watch()`: puts the connection's watch into `HANDED` of the thread that calls it.
unsafe extern "C" fn handed(context: *mut ffi::sqlite3_context, _: c_int, _: *mut *mut ffi::sqlite3_value) {
    // SAFETY: the user data is the `Arc` from `opened`. SQLite keeps its reference, so the count goes up for ours.
    let watch = unsafe {
        let state = ffi::sqlite3_user_data(context).cast::<State>().cast_const();
        Arc::increment_strong_count(state);
        Watch(Arc::from_raw(state))
    };
    HANDED.set(Some(watch));
}

/// The progress handler, called by SQLite while a statement runs: a result other than 0 stops the statement.
unsafe extern "C" fn goes_on(state: *mut c_void) -> c_int {
    // SAFETY: the argument is the state from `opened`, which lives as long as the connection.
    let state = unsafe { &*state.cast::<State>() };
    state.stops().into()
}

/// Called by SQLite when the connection is closed: releases the state.
unsafe extern "C" fn closed(state: *mut c_void) {
    // SAFETY: `opened` made the pointer with `Arc::into_raw`, and this is called once.
    let state = unsafe { Arc::from_raw(state.cast::<State>().cast_const()) };
    *lock(&state.connection) = None;
}

#[cfg(test)]
mod tests {
    use diesel::prelude::*;
    use diesel::sql_types::Text;

    use super::*;

    fn open() -> (SqliteConnection, Watch) {
        let (mut connection, watch) = super::open(":memory:").unwrap();
        let watch = watch.unwrap();
        assert!(Arc::ptr_eq(&watch.0, &Watch::of(&mut connection).unwrap().0));
        (connection, watch)
    }

    #[test]
    fn failures_have_codes_with_and_without_texts() {
        let (mut connection, watch) = open();
        connection
            .batch_execute("CREATE TABLE notes (text TEXT UNIQUE); PRAGMA query_only = ON")
            .unwrap();
        let plain = connection.batch_execute("DELETE FROM notes").unwrap_err();
        assert_eq!(watch.code(&plain.to_string()), Some(ffi::SQLITE_READONLY));
        let insert = diesel::sql_query("INSERT INTO notes VALUES (?)").bind::<Text, _>("a");
        let bound = insert.execute(&mut connection).unwrap_err();
        assert_eq!(watch.code(&bound.to_string()), Some(ffi::SQLITE_READONLY));
        assert_eq!(watch.code("no text of SQLite's"), None);
    }

    #[test]
    fn what_runs_too_long_is_stopped() {
        let (mut connection, watch) = open();
        let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT MAX(i) FROM n";
        watch.stop_when(Some(Box::new(|| true)));
        let stopped = connection.batch_execute(endless).unwrap_err();
        assert_eq!(watch.code(&stopped.to_string()), Some(ffi::SQLITE_INTERRUPT));
        assert!(watch.stopped() && watch.stops());
        watch.stop_when(None);
        assert!(!watch.stopped() && !watch.stops());
        connection.batch_execute("SELECT 1").unwrap();
        drop(connection);
        assert_eq!(watch.code("no text of SQLite's"), None);
    }
}
