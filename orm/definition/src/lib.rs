//! What a model's definition is, as data, without a database and without a caller.
//!
//! `#[model]` emits constants ([`def`]) over typed fields ([`field`], [`schema`]); the [`registry`] resolves the names in a
//! catalogue of them once, at start-up, and reports every mistake across models. Values ([`value`]), what a write is given
//! ([`command`]), loaded records ([`record`]) and refusals ([`error`]) are what everything above works with.

pub mod builtin;
mod circles;
pub mod command;
pub mod condition;
pub mod def;
pub mod dependencies;
pub mod error;
pub mod field;
mod models;
pub mod record;
pub mod registry;
pub mod schema;
pub mod sequence;
pub mod value;
mod verify;
