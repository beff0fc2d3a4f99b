//! declarest: the HTTP server and the command line over the models.
//!
//! A request's way: `ops` takes it from the connection, names and logs it; `api` says who answers it; `auth` says
//! who asks; the runtime (`orm`) reads or writes and gives bytes back. Whatever is refused becomes HTTP in
//! `api/problem.rs` and nowhere else.
//!
//! [`Server`] starts one inside another program, a test for example.

pub mod api;
pub mod auth;
pub mod cli;
mod commands;
pub mod config;
mod docs;
mod failure;
mod migrations;
mod ops;
mod room;
mod server;
mod state;

pub use config::Config;
pub use failure::Failure;
pub use server::Server;
