//! The HTTP server and the command line over an [`Application`]: a catalogue of models, their migrations, demo data, a
//! title. The program `declarest` hands it the models of this workspace (`declarest.rs`); another program hands it
//! others.
//!
//! A request's way through the modules: `ops` reads it from the connection, gives it an id and logs it; `api` routes it
//! to a handler; `auth` finds the user of its token; the runtime (`orm`) reads or writes and returns the answer's
//! bytes. Errors become HTTP responses in `api/problem.rs` and nowhere else.
//!
//! [`Server`] runs a server inside another program, for example in a test.

pub mod api;
mod application;
pub mod auth;
pub mod cli;
mod commands;
pub mod config;
mod docs;
mod failure;
mod memory_budget;
mod migrations;
mod ops;
mod outgoing;
#[doc(hidden)]
pub mod parsers;
mod records;
mod service;
mod state;

pub use api::Context;
pub use application::{Application, Demo, Seed};
pub use config::Config;
pub use failure::Failure;
pub use include_dir;
pub use service::Server;

#[cfg(test)]
extern crate self as server;
#[cfg(test)]
mod tests;
