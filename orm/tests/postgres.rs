//! The same tests on PostgreSQL. The databases are there because the name of this binary ends in `_postgres`
//! (`harness::Database`).

#[path = "main.rs"]
mod runtime;
