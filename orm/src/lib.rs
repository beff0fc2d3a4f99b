//! The runtime behind generated models.
//!
//! `#[model]` turns a definition into types and constants ([`def`]); everything else happens here. The modules are
//! layers ("floors"), each of which uses only those below it. From the bottom up: the wire format ([`wire`]),
//! conditions ([`domain`]), access, the text of SQL statements, the environment of a request ([`env`](mod@env)),
//! computed fields, reading ([`query`]), writing ([`write`](mod@write)), what model authors call ([`typed`]), methods
//! ([`method`]), the check of stored data ([`audit`]). Definitions are in a crate of their own below this one; so are
//! the databases ([`db`]), where Diesel builds, binds and runs every statement.

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

/// The keys, by the page of the book (`book/src`) that describes them:
///
/// | on | keys | page |
/// |---|---|---|
/// | `#[model("sale.order", …)]` | `order`, `role`, `record`, `renamed_from`, `ignore_accents` | `fields.md` |
/// | the struct | `#[api]`, `#[index(…)]` | `fields.md` |
/// | | `#[access(…)]`, `#[rule(…)]` | `rights.md` |
/// | | `#[audit]`, `#[audit(…)]` | `audit.md` |
/// | | `#[read(…)]`, `#[write_response(…)]`, `#[display_name(…)]`, `#[name_search(…)]` | `relations.md` |
/// | | `#[unique(…)]`, `#[check(…)]` | `constraints.md` |
/// | `#[field(…)]` | `default`, `index`, `copy`, `readonly`, `secret`, `label`, `size`, `digits`, `currency`, `name` | `fields.md` |
/// | | `on_delete`, `delegate`, `inverse`, `domain`, `relation`, `column`, `target_column` | `relations.md` |
/// | | `compute`, `store`, `depends(…)`, `loads(…)`, `writable`, `resets(…)`, `batch`, `search`, `related` | `computing.md` |
/// | | `renamed_from` | `migrations.md` |
/// | functions in [`methods`](macro@methods) | `#[action]` | `actions.md` |
/// | | `#[before(…)]`, `#[constrains(…)]`, `#[after(…)]`, `#[ondelete]` | `constraints.md` |
///
/// A field is required unless its type is `Option<…>`. The first line of a doc comment is the label, the rest the help text.
pub use codegen_macros::model;
pub use codegen_macros::{Selection, extend, json, methods, mixin};
pub use diesel;
pub use env::{Entry, Env, Runtime};
pub use error::{Error, Result};
pub use orm_database as db;
#[doc(hidden)]
pub use orm_definition::json_crates;
pub use orm_definition::{
    builtin, command, condition, def, dependencies, error, field, path_checks, record, registry, schema, sequence,
    switch, trail, value,
};
pub use schema::Schema;
pub use typed::{Model, Records};

/// The names that a file with models imports: `use orm::prelude::*;`.
pub mod prelude {
    pub use crate::domain::{Domain, Op, Operand};
    pub use crate::field::{
        Binary, Date, DateTime, Decimal, Html, Json, Many2many, Many2one, Monetary, One2many, Text, divide, percent_of,
        round, round_to, round_up_to, sum,
    };
    pub use crate::typed::{Check, Draft};
    pub use crate::{Env, Error, Records, Result, Schema as _, Selection, extend, json, methods, mixin, model};
    pub use codegen_macros::{
        access, api, audit, check, display_name, index, name_search, read, rule, unique, write_response,
    };
    pub use codegen_macros::{action, after, before, constrains, ondelete};
}

/// Lists the models of a crate: `catalogue! { base::ResPartner, … }` makes `pub fn catalogue() -> Vec<Entry>`.
///
/// The list is explicit because models that registered themselves could be dropped by the linker.
#[macro_export]
macro_rules! catalogue {
    ($($model:path),* $(,)?) => {
        /// Every model's definition, with its code.
        pub fn catalogue() -> Vec<$crate::Entry> {
            vec![$($crate::typed::entry::<$model>()),*]
        }
    };
}
