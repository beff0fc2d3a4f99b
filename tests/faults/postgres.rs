//! The same on PostgreSQL, which may fail by itself.

mod cluster;
mod exchange;
mod kills;
mod load;
mod migrations;
mod program;
mod queues;
mod reads;
mod signals;
mod verify;
