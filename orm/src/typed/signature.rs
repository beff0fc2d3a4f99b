//! What generated code calls an author's method with: the method that computes a field, searches it, or gives its default.
//! Where the method is missing or has another signature, rustc says which one to write.
//!
//! Generated code calls `Method::new(City::people).compute(record)`. A method of the right signature finds the inherent
//! function of [`Method`], and [`Missing`] finds another one. Any other signature finds [`Otherwise`], since Rust looks
//! there last. What is found in place of the right method needs a trait that nothing implements, with the message.

use std::marker::PhantomData;

use crate::domain::{Domain, Op, Operand};
use crate::env::Env;
use crate::error::Result;
use crate::field::Scalar;
use crate::value::Value;

/// A method of the model `M` for a field of type `T`.
#[expect(missing_debug_implementations, reason = "functions have none")]
pub struct Method<M, T, F>(F, PhantomData<fn(M, T)>);

impl<M, T, F> Method<M, T, F> {
    /// The method, as the function that the author wrote.
    pub fn new(method: F) -> Self {
        Method(method, PhantomData)
    }
}

/// Stands for a method that the author did not write.
#[derive(Debug)]
pub struct Missing;

/// A type that a method may answer with for a field of type `T`: with or without `Option`.
pub trait Fits<T>: Scalar {}
impl<T: Scalar> Fits<T> for T {}
impl<T: Scalar> Fits<Option<T>> for T {}
impl<T: Scalar> Fits<T> for Option<T> {}

/// `compute` of a field that always has what its method answers.
impl<M, T: Scalar, F: Fn(&M) -> T> Method<M, T, F> {
    /// The field's value in this record.
    pub fn compute(self, record: &M) -> Value {
        (self.0)(record).into_value()
    }
}

/// `compute` of a required field that callers may write: they must, where the method answers `None`.
impl<M, T, V: Fits<T>, F: Fn(&M) -> V> Method<M, T, F> {
    /// The field's value in this record.
    pub fn compute_unless_given(self, record: &M) -> Value {
        (self.0)(record).into_value()
    }
}

/// `compute, batch`.
impl<M, T, V: Fits<T>, F: Fn(&[M], &mut Env<'_>) -> Result<Vec<V>>> Method<M, T, F> {
    /// The field's values in these records.
    ///
    /// # Errors
    /// Those of the method.
    pub fn compute_batch(self, records: &[M], env: &mut Env<'_>) -> Result<Vec<Value>> {
        let values = (self.0)(records, env)?;
        Ok(values.into_iter().map(V::into_value).collect())
    }
}

/// `default = method(…)`.
impl<M, T, V: Fits<T>, F: Fn(&mut Env<'_>) -> Result<V>> Method<M, T, F> {
    /// The default of new records.
    ///
    /// # Errors
    /// Those of the method.
    pub fn default(self, env: &mut Env<'_>) -> Result<Value> {
        (self.0)(env).map(V::into_value)
    }
}

/// `search = …`.
impl<M, T, F: Fn(Op, &Operand, &mut Env<'_>) -> Result<Domain>> Method<M, T, F> {
    /// The condition that stands for a comparison with the field.
    ///
    /// # Errors
    /// Those of the method.
    pub fn search(self, op: Op, operand: &Operand, env: &mut Env<'_>) -> Result<Domain> {
        (self.0)(op, operand, env)
    }
}

#[allow(missing_docs, reason = "these functions do not compile, but for their messages")]
impl<M, T> Method<M, T, Missing> {
    pub fn compute(self, _: &M) -> Value
    where
        Missing: ComputesWritten<M, T>,
    {
        unreachable!()
    }

    pub fn compute_unless_given(self, _: &M) -> Value
    where
        Missing: ComputesUnlessGivenWritten<M, T>,
    {
        unreachable!()
    }

    pub fn compute_batch(self, _: &[M], _: &mut Env<'_>) -> Result<Vec<Value>>
    where
        Missing: ComputesBatchWritten<M, T>,
    {
        unreachable!()
    }

    pub fn default(self, _: &mut Env<'_>) -> Result<Value>
    where
        Missing: DefaultsWritten<M, T>,
    {
        unreachable!()
    }

    pub fn search(self, _: Op, _: &Operand, _: &mut Env<'_>) -> Result<Domain>
    where
        Missing: SearchesWritten<M, T>,
    {
        unreachable!()
    }
}

/// Where Rust finds no other function: the method has another signature.
#[allow(missing_docs, reason = "these functions do not compile, but for their messages")]
pub trait Otherwise<M, T, F>: Sized {
    fn compute(self, _: &M) -> Value
    where
        F: Computes<M, T>,
    {
        unreachable!()
    }

    fn compute_unless_given(self, _: &M) -> Value
    where
        F: ComputesUnlessGiven<M, T>,
    {
        unreachable!()
    }

    fn compute_batch(self, _: &[M], _: &mut Env<'_>) -> Result<Vec<Value>>
    where
        F: ComputesBatch<M, T>,
    {
        unreachable!()
    }

    fn default(self, _: &mut Env<'_>) -> Result<Value>
    where
        F: Defaults<M, T>,
    {
        unreachable!()
    }

    fn search(self, _: Op, _: &Operand, _: &mut Env<'_>) -> Result<Domain>
    where
        F: Searches<M, T>,
    {
        unreachable!()
    }
}

impl<M, T, F> Otherwise<M, T, F> for &Method<M, T, F> {}

/// The traits that nothing implements.
macro_rules! messages {
    ($($right:ident, $written:ident, $form:literal;)*) => {$(
        /// What a method of another signature lacks.
        #[diagnostic::on_unimplemented(message = "the method of this field has another signature", label = $form)]
        pub trait $right<M, T> {}

        /// What a method that is not written lacks.
        #[diagnostic::on_unimplemented(message = "the method of this field is missing", label = $form)]
        pub trait $written<M, T> {}
    )*};
}

messages! {
    Computes, ComputesWritten,
        "write `fn …(&self) -> {T}`";
    ComputesUnlessGiven, ComputesUnlessGivenWritten,
        "write `fn …(&self) -> {T}`, or `-> Option<{T}>` where the value may have to be given";
    ComputesBatch, ComputesBatchWritten,
        "write `fn …(records: &[Self], env: &mut Env<'_>) -> Result<Vec<{T}>>`";
    Defaults, DefaultsWritten,
        "write `fn …(env: &mut Env<'_>) -> Result<{T}>`";
    Searches, SearchesWritten,
        "write `fn …(op: Op, operand: &Operand, env: &mut Env<'_>) -> Result<Domain>`";
}
