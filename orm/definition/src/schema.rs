//! The trait of every model's struct: its name, its definition, how it is made from a loaded record, and its fields as
//! typed tokens, with which rustc checks paths.

use std::marker::PhantomData;

use crate::def::ModelDef;
use crate::field::{Many2one, Relation};
use crate::record::Record;

/// The part of a model that other models' fields need to know. Implemented by `#[model]`, never by hand.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model",
    label = "not a model",
    note = "a relation's target is a struct declared with #[model(\"…\")]"
)]
pub trait Schema: Sized + 'static {
    /// Technical name: `sale.order`.
    const NAME: &'static str;
    /// A struct with one [`Field`] for each field.
    type Fields: 'static;
    /// The tokens of the model's fields.
    const FIELDS: Self::Fields;
    /// The definition.
    fn def() -> &'static ModelDef;
    /// Makes the struct from a loaded record.
    fn load(record: &Record) -> Self;
}

/// A field of a model, as a typed token: its index in the definition and its Rust type.
#[derive(Debug)]
pub struct Field<T> {
    /// Index in [`ModelDef::fields`].
    pub index: usize,
    kind: PhantomData<fn() -> T>,
}

impl<T> Field<T> {
    /// The token of the field with this index.
    pub const fn new(index: usize) -> Self {
        Field {
            index,
            kind: PhantomData,
        }
    }
}

/// Compile-time checks of names and paths. The macro calls these in a closure that is never called.
pub mod link {
    use super::{Field, Many2one, Relation, Schema};

    /// The fields of a relation's target, among which the next hop of a path is looked up.
    pub fn hop<T: Relation>(_: &Field<T>) -> <T::Target as Schema>::Fields {
        T::Target::FIELDS
    }

    /// A many2one, required or not, to the model `M`.
    #[diagnostic::on_unimplemented(
        message = "the inverse of a one2many must be a many2one back to `{M}`",
        label = "this field is no many2one to `{M}`",
        note = "write `inverse = <field>`, where <field> is declared in the target as Many2one<{M}> or \
                Option<Many2one<{M}>>"
    )]
    pub trait InverseOf<M> {}
    impl<M> InverseOf<M> for Many2one<M> {}
    impl<M> InverseOf<M> for Option<Many2one<M>> {}

    /// Checks that the field refers back to `M`.
    pub fn inverse<M: Schema, T: InverseOf<M>>(_: &Field<T>) {}

    /// Checks that the name exists, whatever its type.
    pub fn field<T>(_: &Field<T>) {}
}
