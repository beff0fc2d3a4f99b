//! The tests of `contract` that ask a database, on PostgreSQL.

mod explain;
mod migrations;
mod plans;
