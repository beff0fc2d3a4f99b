//! OpenAPI documents, made from the definitions of a catalogue: nothing in them is written by hand for one model.
//!
//! [`document()`] is the whole description of version 1 of the wire (OpenAPI 3.1): a tag for each model that HTTP may
//! reach, its operations with literal paths, typed parameters, exact response types for its read trees, bodies with
//! their commands, and the refusals. [`operations`] lists it as a table for reviews; [`Examples`] gives it examples from
//! rows of demo data.
//!
//! What client generators trip over is kept out: every `enum` has its `type` beside it, no `items: false`, what is
//! always there is `required`, and what many operations share is a component.

mod catalog;
mod document;
mod examples;
mod method;
mod names;
mod operation;
mod parameters;
mod problem;
mod read;
mod session;
mod sharing;
mod table;
#[cfg(test)]
mod tests;
mod value;
mod write;

pub use document::document;
pub use examples::Examples;
pub use table::operations;
