//! OpenAPI documents, made from the definitions of a catalogue: nothing in them is written by hand for one model.
//!
//! [`document()`] makes the whole description of version 1 of the wire format (OpenAPI 3.1): for each model that HTTP
//! may reach a tag, operations with literal paths, typed parameters, exact response types for its read trees, bodies
//! with their commands, and the error responses. [`operations`] lists the operations as a table for reviews;
//! [`Examples`] takes examples from rows of demo data.
//!
//! The document avoids what client generators cannot handle: every `enum` has a `type` beside it, there is no
//! `items: false`, fields that are always present are `required`, and what many operations share is a component.

mod catalog;
mod components;
mod content;
mod document;
mod examples;
mod fields;
mod identity;
mod method;
mod names;
mod operation;
mod parameters;
mod problem;
mod read;
mod session;
mod table;
#[cfg(test)]
mod tests;
mod typed_json;
mod value;
mod write;

pub use document::document;
pub use examples::{Examples, LoginExample};
pub use table::operations;
