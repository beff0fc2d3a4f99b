//! The bridge between a model's typed code and the runtime: loaded records in, values out.

use std::any::Any;
use std::collections::HashMap;

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

    /// The related records of a relation; `None` when they were not declared.
    pub fn related(&self, field: usize) -> Option<&[Loaded]> {
        self.related.get(&field).map(Vec::as_slice)
    }
}

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

fn compute<M: Model>(record: &dyn Any, field: usize) -> Value {
    match record.downcast_ref::<M>() {
        Some(record) => record.compute(field),
        None => panic!("the record is not of model {}", M::NAME),
    }
}
