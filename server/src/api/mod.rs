//! The REST API: routes, what they take from a request, what they answer.
//!
//! Every handler exists once. It names what it takes by extractors (`extract.rs`, `body.rs`), does its work in one
//! transaction (`transact.rs`) and gives the runtime's bytes back. Whatever is refused passes through `problem.rs`.

mod answer;
mod body;
mod context;
mod create_batch;
mod extract;
mod id_or_method;
mod methods;
mod params;
mod problem;
mod records;
mod router;
mod transact;

pub(crate) use answer::Statements;
pub(crate) use body::LoginBody;
pub use context::Context;
pub(crate) use create_batch::Creates;
pub(crate) use extract::{Headers, Params};
pub(crate) use params::{decode, no_parameters};
pub(crate) use problem::{Incident, Problem};
pub(crate) use router::router;
pub(crate) use transact::{database_of, now};

/// Where version 1 of the API stands.
pub const BASE: &str = "/restful/api/v1";

/// How much one request may ask for.
fn limits(app: &crate::state::App) -> orm::env::Limits {
    orm::env::Limits {
        max_limit: app.limits.max_limit,
        max_depth: app.limits.max_depth,
    }
}
