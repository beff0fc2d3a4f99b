//! A model's code: the functions that its definition names.

use std::any::Any;

use serde_json::{Map, Value as Json};

use super::{Env, Limits};
use crate::def::{MethodDef, ModelDef};
use crate::domain::{Domain, Op, Operand};
use crate::error::{Error, Result};
use crate::record::Record;
use crate::registry::ModelInfo;
use crate::value::Value;

/// A model's definition and its code.
pub type Entry = (&'static ModelDef, &'static ModelOps);

/// The search of a field that is not stored: the comparison asked for in, a condition on the records out.
pub type SearchFn = fn(Op, &Operand, &mut Env<'_>) -> Result<Domain>;

/// What a create uses for a field that is not given.
pub type DefaultFn = fn(&mut Env<'_>) -> Result<Value>;

/// A constraint's method over loaded records: those that break it, by their index, with what is wrong.
pub type CheckFn = fn(&mut Env<'_>, &[Record]) -> Result<Vec<(usize, String)>>;

/// A method that can be called by name: the call in, the answer as JSON out.
pub type MethodFn = fn(&mut Call<'_, '_>) -> Result<Vec<u8>>;

/// Computes a field, by its index in the definition, of loaded records: a value for each.
pub type ComputeFn = fn(&[&Record], usize, &mut Env<'_>) -> Result<Vec<Value>>;

/// The functions of one model.
#[derive(Debug, Clone, Copy)]
pub struct ModelOps {
    /// Makes the model's struct from a loaded record.
    pub build: fn(&Record) -> Box<dyn Any>,
    /// Computes a field, by its index in the definition, of what `build` made.
    pub compute: fn(&dyn Any, usize) -> Value,
    /// Computes a `batch` field.
    pub compute_batch: ComputeFn,
    /// Searches, by name.
    pub searches: &'static [(&'static str, SearchFn)],
    /// Defaults, by name.
    pub defaults: &'static [(&'static str, DefaultFn)],
    /// Constraints and what is asked before a deletion, by name.
    pub constraints: &'static [(&'static str, CheckFn)],
    /// Methods that HTTP may call, by name.
    pub methods: &'static [(&'static str, MethodFn)],
}

/// One call of a method.
#[expect(missing_debug_implementations, reason = "the environment has none")]
pub struct Call<'c, 'e> {
    /// What it runs in.
    pub env: &'c mut Env<'e>,
    pub(crate) model: &'e ModelInfo,
    pub(crate) method: &'static MethodDef,
    /// The records that it is called on; none where it is called on the model.
    pub(crate) ids: Vec<i64>,
    /// The arguments that nobody has read yet.
    pub(crate) given: Map<String, Json>,
    pub(crate) limits: Limits,
}

impl ModelOps {
    /// The code of a model that has none.
    pub const NONE: ModelOps = ModelOps {
        build: |_| Box::new(()),
        compute: |_, _| Value::Null,
        compute_batch: |_, _, _| Ok(Vec::new()),
        searches: &[],
        defaults: &[],
        constraints: &[],
        methods: &[],
    };

    pub(crate) fn search(&self, name: &str) -> Result<SearchFn> {
        find(self.searches, name)
    }

    pub(crate) fn default(&self, name: &str) -> Result<DefaultFn> {
        find(self.defaults, name)
    }

    pub(crate) fn constraint(&self, name: &str) -> Result<CheckFn> {
        find(self.constraints, name)
    }

    pub(crate) fn method(&self, name: &str) -> Result<MethodFn> {
        find(self.methods, name)
    }
}

fn find<F: Copy>(functions: &[(&str, F)], name: &str) -> Result<F> {
    let found = functions.iter().find(|(known, _)| *known == name);
    found
        .map(|(_, function)| *function)
        .ok_or_else(|| Error::internal(format!("there is no function `{name}`")))
}
