//! Fields of an error that libpq has and Diesel's [`DatabaseErrorInformation`] leaves out. Unlike the message, they do
//! not depend on the server's language.

use std::ffi::{CStr, c_int};

use diesel::result::DatabaseErrorInformation;
use pq_sys::{PGresult, PQresultErrorField};

/// The error field `C`: SQLSTATE, five characters.
const SQLSTATE: c_int = b'C' as c_int;
/// The error field `R`: the function in the server's source code that reported the error.
const FUNCTION: c_int = b'R' as c_int;

/// The SQLSTATE of an error, such as `40P01`; `None` if it did not come from a PostgreSQL server.
pub fn sqlstate(failure: &(dyn DatabaseErrorInformation + Send + Sync)) -> Option<&str> {
    field(failure, SQLSTATE)
}

/// The function in the server's source code that reported the error. It distinguishes errors that share one SQLSTATE.
pub fn function(failure: &(dyn DatabaseErrorInformation + Send + Sync)) -> Option<&str> {
    field(failure, FUNCTION)
}

fn field(failure: &(dyn DatabaseErrorInformation + Send + Sync), code: c_int) -> Option<&str> {
    if size_of_val(failure) != size_of::<*const PGresult>() {
        return None; // a `String`: an error of Diesel itself, or of SQLite
    }
    // SAFETY: Diesel 2.3 implements this trait for two types: `String`, which is larger than a pointer, and
    // `PgErrorInformation` (`src/pg/connection/result.rs`), whose only field is the pointer to the `PGresult`; a type
    // of a pointer's size that holds a pointer holds nothing else. Diesel's version is pinned in the workspace's
    // `Cargo.toml`: check both implementations again before raising it. The result lives as long as the error.
    unsafe {
        let result = *std::ptr::from_ref(failure).cast::<*const PGresult>();
        let field = PQresultErrorField(result, code);
        (!field.is_null())
            .then(|| CStr::from_ptr(field))
            .and_then(|text| text.to_str().ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_diesel_says_itself_has_no_fields() {
        let own: Box<dyn DatabaseErrorInformation + Send + Sync> = Box::new("out of sync".to_owned());
        assert_eq!(sqlstate(&*own), None);
    }
}
