//! What must stay equal on PostgreSQL too.

mod plans;
