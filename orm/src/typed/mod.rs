//! The API for the code of model authors: typed models, recordsets, inputs and conditions.

mod check;
mod child;
mod filter;
mod records;
pub mod signature;

pub use check::{Check, batch, each};
pub use child::Child;
pub use filter::{Filter, RelationFilter, Terms};
pub use records::Records;

use std::any::Any;
use std::marker::PhantomData;

use crate::command::Values;
use crate::def::{ConstraintDef, MethodDef};
use crate::domain::Domain;
use crate::env::{CheckFn, Entry, Env, MethodFn, ModelOps};
use crate::error::{Error, Result};
use crate::record::Record;
use crate::schema::Schema;
use crate::value::Value;

/// A model. Implemented by `#[model]`, never by hand.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model",
    label = "not a model",
    note = "a model is a struct declared with #[model(\"…\")]"
)]
pub trait Model: Schema {
    /// Typed input of a create.
    type Create: Into<Values>;
    /// Typed input of an update: fields that are `None` stay as they are.
    type Update: Into<Values>;
    /// Typed conditions on records.
    type Filter: Into<Domain>;
    /// The functions that the definition refers to.
    fn ops() -> &'static ModelOps;
    /// Computes the field with this index in the definition.
    ///
    /// # Panics
    /// When the model computes no such field: a defect of the runtime.
    fn compute(&self, field: usize) -> Value {
        unreachable!("{} computes no field {field}", Self::NAME)
    }
    /// Computes the `batch` field with this index in the definition: a value for each record.
    ///
    /// # Errors
    /// Any error of the method.
    fn compute_batch(_records: &[Self], field: usize, _env: &mut Env<'_>) -> Result<Vec<Value>> {
        Err(Error::internal(format!("{} has no batch field {field}", Self::NAME)))
    }
}

/// The block with `#[methods]` of a model: a model has one at most. Implemented by `#[methods]`, never by hand; the name is
/// what rustc says about a second block.
pub trait AllMethodsInOneBlock {
    /// What HTTP may call.
    const METHODS: &'static [MethodDef];
    /// What goes along with a change of records, then what looks at them.
    const CONSTRAINTS: &'static [ConstraintDef];
    /// What looks at records before they are deleted.
    const ON_DELETE: &'static [ConstraintDef];
    /// The code of what HTTP may call.
    const CALLS: &'static [(&'static str, MethodFn)];
    /// The code of what looks at records.
    const CHECKS: &'static [(&'static str, CheckFn)];
}

/// Where `#[model]` finds the methods of `M`: here, if there is a block with `#[methods]`. Otherwise Rust goes on to
/// [`NoMethods`].
#[derive(Debug)]
pub struct MethodsOf<M>(PhantomData<M>);

#[allow(missing_docs, reason = "as in `AllMethodsInOneBlock`")]
impl<M: AllMethodsInOneBlock> MethodsOf<M> {
    pub const METHODS: &'static [MethodDef] = M::METHODS;
    pub const CONSTRAINTS: &'static [ConstraintDef] = M::CONSTRAINTS;
    pub const ON_DELETE: &'static [ConstraintDef] = M::ON_DELETE;
    pub const CALLS: &'static [(&'static str, MethodFn)] = M::CALLS;
    pub const CHECKS: &'static [(&'static str, CheckFn)] = M::CHECKS;
}

/// What a model without `#[methods]` has: nothing.
#[allow(missing_docs, reason = "as in `AllMethodsInOneBlock`")]
pub trait NoMethods {
    const METHODS: &'static [MethodDef] = &[];
    const CONSTRAINTS: &'static [ConstraintDef] = &[];
    const ON_DELETE: &'static [ConstraintDef] = &[];
    const CALLS: &'static [(&'static str, MethodFn)] = &[];
    const CHECKS: &'static [(&'static str, CheckFn)] = &[];
}

impl<M> NoMethods for MethodsOf<M> {}

/// A model's definition and its functions, for a catalogue.
pub fn entry<M: Model>() -> Entry {
    (M::def(), M::ops())
}

/// The functions with which the runtime calls a model's computations. The other functions are added by name.
pub const fn ops<M: Model>() -> ModelOps {
    ModelOps {
        build: |record| Box::new(M::load(record)),
        compute: compute::<M>,
        compute_batch: compute_batch::<M>,
        ..ModelOps::NONE
    }
}

fn compute<M: Model>(record: &dyn Any, field: usize) -> Value {
    match record.downcast_ref::<M>() {
        Some(record) => record.compute(field),
        None => panic!("the record is not of model {}", M::NAME),
    }
}

fn compute_batch<M: Model>(records: &[&Record], field: usize, env: &mut Env<'_>) -> Result<Vec<Value>> {
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
