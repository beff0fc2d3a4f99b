//! The tests of `faults` on PostgreSQL, except those that use SQLite files; and tests of failures of PostgreSQL itself.

mod cluster;
mod exchange;
mod explain;
mod kills;
mod load;
mod memory;
mod migrations;
mod program;
mod queues;
mod reads;
mod signals;
mod verify;
