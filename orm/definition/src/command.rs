//! What a write is given: values by field, and commands on x2many relations. Typed inputs and parsed bodies both become
//! these.

use crate::field::Scalar;
use crate::value::Value;

/// The values of one create or update: field index → input. Fields that are not named stay as they are, or get their
/// default.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Values {
    /// In the order given; a field occurs once.
    pub fields: Vec<(usize, Input)>,
    /// The pointer of the object in the body that they were read from; `None` where they come from code.
    pub place: Option<String>,
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
    pub fn set_children<T>(&mut self, field: usize, children: Vec<T>)
    where
        Command: From<T>,
    {
        if !children.is_empty() {
            self.set_some_children(field, Some(children));
        }
    }

    /// Sets the commands of a computed x2many relation that may be left out; none given makes it empty.
    pub fn set_some_children<T>(&mut self, field: usize, children: Option<Vec<T>>)
    where
        Command: From<T>,
    {
        if let Some(children) = children {
            self.put(
                field,
                Input::Commands(children.into_iter().map(Command::from).collect()),
            );
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
