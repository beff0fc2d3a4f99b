//! The bridge between a model's typed code and the runtime: loaded records in, values out.

pub(crate) mod load;
pub(crate) mod rows;
mod values;

pub(crate) use values::{normal, values};

use std::any::Any;
use std::sync::Arc;

use crate::domain::{Domain, Op, Operand};
use crate::env::Env;
use crate::error::{Error, Result};
use crate::model::Model;
use crate::value::Value;

/// A record with all its columns and those related records that a computation declared.
#[derive(Debug, Default, Clone)]
pub struct Loaded {
    values: Arc<Vec<Value>>,
    related: Vec<(usize, Arc<[Loaded]>)>,
}

impl Loaded {
    /// A record from its values in the order of the model's fields; [`Value::Null`] where a field has no column.
    pub fn new(values: Vec<Value>) -> Self {
        Loaded::shared(Arc::new(values))
    }

    /// As [`Loaded::new`], of values that others look at too.
    pub(crate) fn shared(values: Arc<Vec<Value>>) -> Self {
        Loaded {
            values,
            related: Vec::new(),
        }
    }

    /// Sets the value of a field that has no column.
    pub fn set(&mut self, field: usize, value: Value) {
        if let Some(place) = Arc::make_mut(&mut self.values).get_mut(field) {
            *place = value;
        }
    }

    /// Adds the related records of a relation field.
    pub fn relate(&mut self, field: usize, records: Vec<Loaded>) {
        self.related.retain(|(known, _)| *known != field);
        self.related.push((field, records.into()));
    }

    /// The value of a field by its index in [`ModelDef::fields`](crate::def::ModelDef::fields).
    pub fn value(&self, field: usize) -> &Value {
        self.values.get(field).unwrap_or(&Value::Null)
    }

    /// The values of all fields, in the order of the definition.
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// The related records of a relation; `None` when they were not declared.
    pub fn related(&self, field: usize) -> Option<&[Loaded]> {
        let found = self.related.iter().find(|(known, _)| *known == field);
        found.map(|(_, records)| records.as_ref())
    }
}

/// The search of a field that is not stored: the comparison asked for in, a condition on the records out.
pub type SearchFn = fn(Op, &Operand, &mut Env<'_>) -> Result<Domain>;

/// How the runtime reaches a model's typed code.
#[derive(Debug, Clone, Copy)]
pub struct Ops {
    /// Makes the model's struct from a loaded record.
    pub build: fn(&Loaded) -> Box<dyn Any>,
    /// Computes a field, by its index in the definition, of what `build` made.
    pub compute: fn(&dyn Any, usize) -> Value,
    /// Computes a `batch` field, by its index in the definition, of loaded records: a value for each.
    pub batch: fn(&[&Loaded], usize, &mut Env<'_>) -> Result<Vec<Value>>,
}

impl Ops {
    /// The operations of a model.
    pub const fn of<M: Model>() -> Self {
        Ops {
            build: |record| Box::new(M::load(record)),
            compute: compute::<M>,
            batch: batch::<M>,
        }
    }
}

fn compute<M: Model>(record: &dyn Any, field: usize) -> Value {
    match record.downcast_ref::<M>() {
        Some(record) => record.compute(field),
        None => panic!("the record is not of model {}", M::NAME),
    }
}

fn batch<M: Model>(records: &[&Loaded], field: usize, env: &mut Env<'_>) -> Result<Vec<Value>> {
    let records: Vec<M> = records.iter().map(|record| M::load(record)).collect();
    let values = M::compute_batch(&records, field, env)?;
    match values.len() == records.len() {
        true => Ok(values),
        false => {
            let name = M::def().fields.get(field).map_or("?", |field| field.name);
            Err(Error::internal(format!(
                "the computation of {}.{name} answers {} values for {} records",
                M::NAME,
                values.len(),
                records.len()
            )))
        }
    }
}
