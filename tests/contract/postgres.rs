//! What must stay equal on PostgreSQL too.

mod migrations;
mod plans;
