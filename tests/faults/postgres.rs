//! The same on PostgreSQL, which may fail by itself.

mod cluster;
mod kills;
mod load;
mod program;
mod signals;
