//! The hand-written baseline server, and what is measured against it.
//!
//! The baseline is what a careful engineer writes by hand over the same SQLite file: prepared statements, one statement
//! per relation, each related record rendered once, JSON straight to bytes. It knows two models and nothing else.

pub mod ceiling;
pub mod client;
mod clock;
mod create;
pub mod error;
mod fragments;
pub mod http;
mod json;
mod orders;
mod partners;
mod propose;
mod reader;
mod sql;
pub mod stand;
pub mod workload;
mod writer;
pub mod wrk;
