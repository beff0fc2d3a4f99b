//! The HTTP server and the command line over an [`Application`]: a catalogue of models, their migrations, demo data, a title.
//! The program `declarest` hands it the models of this workspace (`declarest.rs`); another program hands it others.
//!
//! A request's way: `ops` takes it from the connection, names and logs it; `api` says who answers it; `auth` says
//! who asks; the runtime (`orm`) reads or writes and gives bytes back. Whatever is refused becomes HTTP in
//! `api/problem.rs` and nowhere else.
//!
//! [`Server`] starts one inside another program, a test for example.

pub mod api;
mod application;
pub mod auth;
pub mod cli;
mod commands;
pub mod config;
mod docs;
mod failure;
mod migrations;
mod ops;
mod room;
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
