//! Compile-time checks of names and paths: functions that the macro calls in a closure which is never called, so that rustc
//! reports a name that does not exist.

use crate::field::{Many2many, Many2one, One2many, Relation};
use crate::schema::{Field, Schema};

/// The fields of a relation's target, among which the next hop of a path is looked up.
pub fn hop<M, T: Relation>(_: &Field<M, T>) -> <T::Target as Schema>::Fields {
    T::Target::FIELDS
}

/// A many2one, required or not.
#[diagnostic::on_unimplemented(
    message = "the inverse of a one2many must be a many2one back to its model",
    label = "this field is no many2one",
    note = "write `inverse = <field>`, where <field> is declared in the target as Many2one<…> or Option<Many2one<…>>"
)]
pub trait ToOne: Relation {}
impl<M: Schema> ToOne for Many2one<M> {}
impl<M: Schema> ToOne for Option<Many2one<M>> {}

/// The struct of the model `M`, itself: that of an extension's model is the one that it extends.
#[diagnostic::on_unimplemented(
    message = "the inverse of a one2many must be a many2one back to `{M}`",
    label = "this field is no many2one to `{M}`, but to `{Self}`",
    note = "write `inverse = <field>`, where <field> is declared in the target as Many2one<{M}> or \
            Option<Many2one<{M}>>"
)]
pub trait Is<M> {}
impl<M> Is<M> for M {}

/// Checks that the field refers back to `M`, or to the model that `M` extends.
pub fn inverse<M: Schema, F, T: ToOne>(_: &Field<F, T>)
where
    <T::Target as Schema>::Root: Is<M::Root>,
{
}

/// A relation of the same kind as `T`, to the same model.
#[diagnostic::on_unimplemented(
    message = "a `view` has the kind of the extended model's own relation, and leads to the same model",
    label = "the extended model declares `{T}`",
    note = "write the same type with another struct of the same model: Many2one<…>, Option<Many2one<…>>, …"
)]
pub trait ViewOf<T> {}
impl<A: Schema, B: Schema<Root = A::Root>> ViewOf<Many2one<A>> for Many2one<B> {}
impl<A: Schema, B: Schema<Root = A::Root>> ViewOf<Option<Many2one<A>>> for Option<Many2one<B>> {}
impl<A: Schema, B: Schema<Root = A::Root>> ViewOf<One2many<A>> for One2many<B> {}
impl<A: Schema, B: Schema<Root = A::Root>> ViewOf<Many2many<A>> for Many2many<B> {}

/// Checks that the second field can stand for the first.
pub fn view<M, N, T, U: ViewOf<T>>(_: &Field<M, T>, _: &Field<N, U>) {}

/// Checks that the name exists, whatever its type.
pub fn field<M, T>(_: &Field<M, T>) {}

/// A struct of the same model as `M`: the model's own, or an extension's.
#[diagnostic::on_unimplemented(
    message = "this field belongs to `{Self}`, not to the model of `{M}`",
    label = "a field of another model",
    note = "the fields of a record behind a `delegate` are given to that model: declare the method there"
)]
pub trait SameModel<M> {}
impl<A: Schema, B: Schema<Root = A::Root>> SameModel<B> for A {}
