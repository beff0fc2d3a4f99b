//! The bridge between a model's typed code and the runtime: loaded records in, values out.

pub(crate) mod load;
pub(crate) mod rows;

use std::any::Any;
use std::collections::HashMap;

use crate::domain::{Domain, Op, Operand};
use crate::env::Env;
use crate::error::Result;
use crate::model::Model;
use crate::value::Value;

/// A record with all its columns and those related records that a computation declared.
#[derive(Debug, Default, Clone)]
pub struct Loaded {
    values: Vec<Value>,
    related: HashMap<usize, Vec<Loaded>>,
}

impl Loaded {
    /// A record from its values in the order of the model's fields; [`Value::Null`] where a field has no column.
    pub fn new(values: Vec<Value>) -> Self {
        Loaded {
            values,
            related: HashMap::new(),
        }
    }

    /// Adds the related records of a relation field.
    pub fn relate(&mut self, field: usize, records: Vec<Loaded>) {
        self.related.insert(field, records);
    }

    /// The value of a field by its index in [`ModelDef::fields`](crate::def::ModelDef::fields).
    pub fn value(&self, field: usize) -> &Value {
        self.values.get(field).unwrap_or(&Value::Null)
    }

    /// Puts in the value of a field that has no column.
    pub fn set(&mut self, field: usize, value: Value) {
        if let Some(place) = self.values.get_mut(field) {
            *place = value;
        }
    }

    /// The related records of a relation; `None` when they were not declared.
    pub fn related(&self, field: usize) -> Option<&[Loaded]> {
        self.related.get(&field).map(Vec::as_slice)
    }
}

/// A method over records: their ids, and the environment.
pub type MethodFn = fn(&mut Env<'_>, &[i64]) -> Result<serde_json::Value>;

/// The search of a field that is not stored: the comparison asked for in, a condition on the records out.
pub type SearchFn = fn(Op, &Operand, &mut Env<'_>) -> Result<Domain>;

/// How the runtime reaches a model's typed code.
#[derive(Debug, Clone, Copy)]
pub struct Ops {
    /// Makes the model's struct from a loaded record.
    pub build: fn(&Loaded) -> Box<dyn Any>,
    /// Computes a field, by its index in the definition, of what `build` made.
    pub compute: fn(&dyn Any, usize) -> Value,
}

impl Ops {
    /// The operations of a model.
    pub const fn of<M: Model>() -> Self {
        Ops {
            build: |record| Box::new(M::load(record)),
            compute: compute::<M>,
        }
    }
}

/// What a method answers, as JSON. A method without a value answers `true`.
///
/// # Errors
/// When the value has no JSON form.
pub fn action_result(value: impl serde::Serialize) -> Result<serde_json::Value> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::Null) => Ok(serde_json::Value::Bool(true)),
        Ok(value) => Ok(value),
        Err(error) => Err(crate::error::Error::internal(format!("a method's result: {error}"))),
    }
}

fn compute<M: Model>(record: &dyn Any, field: usize) -> Value {
    match record.downcast_ref::<M>() {
        Some(record) => record.compute(field),
        None => panic!("the record is not of model {}", M::NAME),
    }
}
