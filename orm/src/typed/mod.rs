//! The API for the code of model authors: typed models, recordsets, inputs and conditions.

mod check;
mod child;
mod draft;
mod filter;
mod records;
pub mod signature;

pub use check::{Check, batch, each};
pub use child::Child;
pub use draft::{Draft, before_create, before_write};
pub use filter::{Filter, RelationFilter, Terms};
pub use records::Records;

use std::any::Any;
use std::marker::PhantomData;

use crate::command::Values;
use crate::def::ModelDef;
use crate::domain::Domain;
use crate::env::{Entry, Env, ModelOps};
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
    /// A definition with the methods alone.
    const DEF: ModelDef;
    /// Their code.
    const OPS: ModelOps;
}

/// Where `#[model]` finds the methods of `M`: here, if there is a block with `#[methods]`. Otherwise Rust goes on to
/// [`NoMethods`].
#[derive(Debug)]
pub struct MethodsOf<M>(PhantomData<M>);

#[allow(missing_docs, reason = "as in `AllMethodsInOneBlock`")]
impl<M: AllMethodsInOneBlock> MethodsOf<M> {
    pub const DEF: ModelDef = M::DEF;
    pub const OPS: ModelOps = M::OPS;
}

/// What a model without `#[methods]` has: nothing.
#[allow(missing_docs, reason = "as in `AllMethodsInOneBlock`")]
pub trait NoMethods {
    const DEF: ModelDef = ModelDef::PLAIN;
    const OPS: ModelOps = ModelOps::NONE;
}

impl<M> NoMethods for MethodsOf<M> {}

/// A model's definition and its functions, for a catalogue.
pub fn entry<M: Model>() -> Entry {
    (M::def(), M::ops())
}

/// The functions of a model's methods, with those by which the runtime calls its computations.
pub const fn ops<M: Model>(methods: ModelOps) -> ModelOps {
    ModelOps {
        build: |record| Box::new(M::load(record)),
        compute: compute::<M>,
        compute_batch: compute_batch::<M>,
        ..methods
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
