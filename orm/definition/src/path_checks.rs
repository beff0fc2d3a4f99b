//! Compile-time checks of names and paths: functions that the macro calls in a closure which is never called, so that rustc
//! reports a name that does not exist.

use crate::field::{Many2one, Relation};
use crate::schema::{Field, Schema};

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
