//! What libpq and SQLite know and Diesel does not pass on: the codes of failures, and a say in how long a statement runs.
//!
//! This is the only crate with `unsafe` code. It is small on purpose, and what it offers is safe to call.

pub mod postgres;
pub mod sqlite;
