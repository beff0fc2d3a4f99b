//! Commands on relations to many, made from typed values, for Rust callers.

use std::fmt;
use std::marker::PhantomData;

use super::Model;
use crate::command::{Action, Command};

/// A [`Command`] on a relation to many records of `T`.
pub struct Child<T>(Command, PhantomData<fn() -> T>);

impl<T> From<Child<T>> for Command {
    fn from(child: Child<T>) -> Self {
        child.0
    }
}

impl<T: Model> Child<T> {
    fn new(action: Action) -> Self {
        Child(action.into(), PhantomData)
    }

    /// Create a record in the relation.
    pub fn create(values: T::Create) -> Self {
        Child::new(Action::Create(values.into()))
    }

    /// Update a record of the relation.
    pub fn update(id: i64, values: T::Update) -> Self {
        Child::new(Action::Update(id, values.into()))
    }

    /// Delete a record of the relation.
    pub fn delete(id: i64) -> Self {
        Child::new(Action::Delete(id))
    }

    /// Take a record out of the relation.
    pub fn unlink(id: i64) -> Self {
        Child::new(Action::Unlink(id))
    }

    /// Put an existing record into the relation.
    pub fn link(id: i64) -> Self {
        Child::new(Action::Link(id))
    }

    /// Make the relation have exactly these records.
    pub fn set(ids: Vec<i64>) -> Self {
        Child::new(Action::Set(ids))
    }
}

// By hand: the derives would require the model itself to be `Clone` and `Debug`.
impl<T> Clone for Child<T> {
    fn clone(&self) -> Self {
        Child(self.0.clone(), PhantomData)
    }
}

impl<T> fmt::Debug for Child<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
