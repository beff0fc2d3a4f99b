//! Methods that can be called by name.

use super::Kind;

/// A method that HTTP may call.
#[derive(Debug, Clone, Copy)]
pub struct MethodDef {
    /// Its name in the URL.
    pub name: &'static str,
    /// Doc comment.
    pub help: &'static str,
    /// Called on records, `/{model}/{id}/{method}`; else on the model, `/{model}/{method}`.
    pub on_records: bool,
    /// Writes nothing: it runs where reads run.
    pub readonly: bool,
    /// Its arguments, which callers give by name.
    pub arguments: &'static [ArgumentDef],
    /// The type of its result.
    pub result: Type,
}

/// An argument of a method.
#[derive(Debug, Clone, Copy)]
pub struct ArgumentDef {
    /// Its name in the body.
    pub name: &'static str,
    /// Its type.
    pub ty: Type,
}

/// The type of an argument or of a result.
#[derive(Debug, Clone, Copy)]
pub enum Type {
    /// A value of a field of this kind.
    Value(Kind),
    /// A whole number of 0 or more.
    Count,
    /// Records of this model, as a list of their ids.
    Records(&'static str),
    /// A list.
    List(&'static Type),
    /// May be left out, or be empty.
    Optional(&'static Type),
    /// No value: answered as `true`.
    Done,
}
