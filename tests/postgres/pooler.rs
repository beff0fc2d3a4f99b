//! Through pgbouncer, which gives each transaction another connection.
