//! The REST API: its routes and their handlers.
//!
//! One handler serves all models. It gets the parts of a request by extractors (`extract.rs`, `body.rs`), works in one
//! transaction (`transact.rs`) and returns the JSON that the runtime made. All errors become responses in `problem.rs`.

mod answer;
mod body;
mod conditional;
mod context;
mod credentials;
mod cursor;
mod extract;
mod id_or_method;
mod list;
mod methods;
mod params;
mod problem;
mod records;
mod router;
mod stream;
mod transact;
mod write_batch;

pub(crate) use answer::Statements;
pub(crate) use body::{JsonBody, LoginBody};
pub use context::Context;
pub(crate) use credentials::{Credentials, REQUEST_ID};
pub(crate) use extract::{OptionalToken, Params, PathSegments, RequiredToken};
pub(crate) use list::TOTAL;
pub(crate) use params::{decode, no_parameters, parse as parse_query};
pub(crate) use problem::{Incident, Problem};
pub(crate) use router::router;
pub(crate) use stream::Streams;
pub(crate) use transact::{checked, database_of, now, read_if};
pub(crate) use write_batch::WriteQueue;

use orm::wire::{V1, Wire};

/// The path prefix of version 1 of the API.
pub const BASE: &str = "/restful/api/v1";

/// How version 1 of the API spells requests and answers. Whatever is shared by all routes, such as errors, uses it too.
pub(crate) const WIRE: &dyn Wire = &V1;

/// The limits of a request that the runtime checks.
fn limits(app: &crate::state::App) -> orm::env::Limits {
    orm::env::Limits {
        max_limit: app.limits.max_limit,
        max_depth: app.limits.max_depth,
    }
}
