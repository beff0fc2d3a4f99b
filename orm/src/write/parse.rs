//! Bodies of creates and updates, checked against the definition: every mistake is reported, each with its JSON pointer.

use serde_json::{Map, Value as Json};

use super::references::References;
use crate::command::{Command, Input, Values};
use crate::def::{Default, Kind};
use crate::error::{Issue, Place, nearest};
use crate::registry::{FieldId, ModelInfo, Registry};
use crate::value::Value;
use crate::wire::{describe, from_json};

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

/// Commands by their number, with their form.
const COMMANDS: &str = "[0, 0, values], [1, id, values], [2, id], [3, id], [4, id], [5] or [6, 0, [ids]]";

impl<'r> Parser<'r> {
    pub(super) fn new(registry: &'r Registry) -> Self {
        Parser {
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
        let Json::Object(body) = body else {
            self.issue(
                pointer,
                format!("{} is given where an object of field values belongs", describe(body)),
            );
            return values;
        };
        for (name, json) in body {
            let pointer = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
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
            self.require(model, body, pointer, parent);
        }
        values
    }

    /// Reports required fields that neither the body nor a default gives.
    fn require(&mut self, model: &ModelInfo, body: &Map<String, Json>, pointer: &str, parent: Option<FieldId>) {
        for (index, field) in model.fields.iter().enumerate() {
            let existing_delegate = field
                .inherited()
                .and(model.delegate)
                .is_some_and(|delegate| parent == Some(delegate) || body.contains_key(model.fields[delegate].def.name));
            let given = body.contains_key(field.def.name) || parent == Some(index) || existing_delegate;
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
        let read = from_json(&info.def.kind, json);
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
        let Json::Array(items) = json else {
            self.issue(
                pointer,
                format!(
                    "{} is given where a list of commands belongs: {COMMANDS}",
                    describe(json)
                ),
            );
            return None;
        };
        let target = self.registry.target(model, field);
        // A plain list of ids sets them.
        if !items.is_empty() && !items.iter().any(Json::is_array) {
            let ids = self.ids(target, items, pointer)?;
            return Some(vec![Command::Set(ids)]);
        }
        let before = self.issues.len();
        let commands: Vec<Command> = (items.iter().enumerate())
            .filter_map(|(index, item)| self.command(model, field, item, &format!("{pointer}/{index}"), mode))
            .collect();
        (self.issues.len() == before).then_some(commands)
    }

    fn command(
        &mut self,
        model: &ModelInfo,
        field: FieldId,
        json: &Json,
        pointer: &str,
        mode: Mode,
    ) -> Option<Command> {
        let target = self.registry.target(model, field);
        let inverse = model.fields[field].inverse;
        let Json::Array(parts) = json else {
            self.issue(
                pointer,
                format!("{} is given where a command belongs: {COMMANDS}", describe(json)),
            );
            return None;
        };
        let empty = |json: Option<&Json>| match json {
            None => true,
            Some(json) => json.as_i64() == Some(0) || json.as_bool() == Some(false) || json.is_null(),
        };
        let number = parts.first().and_then(Json::as_i64);
        let (second, third) = (parts.get(1), parts.get(2));
        let well_formed = parts.len() <= 3
            && match number {
                Some(0) => parts.len() == 3 && empty(second),
                Some(1) => parts.len() == 3,
                Some(2..=4) => parts.len() >= 2 && empty(third),
                Some(5) => empty(second) && empty(third),
                Some(6) => parts.len() == 3 && empty(second),
                _ => false,
            };
        if !well_formed {
            self.issue(pointer, format!("this is no command: write {COMMANDS}"));
            return None;
        }
        if mode != Mode::Update && matches!(number, Some(1..=3)) {
            self.issue(
                pointer,
                "a record that is being created has no related records yet: use commands 0, 4 or 6",
            );
            return None;
        }
        match (number, third) {
            (Some(0), Some(body)) => Some(Command::Create(self.values(
                target,
                body,
                &format!("{pointer}/2"),
                Mode::Create,
                inverse,
            ))),
            (Some(1), Some(body)) => {
                let id = self.id(target, second?, &format!("{pointer}/1"))?;
                Some(Command::Update(
                    id,
                    self.values(target, body, &format!("{pointer}/2"), Mode::Update, inverse),
                ))
            }
            (Some(6), Some(Json::Array(ids))) => Some(Command::Set(self.ids(target, ids, &format!("{pointer}/2"))?)),
            (Some(6), Some(other)) => {
                self.issue(
                    &format!("{pointer}/2"),
                    format!("{} is given where a list of ids belongs", describe(other)),
                );
                None
            }
            (Some(5), _) => Some(Command::Clear),
            (Some(number), _) => {
                let id = self.id(target, second?, &format!("{pointer}/1"))?;
                Some(match number {
                    2 => Command::Delete(id),
                    3 => Command::Unlink(id),
                    _ => Command::Link(id),
                })
            }
            (None, _) => None,
        }
    }

    fn ids(&mut self, target: &ModelInfo, items: &[Json], pointer: &str) -> Option<Vec<i64>> {
        let ids: Vec<Option<i64>> = items
            .iter()
            .enumerate()
            .map(|(index, item)| self.id(target, item, &format!("{pointer}/{index}")))
            .collect();
        ids.into_iter().collect()
    }

    fn id(&mut self, target: &ModelInfo, json: &Json, pointer: &str) -> Option<i64> {
        match from_json(&Kind::Id, json) {
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
