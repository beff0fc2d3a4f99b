//! The trait of every model's struct: its name, its definition, how it is made from a loaded record, and its fields as
//! typed tokens, with which rustc checks paths.

use std::fmt;
use std::marker::PhantomData;

use crate::def::{ModelDef, Target};
use crate::record::Record;

/// The part of a model that other models' fields need to know. Implemented by `#[model]`, never by hand.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model",
    label = "not a model",
    note = "a relation's target is a struct declared with #[model(\"…\")]"
)]
pub trait Schema: Sized + 'static {
    /// Technical name: `sale.order`. An extension has the name of the model that it extends.
    const NAME: &'static str;
    /// The model's own struct, which an extension extends; otherwise this one.
    type Root: Schema;
    /// Key and path of an extension; `None` for a model.
    const PART: Option<(usize, &'static str)> = None;
    /// What a relation to this struct leads to.
    const TARGET: Target = Target {
        model: Self::NAME,
        part: Self::PART,
    };
    /// A struct with one [`Field`] for each field.
    type Fields: 'static;
    /// The tokens of the model's fields.
    const FIELDS: Self::Fields;
    /// The definition.
    fn def() -> &'static ModelDef;
    /// Makes the struct from a loaded record.
    fn load(record: &Record) -> Self;
}

/// A part of a model that is declared outside of its struct. Implemented by `#[extend]`, never by hand.
pub trait Part {
    /// Its path in the source code: `models::sale::res_partner::PartnerSales`.
    const PATH: &'static str;
    /// Its key.
    const KEY: usize = crate::def::part::key(Self::PATH);
}

/// A field of the model `M`, as a typed token: its index in the definition and its Rust type.
pub struct Field<M, T> {
    /// Index in [`ModelDef::fields`].
    pub index: usize,
    kind: PhantomData<fn() -> (M, T)>,
}

impl<M, T> Field<M, T> {
    /// The token of the field with this index.
    pub const fn new(index: usize) -> Self {
        Field {
            index,
            kind: PhantomData,
        }
    }
}

// By hand: the derives would require the same of the model and the type.
impl<M, T> Clone for Field<M, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, T> Copy for Field<M, T> {}

impl<M, T> fmt::Debug for Field<M, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Field({})", self.index)
    }
}
