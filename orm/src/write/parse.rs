//! Parses the bodies of creates and updates against the definition. Every mistake is reported, each with its JSON
//! pointer.

use serde_json::Value as Json;

use super::references::References;
use crate::access::{Access, refused_field};
use crate::command::{Action, Command, CommandPlace, Input, Values};
use crate::def::{Default, Kind, Misfit};
use crate::env::Env;
use crate::error::{Error, Issue, MOST_ISSUES, Place, nearest};
use crate::registry::{FieldId, ModelInfo, Registry};
use crate::value::Value;
use crate::wire::{GivenAction, GivenCommand, GivenField, InvalidCommand, Part, Wire, describe};

/// Which kind of write a body is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Required fields must be given.
    Create,
    /// Fields that are not named stay as they are.
    Update,
    /// A create in which fields that are not named are copied.
    Copy,
}

/// Parses bodies; collects their mistakes and the ids that they name.
#[derive(Debug)]
pub(super) struct Parser<'r> {
    wire: &'r dyn Wire,
    registry: &'r Registry,
    access: Access,
    /// A field that the caller may not write, if a body names one.
    pub(super) denied: Option<Error>,
    /// Every mistake so far.
    pub(super) issues: Vec<Issue>,
    /// Every id of another record that a body names.
    pub(super) references: References,
    /// How many records the bodies describe, nested ones included.
    pub(super) records: usize,
}

/// The most records that one body may describe, nested ones included.
pub(super) const MOST_RECORDS: usize = 10_000;

impl<'r> Parser<'r> {
    /// Parses bodies of the caller.
    pub(super) fn new(env: &Env<'r>) -> Self {
        Parser {
            wire: env.wire,
            registry: env.registry,
            access: env.access.clone(),
            denied: None,
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

    /// Parses the values of one record. `parent` is the many2one that the surrounding record fills in, where this one
    /// is nested in its one2many.
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
        for GivenField { name, value } in &given {
            let (name, json) = (*name, *value);
            let pointer = format!("{pointer}{}", self.wire.field_place(name));
            let Some(field) = model.field(name).filter(|field| !model.fields[*field].def.secret) else {
                let writable = (model.fields.iter()).filter(|field| !field.def.readonly && !field.def.secret);
                let near = match self.issues.len() < MOST_ISSUES {
                    true => nearest(name, writable.map(|field| field.def.name)),
                    false => String::new(), // the mistake is only counted
                };
                self.issue(&pointer, format!("{} has no field `{name}`{near}", model.def.name));
                continue;
            };
            let def = model.fields[field].def;
            if !self.access.sees(&model.fields[field]) {
                self.denied = Some(refused_field(model, &model.fields[field]));
                continue;
            }
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

    /// Reports required fields that are neither given nor filled by a default or a computation.
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
                let name = field.def.name;
                self.issues
                    .push(Issue::field_of(pointer, name, format!("`{name}` is required")));
            }
        }
    }

    /// Parses what one field is given; `None` where that is a mistake, which is reported.
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
        let read = (self.wire.read_value(&info.def.kind, json)).map_err(Misfit::from);
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
            Err(misfit) => {
                self.issue(&format!("{pointer}{}", misfit.pointer), misfit.message);
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
        for InvalidCommand { place, why } in mistakes {
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
        if mode != Mode::Update
            && matches!(
                action,
                GivenAction::Update(..) | GivenAction::Delete(_) | GivenAction::Unlink(_)
            )
        {
            self.issue(
                &format!("{pointer}{place}"),
                format!(
                    "a record that is being created has no related records yet: use {}",
                    self.wire.new_commands()
                ),
            );
            return None;
        }
        let set = match action {
            GivenAction::Set(ids) => ids.as_slice(),
            _ => &[],
        };
        let named = action.id().into_iter().chain(set);
        let place = CommandPlace {
            command: format!("{pointer}{place}"),
            ids: named.map(|id| format!("{pointer}{}", id.place)).collect(),
        };
        let at = |part: &Part<'_>| format!("{pointer}{}", part.place);
        let action = match action {
            GivenAction::Create(values) => {
                let at = at(values);
                Action::Create(self.values(target, values.given, &at, Mode::Create, inverse))
            }
            GivenAction::Update(id, values) => {
                let (id, at) = (self.id(target, id.given, place.id())?, at(values));
                Action::Update(id, self.values(target, values.given, &at, Mode::Update, inverse))
            }
            GivenAction::Delete(id) => Action::Delete(self.id(target, id.given, place.id())?),
            GivenAction::Unlink(id) => Action::Unlink(self.id(target, id.given, place.id())?),
            GivenAction::Link(id) => Action::Link(self.id(target, id.given, place.id())?),
            GivenAction::Clear => Action::Clear,
            GivenAction::Set(ids) => {
                let ids: Vec<Option<i64>> = ids.iter().map(|id| self.id(target, id.given, &at(id))).collect();
                Action::Set(ids.into_iter().collect::<Option<Vec<i64>>>()?)
            }
        };
        Some(Command { action, place })
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
