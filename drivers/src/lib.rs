//! Features of libpq and SQLite that Diesel does not expose: error codes, and stopping an SQLite statement while it
//! runs.
//!
//! This is the only crate with `unsafe` code. It is small on purpose, and its functions are safe to call.

pub mod postgres;
pub mod sqlite;
