//! Bodies of creates and updates, checked against the definition: every mistake is reported, each with its JSON pointer.

use serde_json::Value as Json;

use super::references::References;
use crate::command::{Command, Input, Values};
use crate::def::{Default, Kind};
use crate::error::{Issue, Place, nearest};
use crate::registry::{FieldId, ModelInfo, Registry};
use crate::value::Value;
use crate::wire::{Action, GivenCommand, GivenField, NoCommand, Part, Wire, describe};

/// Which kind of write a body is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Required fields must be there.
    Create,
    /// What is not named stays.
    Update,
    /// A create in which what is not named is copied.
    Copy,
}

/// Collects what bodies name, and what is wrong with them.
#[derive(Debug)]
pub(super) struct Parser<'r> {
    wire: &'r dyn Wire,
    registry: &'r Registry,
    /// Every mistake so far.
    pub(super) issues: Vec<Issue>,
    /// Every id of another record that a body names.
    pub(super) references: References,
    /// How many records it describes.
    pub(super) records: usize,
}

/// The most records that one body may describe, nested ones included.
pub(super) const MOST_RECORDS: usize = 10_000;

impl<'r> Parser<'r> {
    pub(super) fn new(wire: &'r dyn Wire, registry: &'r Registry) -> Self {
        Parser {
            wire,
            registry,
            issues: Vec::new(),
            references: References::default(),
            records: 0,
        }
    }

    fn issue(&mut self, pointer: &str, message: impl Into<String>) {
        self.issues.push(Issue {
            place: Place::Pointer(pointer.to_owned()),
            message: message.into(),
        });
    }

    /// The values of one record. `parent` is the field that a surrounding record fills in.
    pub(super) fn values(
        &mut self,
        model: &ModelInfo,
        body: &Json,
        pointer: &str,
        mode: Mode,
        parent: Option<FieldId>,
    ) -> Values {
        self.records += 1;
        let mut values = Values {
            place: Some(pointer.to_owned()),
            ..Values::default()
        };
        let given = match self.wire.read_record(body) {
            Ok(given) => given,
            Err(why) => {
                self.issue(pointer, why);
                return values;
            }
        };
        for GivenField { name, value, place } in &given {
            let (name, json, pointer) = (*name, *value, format!("{pointer}{place}"));
            let Some(field) = model.field(name).filter(|field| !model.fields[*field].def.secret) else {
                let writable = (model.fields.iter()).filter(|field| !field.def.readonly && !field.def.secret);
                let near = nearest(name, writable.map(|field| field.def.name));
                self.issue(&pointer, format!("{} has no field `{name}`{near}", model.def.name));
                continue;
            };
            let def = model.fields[field].def;
            if def.readonly || matches!(def.kind, Kind::Id | Kind::DisplayName) {
                let why = match (def.related, def.compute) {
                    ([], None) => "is read-only".to_owned(),
                    ([], Some(_)) => "is computed".to_owned(),
                    (path, _) => format!("is `{}`, seen from here", path.join(".")),
                };
                self.issue(&pointer, format!("`{name}` {why}: it cannot be written"));
                continue;
            }
            if parent == Some(field) {
                self.issue(
                    &pointer,
                    format!("`{name}` is the record that this one is nested in: leave it out"),
                );
                continue;
            }
            if let Some(input) = self.input(model, field, json, &pointer, mode) {
                values.put(field, input);
            }
        }
        if mode == Mode::Create {
            let named: Vec<&str> = given.iter().map(|field| field.name).collect();
            self.require(model, &named, pointer, parent);
        }
        values
    }

    /// Reports required fields that neither the body nor a default gives.
    fn require(&mut self, model: &ModelInfo, named: &[&str], pointer: &str, parent: Option<FieldId>) {
        for (index, field) in model.fields.iter().enumerate() {
            let existing_delegate = field
                .inherited()
                .and(model.delegate)
                .is_some_and(|delegate| parent == Some(delegate) || named.contains(&model.fields[delegate].def.name));
            let given = named.contains(&field.def.name) || parent == Some(index) || existing_delegate;
            let filled = !matches!(field.def.default, Default::None)
                || field.def.compute.is_some()
                || !field.def.related.is_empty()
                || matches!(field.def.kind, Kind::Id | Kind::Many2one { delegate: true, .. });
            if field.def.required && !given && !filled {
                self.issue(
                    &format!("{pointer}/{}", field.def.name),
                    format!("`{}` is required", field.def.name),
                );
            }
        }
    }

    /// What one field is given; `None` when it is a mistake.
    fn input(&mut self, model: &ModelInfo, field: FieldId, json: &Json, pointer: &str, mode: Mode) -> Option<Input> {
        let info = &model.fields[field];
        if info.is_x2many() {
            return self.commands(model, field, json, pointer, mode).map(Input::Commands);
        }
        let column = match info.via {
            None => info,
            Some(_) => {
                let (owner, field) = self.registry.origin(model, field);
                &owner.fields[field]
            }
        };
        let read = self.wire.read_value(&info.def.kind, json);
        match read.and_then(|value| column.check(&value).map(|()| value)) {
            Ok(Value::Null) if info.def.required => {
                self.issue(pointer, format!("`{}` is required: it cannot be empty", info.def.name));
                None
            }
            Ok(value) => {
                if let (Some(target), Some(id)) = (info.target, value.id()) {
                    self.references.add(target, id, pointer);
                }
                Some(Input::Value(value))
            }
            Err(why) => {
                self.issue(pointer, why);
                None
            }
        }
    }

    fn commands(
        &mut self,
        model: &ModelInfo,
        field: FieldId,
        json: &Json,
        pointer: &str,
        mode: Mode,
    ) -> Option<Vec<Command>> {
        let before = self.issues.len();
        let (given, mistakes) = self.wire.read_commands(json);
        for NoCommand { place, why } in mistakes {
            self.issue(&format!("{pointer}{place}"), why);
        }
        let commands: Vec<Command> = (given.iter())
            .filter_map(|command| self.command(model, field, command, pointer, mode))
            .collect();
        (self.issues.len() == before).then_some(commands)
    }

    fn command(
        &mut self,
        model: &ModelInfo,
        field: FieldId,
        GivenCommand { place, action }: &GivenCommand<'_>,
        pointer: &str,
        mode: Mode,
    ) -> Option<Command> {
        let target = self.registry.target(model, field);
        let inverse = model.fields[field].inverse;
        if mode != Mode::Update && matches!(action, Action::Update(..) | Action::Delete(_) | Action::Unlink(_)) {
            self.issue(
                &format!("{pointer}{place}"),
                "a record that is being created has no related records yet: use commands 0, 4 or 6",
            );
            return None;
        }
        let place = |part: &Part<'_>| format!("{pointer}{}", part.place);
        Some(match action {
            Action::Create(values) => {
                let at = place(values);
                Command::Create(self.values(target, values.given, &at, Mode::Create, inverse))
            }
            Action::Update(id, values) => {
                let (id, at) = (self.id(target, id.given, &place(id))?, place(values));
                Command::Update(id, self.values(target, values.given, &at, Mode::Update, inverse))
            }
            Action::Delete(id) => Command::Delete(self.id(target, id.given, &place(id))?),
            Action::Unlink(id) => Command::Unlink(self.id(target, id.given, &place(id))?),
            Action::Link(id) => Command::Link(self.id(target, id.given, &place(id))?),
            Action::Clear => Command::Clear,
            Action::Set(ids) => {
                let ids: Vec<Option<i64>> = ids.iter().map(|id| self.id(target, id.given, &place(id))).collect();
                Command::Set(ids.into_iter().collect::<Option<Vec<i64>>>()?)
            }
        })
    }

    fn id(&mut self, target: &ModelInfo, json: &Json, pointer: &str) -> Option<i64> {
        match self.wire.read_value(&Kind::Id, json) {
            Ok(Value::Int(id)) => {
                self.references.add(target.id, id, pointer);
                Some(id)
            }
            Ok(_) => {
                self.issue(
                    pointer,
                    format!("{} is given where the id of a record belongs", describe(json)),
                );
                None
            }
            Err(why) => {
                self.issue(pointer, why);
                None
            }
        }
    }
}
