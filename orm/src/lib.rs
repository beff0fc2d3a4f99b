//! The runtime behind generated models.
//!
//! `#[model]` turns a definition into types and constants ([`def`]); everything else happens here, in floors of which each
//! names only those below it: how things are spelled ([`wire`]), conditions ([`domain`]), the text of statements, the request
//! ([`env`](mod@env)), computations, reading ([`query`]), writing ([`write`](mod@write)), an author's own code
//! ([`typed`]), methods ([`method`]). Definitions are in a crate of their own below it, and so are the databases
//! ([`db`]), where Diesel builds, binds and runs every statement.

mod access;
pub mod audit;
mod compute;
pub mod domain;
pub mod env;
pub mod method;
pub mod query;
mod sql;
pub mod typed;
pub mod wire;
pub mod write;

#[doc = include_str!("../docs/model.md")]
pub use codegen_macros::model;
pub use codegen_macros::{Selection, methods};
pub use diesel;
pub use env::{Entry, Env, Runtime};
pub use error::{Error, Result};
pub use orm_database as db;
pub use orm_definition::{
    builtin, command, condition, def, dependencies, error, field, record, registry, schema, sequence, value,
};
pub use schema::Schema;
pub use typed::{Model, Records};

/// What a model's file imports.
pub mod prelude {
    pub use crate::domain::{Domain, Op, Operand};
    pub use crate::field::{
        Binary, Date, DateTime, Decimal, Html, Json, Many2many, Many2one, Monetary, One2many, Text,
    };
    pub use crate::typed::Check;
    pub use crate::{Env, Error, Records, Result, Schema as _, Selection, methods, model};
}

/// Lists the models of a crate: an explicit list, so that nothing depends on what the linker keeps.
///
/// `catalogue! { base::ResPartner, … }` makes `pub fn catalogue() -> Vec<Entry>`.
#[macro_export]
macro_rules! catalogue {
    ($($model:path),* $(,)?) => {
        /// Every model's definition, with its code.
        pub fn catalogue() -> Vec<$crate::Entry> {
            vec![$($crate::typed::entry::<$model>()),*]
        }
    };
}
