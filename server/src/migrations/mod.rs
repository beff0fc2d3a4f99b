//! Migrations: those embedded in the program, which of them a database has, and how they are applied and reverted.

mod compute;
mod embedded;
mod run;
mod state;

pub(crate) use embedded::{SCHEMA, embedded, folder, refuse_missing};
pub(crate) use run::{down, up};
pub(crate) use state::{MigrationStatus, names};
