//! Commands on relations to many, applied in the order given. They change only records of that relation: a command on
//! another record's child is refused.

mod pairs;

use std::collections::BTreeSet;

use self::pairs::Many2manyChange;
use super::allowed::visible;
use super::claim::claim;
use super::recompute::ChangeSet;
use super::{create, delete, update};
use crate::command::{Action, Command, CommandPlace, Input, Values};
use crate::db::Lock;
use crate::def::Kind;
use crate::env::Env;
use crate::error::{Code, Error, Issue, Place, Result};
use crate::registry::{FieldId, ModelInfo};
use crate::value::Value;

/// Applies the commands on one relation of records that were just created. Where they all only create children, or only
/// link records to a many2many, they are applied in one batch.
pub(super) fn apply_to_new(
    env: &mut Env<'_>,
    change_set: &mut ChangeSet,
    model: &ModelInfo,
    field: FieldId,
    given: Vec<(i64, Vec<Command>)>,
) -> Result<()> {
    let all = |wanted: fn(&Command) -> bool| given.iter().flat_map(|(_, commands)| commands).all(wanted);
    let many2many = matches!(model.fields[field].def.kind, Kind::Many2many { .. });
    if many2many && all(|command| matches!(command.action, Action::Link(_) | Action::Set(_))) {
        for (id, commands) in &given {
            commands
                .iter()
                .for_each(|command| note_links(change_set, model, field, *id, command));
        }
        let pairs = given
            .into_iter()
            .flat_map(|(id, commands)| linked(commands).into_iter().map(move |other| (id, other)));
        return join(env, change_set, model, field, pairs.collect());
    }
    if !all(|command| matches!(command.action, Action::Create(_))) {
        for (id, commands) in given {
            apply(env, change_set, model, field, id, commands)?;
        }
        return Ok(());
    }
    let target = env.registry.target(model, field);
    let mut owners = Vec::new();
    let mut children = Vec::new();
    for (id, command) in given
        .into_iter()
        .flat_map(|(id, commands)| commands.into_iter().map(move |command| (id, command)))
    {
        if let Action::Create(mut values) = command.action {
            if let Some(inverse) = model.fields[field].inverse {
                values.put(inverse, Input::Value(Value::Int(id)));
            }
            owners.push(id);
            children.push(values);
        }
    }
    let ids = create::create(env, change_set, target, children)?;
    if let Kind::Many2many { .. } = model.fields[field].def.kind {
        let pairs = owners.into_iter().zip(ids).collect();
        join(env, change_set, model, field, pairs)?;
    }
    Ok(())
}

/// Notes where the body links records, for a `domain` that may refuse them.
fn note_links(change_set: &mut ChangeSet, model: &ModelInfo, field: FieldId, owner: i64, command: &Command) {
    if model.fields[field].def.domain.is_some() {
        for (other, place) in command.linked() {
            change_set.unit.pointers.put_link(model, field, (owner, other), place);
        }
    }
}

/// Links records to new ones by a many2many.
fn join(
    env: &mut Env<'_>,
    change_set: &mut ChangeSet,
    model: &ModelInfo,
    field: FieldId,
    pairs: Vec<(i64, i64)>,
) -> Result<()> {
    let (owners, others): (Vec<i64>, Vec<i64>) = pairs.iter().copied().unzip();
    change_set.before_change(env, model, &[field], &owners, &[(field, others)])?;
    change_set.unit.add_pairs(env.registry.link(model, field)?, pairs);
    change_set.changed(env, model, &[field], &owners)
}

/// The records that the links and sets of a new many2many leave in it.
fn linked(commands: Vec<Command>) -> BTreeSet<i64> {
    commands.into_iter().fold(BTreeSet::new(), |mut linked, command| {
        match command.action {
            Action::Link(id) => {
                linked.insert(id);
            }
            Action::Set(ids) => linked = ids.into_iter().collect(),
            _ => {}
        }
        linked
    })
}

/// Applies commands on a relation of one record.
pub(super) fn apply(
    env: &mut Env<'_>,
    change_set: &mut ChangeSet,
    model: &ModelInfo,
    field: FieldId,
    owner: i64,
    commands: Vec<Command>,
) -> Result<()> {
    change_set.store(env)?;
    change_set.mark_given(model, [field].into_iter(), &[owner]);
    match model.fields[field].def.kind {
        Kind::Many2many { .. } => {
            let mut pairs = Many2manyChange::load(env, model, field, owner)?;
            for command in commands {
                note_links(change_set, model, field, owner, &command);
                let Command { action, place } = command;
                let applied = pairs.apply(env, change_set, action, &place);
                applied.map_err(|error| at(error, &place.command))?;
            }
            pairs.store(env, change_set)
        }
        Kind::One2many { .. } => {
            let mut children = Children::load(env, model, field, owner)?;
            for Command { action, place } in commands {
                let applied = children.apply(env, change_set, action, &place);
                applied.map_err(|error| at(error, &place.command))?;
            }
            Ok(())
        }
        _ => Err(Error::internal("commands on a field that is no relation to many")),
    }
}

/// The children of one record in a one2many.
struct Children<'r> {
    target: &'r ModelInfo,
    inverse: FieldId,
    /// Name of the relation, for messages.
    name: &'static str,
    owner: i64,
    ids: BTreeSet<i64>,
}

impl<'r> Children<'r> {
    fn load(env: &mut Env<'r>, model: &ModelInfo, field: FieldId, owner: i64) -> Result<Self> {
        let registry = env.registry;
        let info = &model.fields[field];
        let (Some(target), Some(inverse)) = (info.target, info.inverse) else {
            return Err(Error::internal("a one2many without its inverse"));
        };
        let target = registry.model(target);
        let linked = env.pairs(env.sql().links(registry.link(model, field)?, &[owner])?)?;
        // What the caller may not see is none of his to change.
        let linked = linked.into_iter().map(|(_, id)| id).collect();
        let ids = visible(env, target, linked)?.into_iter().collect();
        Ok(Children {
            target,
            inverse,
            name: info.def.name,
            owner,
            ids,
        })
    }

    fn apply(
        &mut self,
        env: &mut Env<'r>,
        change_set: &mut ChangeSet,
        action: Action,
        place: &CommandPlace,
    ) -> Result<()> {
        match action {
            Action::Create(mut values) => {
                values.put(self.inverse, Input::Value(Value::Int(self.owner)));
                self.ids
                    .extend(create::create(env, change_set, self.target, vec![values])?);
                Ok(())
            }
            Action::Update(id, values) => {
                self.check_member(change_set, id, place)?;
                update::update(env, change_set, self.target, &[id], values)
            }
            Action::Delete(id) => {
                self.check_member(change_set, id, place)?;
                self.ids.remove(&id);
                delete::delete(env, change_set, self.target, &[id])
            }
            Action::Unlink(id) => {
                self.check_member(change_set, id, place)?;
                self.unlink(env, change_set, &[id])
            }
            Action::Link(id) => self.link(env, change_set, &[id], place),
            Action::Clear => {
                let all: Vec<i64> = self.ids.iter().copied().collect();
                self.unlink(env, change_set, &all)
            }
            Action::Set(wanted) => {
                let others: Vec<i64> = self.ids.iter().copied().filter(|id| !wanted.contains(id)).collect();
                self.link(env, change_set, &wanted, place)?;
                self.unlink(env, change_set, &others)
            }
        }
    }

    fn check_member(&self, change_set: &ChangeSet, id: i64, place: &CommandPlace) -> Result<()> {
        match self.ids.contains(&id) {
            true => Ok(()),
            false => Err(foreign(change_set, self.name, self.target, id, place.id())),
        }
    }

    /// Takes children out of the relation: empties their inverse field, or deletes them where it is required.
    fn unlink(&mut self, env: &mut Env<'r>, change_set: &mut ChangeSet, ids: &[i64]) -> Result<()> {
        self.ids.retain(|id| !ids.contains(id));
        match (ids.is_empty(), self.target.fields[self.inverse].def.required) {
            (true, _) => Ok(()),
            (false, true) => delete::delete(env, change_set, self.target, ids),
            (false, false) => self.set_inverse(env, change_set, ids, Value::Null),
        }
    }

    /// Puts records into the relation that have no parent yet; a child of another record is refused.
    fn link(&mut self, env: &mut Env<'r>, change_set: &mut ChangeSet, ids: &[i64], place: &CommandPlace) -> Result<()> {
        let new: Vec<i64> = ids.iter().copied().filter(|id| !self.ids.contains(id)).collect();
        if new.is_empty() {
            return Ok(());
        }
        claim(env, &mut change_set.unit, self.target, &new, Lock::Exclusive, &[])?;
        let records = change_set.unit.load(env, self.target, &new, None)?;
        if let Some(id) = new.iter().find(|id| {
            records
                .get(id)
                .is_none_or(|record| !record.value(self.inverse).is_null())
        }) {
            let index = ids.iter().position(|named| named == id).unwrap_or_default();
            return Err(foreign(change_set, self.name, self.target, *id, place.nth_id(index)));
        }
        self.ids.extend(&new);
        self.set_inverse(env, change_set, &new, Value::Int(self.owner))
    }

    fn set_inverse(&self, env: &mut Env<'r>, change_set: &mut ChangeSet, ids: &[i64], to: Value) -> Result<()> {
        let values = Values {
            fields: vec![(self.inverse, Input::Value(to))],
            place: None,
        };
        update::update(env, change_set, self.target, ids, values)
    }
}

/// The refusal of a command on a record that is not in the relation, or that an earlier command has deleted.
fn foreign(change_set: &ChangeSet, name: &str, target: &ModelInfo, id: i64, place: &str) -> Error {
    let why = match change_set.is_gone(target, id) {
        true => "is deleted by an earlier command".to_owned(),
        false => format!("does not belong to this record's `{name}`"),
    };
    Error::invalid(vec![Issue {
        place: Place::Pointer(place.to_owned()),
        message: format!("record {id} of {} {why}", target.def.name),
    }])
}

/// Gives an error without a place the pointer of the command that led to it.
fn at(error: Error, place: &str) -> Error {
    let nowhere = |issue: &Issue| issue.place == Place::Pointer(String::new());
    match (error.code(), error.issues()) {
        (Code::Invalid | Code::Conflict, []) => {
            let issue = Issue {
                place: Place::Pointer(place.to_owned()),
                message: error.detail().to_owned(),
            };
            error.at(vec![issue])
        }
        (_, issues) if issues.iter().any(nowhere) => {
            let mut issues = issues.to_vec();
            for issue in issues.iter_mut().filter(|issue| nowhere(issue)) {
                issue.place = Place::Pointer(place.to_owned());
            }
            error.at(issues)
        }
        _ => error,
    }
}
