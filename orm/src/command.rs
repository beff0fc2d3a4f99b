//! What a write is given: values by field, and commands on x2many relations. Typed inputs and parsed bodies both become
//! these.

use std::fmt;
use std::marker::PhantomData;

use crate::field::Scalar;
use crate::model::Model;
use crate::value::Value;

/// The values of one create or update: field index → input. Fields that are not named stay as they are, or get their
/// default.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Values {
    /// In the order given; a field occurs once.
    pub fields: Vec<(usize, Input)>,
}

/// What one field is given.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// A scalar, or the id of a many2one.
    Value(Value),
    /// Commands of an x2many relation, in order.
    Commands(Vec<Command>),
    /// The record of a delegating many2one: its values, to be created or updated along.
    Delegate(Values),
}

/// One command on an x2many relation.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// `[0, 0, values]`: create a record in the relation.
    Create(Values),
    /// `[1, id, values]`: update a record of the relation.
    Update(i64, Values),
    /// `[2, id]`: delete a record of the relation.
    Delete(i64),
    /// `[3, id]`: take it out of the relation.
    Unlink(i64),
    /// `[4, id]`: put an existing record into the relation.
    Link(i64),
    /// `[5]`: take all out.
    Clear,
    /// `[6, 0, ids]`: exactly these.
    Set(Vec<i64>),
}

/// A [`Command`] on a relation to `T`, made from typed values: for Rust callers.
pub struct Child<T>(Command, PhantomData<fn() -> T>);

/// The record behind a delegating many2one, for Rust callers.
#[derive(Debug, Clone)]
pub enum Delegate<V> {
    /// Create it along.
    New(V),
    /// Use this one.
    Existing(i64),
}

impl Values {
    /// Sets a scalar; the last set counts.
    pub fn set(&mut self, field: usize, value: impl Scalar) {
        self.put(field, Input::Value(value.into_value()));
    }

    /// Sets a scalar that may be left out.
    pub fn set_some(&mut self, field: usize, value: Option<impl Scalar>) {
        if let Some(value) = value {
            self.set(field, value);
        }
    }

    /// Sets the commands of an x2many relation; none given leaves it out.
    pub fn set_children<T>(&mut self, field: usize, children: Vec<Child<T>>) {
        if !children.is_empty() {
            self.put(
                field,
                Input::Commands(children.into_iter().map(|child| child.0).collect()),
            );
        }
    }

    /// Sets the commands of a computed x2many relation that may be left out; none given makes it empty.
    pub fn set_some_children<T>(&mut self, field: usize, children: Option<Vec<Child<T>>>) {
        if let Some(children) = children {
            let commands = children.into_iter().map(|child| child.0).collect();
            self.put(field, Input::Commands(commands));
        }
    }

    /// Sets the record behind a delegating many2one.
    pub fn set_delegate<V: Into<Values>>(&mut self, field: usize, delegate: Option<Delegate<V>>) {
        match delegate {
            Some(Delegate::New(values)) => self.put(field, Input::Delegate(values.into())),
            Some(Delegate::Existing(id)) => self.put(field, Input::Value(Value::Int(id))),
            None => {}
        }
    }

    /// Sets whatever a field is given; the last set counts.
    pub fn put(&mut self, field: usize, input: Input) {
        match self.fields.iter_mut().find(|(index, _)| *index == field) {
            Some((_, old)) => *old = input,
            None => self.fields.push((field, input)),
        }
    }

    /// What a field is given.
    pub fn get(&self, field: usize) -> Option<&Input> {
        self.fields
            .iter()
            .find(|(index, _)| *index == field)
            .map(|(_, input)| input)
    }
}

impl<T: Model> Child<T> {
    fn new(command: Command) -> Self {
        Child(command, PhantomData)
    }

    /// Create a record in the relation.
    pub fn create(values: T::Create) -> Self {
        Child::new(Command::Create(values.into()))
    }

    /// Update a record of the relation.
    pub fn update(id: i64, values: T::Update) -> Self {
        Child::new(Command::Update(id, values.into()))
    }

    /// Delete a record of the relation.
    pub fn delete(id: i64) -> Self {
        Child::new(Command::Delete(id))
    }

    /// Take a record out of the relation.
    pub fn unlink(id: i64) -> Self {
        Child::new(Command::Unlink(id))
    }

    /// Put an existing record into the relation.
    pub fn link(id: i64) -> Self {
        Child::new(Command::Link(id))
    }

    /// Exactly these records.
    pub fn set(ids: Vec<i64>) -> Self {
        Child::new(Command::Set(ids))
    }
}

// By hand: the derives would ask the model itself to be cloned and shown.
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
