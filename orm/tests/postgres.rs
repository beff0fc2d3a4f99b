//! The same promises on PostgreSQL: the name of this binary says so (`harness::Database`).

#[path = "main.rs"]
mod runtime;
