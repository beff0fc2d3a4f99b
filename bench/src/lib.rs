//! The hand-written baseline server, and what is measured against it.
//!
//! The baseline is what a careful engineer writes by hand over the same database: prepared statements, one statement
//! per relation at the most, each related record rendered once, JSON straight to bytes. It serves two models and
//! nothing else. The answers are the same over both databases. The code that queries SQLite and PostgreSQL is in a
//! folder for each.

pub mod answers;
mod ceiling;
pub mod client;
mod clock;
pub mod content;
pub mod databases;
mod defaults;
mod draft;
pub mod error;
pub mod export;
mod found;
mod fragments;
mod http;
mod json;
pub mod measure;
pub mod pages;
mod partners;
mod postgres;
pub mod process;
pub mod report;
pub mod requests;
mod row;
pub mod run;
pub mod servers;
pub mod shapes;
mod sqlite;
mod store;
mod token;
mod tree;
pub mod workload;
pub mod wrk;

use axum::Router;

/// The routes of the baseline over the database at `url`. With `ceiling`, each answer is computed once and then served
/// from memory.
///
/// # Errors
/// When the database cannot be opened or has another schema.
pub async fn router(url: &str, ceiling: bool) -> error::Result<Router> {
    let router = match url.strip_prefix("sqlite://") {
        Some(path) => http::router(sqlite::Sqlite::open(path.into())?),
        None => http::router(postgres::Postgres::open(url).await?),
    };
    Ok(if ceiling { ceiling::router(router) } else { router })
}
