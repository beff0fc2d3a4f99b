//! The same promises on PostgreSQL: the name of this binary says so (`tests::Server`).

#[path = "main.rs"]
mod application;
