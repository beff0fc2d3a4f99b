//! How values and bodies are spelled on the wire.

pub mod json;
mod value;

pub(crate) use value::{describe, exact, from_json};
