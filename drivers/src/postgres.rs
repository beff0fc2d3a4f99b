//! Fields of a failure that libpq keeps and Diesel's [`DatabaseErrorInformation`] leaves out. They are the same in every
//! language that a server may speak.

use std::ffi::{CStr, c_int};

use diesel::result::DatabaseErrorInformation;
use pq_sys::{PGresult, PQresultErrorField};

/// The field `C` of a failure: SQLSTATE, five characters.
const SQLSTATE: c_int = b'C' as c_int;
/// The field `R`: the function of the server that told it.
const FUNCTION: c_int = b'R' as c_int;

/// The SQLSTATE of a failure, as `40P01`; none where it did not come from a server.
pub fn sqlstate(failure: &(dyn DatabaseErrorInformation + Send + Sync)) -> Option<&str> {
    field(failure, SQLSTATE)
}

/// The function of the server's source that told the failure: tells apart what one SQLSTATE stands for.
pub fn function(failure: &(dyn DatabaseErrorInformation + Send + Sync)) -> Option<&str> {
    field(failure, FUNCTION)
}

fn field(failure: &(dyn DatabaseErrorInformation + Send + Sync), code: c_int) -> Option<&str> {
    if size_of_val(failure) != size_of::<*const PGresult>() {
        return None; // Diesel's own failures are texts
    }
    // SAFETY: Diesel 2.3 makes two kinds of failure: `String`, which is larger than a pointer, and `PgErrorInformation`
    // (`src/pg/connection/result.rs`), whose one field is the `PGresult`. Something of the size of a pointer that has a
    // pointer in it has nothing else. The version is pinned in the workspace's `Cargo.toml`: look at both places again
    // before raising it. The result lives as long as the failure.
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
