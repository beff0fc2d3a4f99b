//! The tests of `contract` that ask a database, on PostgreSQL.

mod areas;
mod explain;
mod fuzz;
mod migrations;
mod plans;
