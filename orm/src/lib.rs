//! The runtime behind generated models.
//!
//! `#[model]` turns a definition into types and constants ([`def`]); everything else happens here: the
//! [registry] resolves names, the [domain] says which records, the [query] reads them, the write floor changes them.
//! Diesel builds, binds and runs every statement ([`db`]).

pub mod audit;
pub mod budget;
pub mod command;
pub mod compute;
mod cycles;
pub mod db;
pub mod def;
pub mod domain;
pub mod env;
pub mod error;
pub mod field;
pub mod json;
pub mod method;
pub mod model;
pub mod query;
pub mod records;
pub mod registry;
pub mod rules;
pub mod sequence;
mod sql;
mod triggers;
pub mod value;
mod verify;
pub mod write;

#[doc = include_str!("../docs/model.md")]
pub use codegen_macros::model;
pub use codegen_macros::{Selection, methods};
pub use diesel;
pub use env::Env;
pub use error::{Error, Result};
pub use model::Model;
pub use records::Records;

/// What a model's file imports.
pub mod prelude {
    pub use crate::domain::{Domain, Op, Operand};
    pub use crate::field::{
        Binary, Date, DateTime, Decimal, Html, Json, Many2many, Many2one, Monetary, One2many, Text,
    };
    pub use crate::rules::Check;
    pub use crate::{Env, Error, Records, Result, Selection, methods, model};
}

/// Lists the models of a crate: an explicit list, so that nothing depends on what the linker keeps.
///
/// `catalogue! { base::ResPartner, … }` makes `pub fn catalogue() -> Vec<&'static ModelDef>`.
#[macro_export]
macro_rules! catalogue {
    ($($model:path),* $(,)?) => {
        /// Every model's definition.
        pub fn catalogue() -> Vec<&'static $crate::def::ModelDef> {
            vec![$(<$model as $crate::Model>::def()),*]
        }
    };
}
