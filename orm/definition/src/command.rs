//! The input of a write: values by field, and commands on x2many relations. Typed inputs and parsed request bodies are
//! both turned into [`Values`].

use crate::field::Scalar;
use crate::value::Value;

/// The values of one create or update: field index → input. A field that is not named gets its default in a create, and
/// keeps its value in an update.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Values {
    /// In the order given; a field occurs once.
    pub fields: Vec<(usize, Input)>,
    /// The JSON pointer to the object in the body that the values were read from; `None` for values from Rust code.
    pub place: Option<String>,
}

/// The input of one field.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// A scalar, or the id of a many2one.
    Value(Value),
    /// Commands of an x2many relation, in order.
    Commands(Vec<Command>),
    /// Values of the record behind a delegating many2one, which is created or updated in the same write.
    Delegate(Values),
}

/// One command on an x2many relation.
#[derive(Debug, Clone, PartialEq)]
pub struct Command {
    /// What it does.
    pub action: Action,
    /// Where the body has it; empty for a command from Rust code.
    pub place: CommandPlace,
}

/// Where a body has a command, as JSON pointers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CommandPlace {
    /// The command.
    pub command: String,
    /// The ids of the records that it names.
    pub ids: Vec<String>,
}

/// What a command does.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Create a record in the relation.
    Create(Values),
    /// Update a record of the relation.
    Update(i64, Values),
    /// Delete a record of the relation.
    Delete(i64),
    /// Take a record out of the relation; a child whose inverse field is required is deleted.
    Unlink(i64),
    /// Add an existing record to the relation.
    Link(i64),
    /// Take all records out of the relation.
    Clear,
    /// Make the relation have exactly these records.
    Set(Vec<i64>),
}

impl Command {
    /// The existing records that it puts into the relation, each with the pointer to its id.
    pub fn linked(&self) -> Vec<(i64, &str)> {
        let ids = match &self.action {
            Action::Link(id) => std::slice::from_ref(id),
            Action::Set(ids) => ids,
            _ => &[],
        };
        let place = |(index, id): (usize, &i64)| (*id, self.place.nth_id(index));
        ids.iter().enumerate().map(place).collect()
    }
}

impl From<Action> for Command {
    fn from(action: Action) -> Self {
        let place = CommandPlace::default();
        Command { action, place }
    }
}

impl CommandPlace {
    /// The pointer to the first id, or to the command where it names none.
    pub fn id(&self) -> &str {
        self.nth_id(0)
    }

    /// The pointer to one of the ids, in the order of the command.
    pub fn nth_id(&self, index: usize) -> &str {
        self.ids.get(index).unwrap_or(&self.command)
    }
}

/// The record behind a delegating many2one, for Rust callers.
#[derive(Debug, Clone)]
pub enum Delegate<V> {
    /// Create it in the same write.
    New(V),
    /// Use the record with this id.
    Existing(i64),
}

impl Values {
    /// Sets a scalar; replaces an earlier input of the field.
    pub fn set(&mut self, field: usize, value: impl Scalar) {
        self.put(field, Input::Value(value.into_value()));
    }

    /// Sets a scalar, unless it is `None`.
    pub fn set_some(&mut self, field: usize, value: Option<impl Scalar>) {
        if let Some(value) = value {
            self.set(field, value);
        }
    }

    /// Sets a value of a type of the author's own (a selection, the type of a `Json` field), unless it is `None`.
    pub fn set_own<T>(&mut self, field: usize, value: Option<T>, stored: fn(T) -> Value) {
        self.set_own_or_none(field, value.map(Some), stored);
    }

    /// As [`Values::set_own`], for a field that may be empty: `Some(None)` empties it.
    pub fn set_own_or_none<T>(&mut self, field: usize, value: Option<Option<T>>, stored: fn(T) -> Value) {
        if let Some(value) = value {
            self.put(field, Input::Value(value.map_or(Value::Null, stored)));
        }
    }

    /// Sets the commands of an x2many relation; an empty list leaves the field out.
    pub fn set_children<T>(&mut self, field: usize, children: Vec<T>)
    where
        Command: From<T>,
    {
        if !children.is_empty() {
            self.set_some_children(field, Some(children));
        }
    }

    /// Sets the commands of a writable computed x2many relation. `None` leaves the field out, so that it is computed;
    /// an empty list makes the relation empty.
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

    /// Sets the record behind a delegating many2one, unless it is `None`.
    pub fn set_delegate<V: Into<Values>>(&mut self, field: usize, delegate: Option<Delegate<V>>) {
        match delegate {
            Some(Delegate::New(values)) => self.put(field, Input::Delegate(values.into())),
            Some(Delegate::Existing(id)) => self.put(field, Input::Value(Value::Int(id))),
            None => {}
        }
    }

    /// Sets the input of a field; replaces an earlier one.
    pub fn put(&mut self, field: usize, input: Input) {
        match self.fields.iter_mut().find(|(index, _)| *index == field) {
            Some((_, old)) => *old = input,
            None => self.fields.push((field, input)),
        }
    }

    /// The input of a field, if it is named.
    pub fn get(&self, field: usize) -> Option<&Input> {
        self.fields
            .iter()
            .find(|(index, _)| *index == field)
            .map(|(_, input)| input)
    }
}
