//! Migrations: those that are part of the program, how far a database has come, and what takes it further or back.

mod compute;
mod embedded;
mod run;
mod state;

pub(crate) use embedded::{SCHEMA, folder, known, schema};
pub(crate) use run::{down, up};
pub(crate) use state::{State, names};
