//! The functions of a model: defaults, computations, searches, constraints and methods that its definition refers to by
//! name.

use std::any::Any;

use serde_json::{Map, Value as Json};

use super::{Env, Limits};
use crate::command::Values;
use crate::def::{MethodDef, ModelDef};
use crate::domain::{Domain, Op, Operand};
use crate::error::Result;
use crate::record::Record;
use crate::registry::ModelInfo;
use crate::value::Value;

/// A model's definition and its functions.
pub type Entry = (&'static ModelDef, &'static ModelOps);

/// The `search` of a computed field that is not stored: turns a comparison with the field into a condition on other
/// fields.
pub type SearchFn = fn(Op, &Operand, &mut Env<'_>) -> Result<Domain>;

/// Makes the default of a field that a create does not give.
pub type DefaultFn = fn(&mut Env<'_>) -> Result<Value>;

/// Checks loaded records; answers the index of each record that breaks the constraint, with a message.
pub type CheckFn = fn(&mut Env<'_>, &[Record]) -> Result<Vec<(usize, String)>>;

/// Runs before records are created or updated: gets the records that are updated, and what they are given; answers what
/// they are given then.
pub type BeforeFn = fn(&mut Env<'_>, &[Record], Vec<Values>) -> Result<Vec<Values>>;

/// A method that can be called by name; answers JSON.
pub type MethodFn = fn(&mut Call<'_, '_>) -> Result<Vec<u8>>;

/// Computes one field, given by its index in the definition, for loaded records: a value for each record.
pub type ComputeFn = fn(&[&Record], usize, &mut Env<'_>) -> Result<Vec<Value>>;

/// The functions of one model.
#[derive(Debug, Clone, Copy)]
pub struct ModelOps {
    /// Makes the model's struct from a loaded record.
    pub build: fn(&Record) -> Box<dyn Any>,
    /// Computes one field, given by its index in the definition, for a struct that `build` made.
    pub compute: fn(&dyn Any, usize) -> Value,
    /// Computes a `batch` field: for all records in one call.
    pub compute_batch: ComputeFn,
    /// The `search` functions, by name.
    pub searches: &'static [(&'static str, SearchFn)],
    /// Defaults, by name.
    pub defaults: &'static [(&'static str, DefaultFn)],
    /// The `#[before]` functions, by name.
    pub before: &'static [(&'static str, BeforeFn)],
    /// The `#[constrains]`, `#[after]` and `#[ondelete]` functions, by name.
    pub constraints: &'static [(&'static str, CheckFn)],
    /// Methods that HTTP may call, by name.
    pub methods: &'static [(&'static str, MethodFn)],
    /// The methods and constraints of the model's mixins.
    pub mixins: &'static [&'static ModelOps],
}

/// One call of a method.
#[expect(missing_debug_implementations, reason = "the environment has none")]
pub struct Call<'c, 'e> {
    /// The environment that it runs in.
    pub env: &'c mut Env<'e>,
    pub(crate) model: &'e ModelInfo,
    pub(crate) method: &'static MethodDef,
    /// The ids of the records that it is called on; empty when it is called on the model.
    pub(crate) ids: Vec<i64>,
    /// The arguments of the body that are not read yet; reading takes them out.
    pub(crate) given: Map<String, Json>,
    pub(crate) limits: Limits,
}

impl ModelOps {
    /// A model without functions of its own.
    pub const NONE: ModelOps = ModelOps {
        build: |_| Box::new(()),
        compute: |_, _| Value::Null,
        compute_batch: |_, _, _| Ok(Vec::new()),
        searches: &[],
        defaults: &[],
        before: &[],
        constraints: &[],
        methods: &[],
        mixins: &[],
    };
}
