//! Result codes of SQLite, and a say in how long its statements run.

use std::cell::RefCell;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};

use diesel::connection::{Connection as _, SimpleConnection as _};
use diesel::result::ConnectionResult;
use diesel::sqlite::SqliteConnection;
use libsqlite3_sys as ffi;
/// The names of result codes.
pub use libsqlite3_sys as codes;

/// How many steps of SQLite's machine run between two looks at whether to go on: far below a millisecond.
pub const STEPS: c_int = 4_000;

/// Watches an open connection. It may outlive it: then it knows nothing and does nothing.
#[derive(Clone)]
pub struct Watch(Arc<State>);

impl std::fmt::Debug for Watch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Watch")
    }
}

/// Says whether what runs is to be stopped.
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
    /// What the functions below hand to whoever called them.
    static HANDED: RefCell<Option<Watch>> = const { RefCell::new(None) };
}

/// Opens a connection, which is watched.
///
/// # Errors
/// As Diesel's own way of opening one.
pub fn open(path: &str) -> ConnectionResult<(SqliteConnection, Option<Watch>)> {
    static ENABLED: Once = Once::new();
    ENABLED.call_once(|| {
        // SAFETY: `opened` is what SQLite calls for each new connection, as it asks for.
        unsafe { ffi::sqlite3_auto_extension(Some(opened)) };
    });
    HANDED.set(None);
    SqliteConnection::establish(path).map(|connection| (connection, HANDED.take()))
}

impl Watch {
    /// The watch of a connection, which reads its file for that; none where it was not opened by [`open`].
    pub fn of(connection: &mut SqliteConnection) -> Option<Self> {
        connection.batch_execute("SELECT declarest_watch()").ok()?;
        HANDED.take()
    }

    /// The extended code of what the connection did last, where it failed. Diesel forgets it where it takes back a text
    /// that was bound: then `message` tells, of which SQLite has one for each code.
    pub fn code(&self, message: &str) -> Option<c_int> {
        let failed = |code: &c_int| *code != ffi::SQLITE_OK;
        let open = lock(&self.0.connection);
        // SAFETY: it is open, and stays so while it is locked.
        let code = open
            .as_ref()
            .map(|open| unsafe { ffi::sqlite3_extended_errcode(open.0.as_ptr()) });
        code.filter(failed)
            .or_else(|| (1..ffi::SQLITE_NOTICE).find(|code| text(*code) == message.as_bytes()))
    }

    /// Asks now and then, while statements run, whether to go on; what is stopped fails with `SQLITE_INTERRUPT`.
    pub fn stop_when(&self, stop: Option<Stop>) {
        *lock(&self.0.stop) = stop;
        self.0.stopped.store(false, Ordering::Relaxed);
    }

    /// Asks whether to go on: for functions that take long themselves. What they answer then is of no use.
    pub fn stops(&self) -> bool {
        self.0.stops()
    }

    /// Whether something was to be stopped since it was said when.
    pub fn stopped(&self) -> bool {
        self.0.stopped.load(Ordering::Relaxed)
    }
}

/// SQLite's text for a code.
fn text(code: c_int) -> &'static [u8] {
    // SAFETY: it takes any number, and answers a text of its own that stays.
    unsafe { CStr::from_ptr(ffi::sqlite3_errstr(code)) }.to_bytes()
}

/// A panic elsewhere leaves nothing half done in these.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Called by SQLite for each new connection: gives it a state, which lives until `closed` takes it back.
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
    // SAFETY: the connection is open. It calls `closed` once: when it is closed, or now if it takes no function. As long
    // as it is open the state is there for `handed` and `goes_on`.
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

/// The function `declarest_watch()`: hands the connection's watch to the thread that asks.
unsafe extern "C" fn handed(context: *mut ffi::sqlite3_context, _: c_int, _: *mut *mut ffi::sqlite3_value) {
    // SAFETY: `opened` gave the state along; it is borrowed, so that it is counted once more.
    let watch = unsafe {
        let state = ffi::sqlite3_user_data(context).cast::<State>().cast_const();
        Arc::increment_strong_count(state);
        Watch(Arc::from_raw(state))
    };
    HANDED.set(Some(watch));
}

/// Asked by SQLite while a statement runs: anything but 0 stops it.
unsafe extern "C" fn goes_on(state: *mut c_void) -> c_int {
    // SAFETY: `opened` gave the state along.
    let state = unsafe { &*state.cast::<State>() };
    state.stops().into()
}

/// Called by SQLite when the connection is closed.
unsafe extern "C" fn closed(state: *mut c_void) {
    // SAFETY: `opened` let go of it for this.
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
