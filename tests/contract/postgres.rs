//! What must stay equal on PostgreSQL too.

mod explain;
mod migrations;
mod plans;
