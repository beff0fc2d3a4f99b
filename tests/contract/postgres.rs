//! The tests of `contract` that ask a database, on PostgreSQL.

mod areas;
mod explain;
mod migrations;
mod plans;
