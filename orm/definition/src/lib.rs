//! The definitions of models as plain data: no database, no SQL, no user.
//!
//! `#[model]` emits constants ([`def`]) over typed fields ([`field`], [`schema`]). The [`registry`] resolves the names
//! in a catalogue of definitions once, at start-up, and reports every mistake across models. The crates above work with
//! the values ([`value`]), the input of writes ([`command`]), loaded records ([`record`]) and errors ([`error`]) that
//! are defined here.

mod assemble;
pub mod builtin;
pub mod command;
pub mod condition;
mod cycles;
pub mod def;
pub mod dependencies;
pub mod error;
pub mod field;
mod models;
pub mod path_checks;
pub mod record;
pub mod registry;
pub mod schema;
pub mod sequence;
pub mod switch;
pub mod trail;
pub mod value;
mod verify;

pub use {schemars, serde};

/// Names serde and schemars in the author's module, for the derives of `#[json]`.
///
/// `orm` does not re-export the two: with their names in reach, rustc would write `std::option::Option<i32>` in every
/// message about a model, because serde has an `Option` of its own.
#[doc(hidden)]
#[macro_export]
macro_rules! json_crates {
    ($serde:ident, $schemars:ident) => {
        use $crate::schemars as $schemars;
        use $crate::serde as $serde;
    };
}
