//! Commands on relations to many, in the order given. They touch records of that relation only: another record's child
//! is refused.

mod pairs;

use std::collections::BTreeSet;

use self::pairs::Pairs;
use super::claim::claim;
use super::recompute::ChangeSet;
use super::{create, delete, update};
use crate::command::{Command, Input, Values};
use crate::db::Lock;
use crate::def::Kind;
use crate::env::Env;
use crate::error::{Code, Error, Issue, Place, Result};
use crate::registry::{FieldId, ModelInfo};
use crate::value::Value;

/// Applies the commands of records that were just created. Children that are only created are made in one batch.
pub(super) fn apply_to_new(
    env: &mut Env<'_>,
    change_set: &mut ChangeSet,
    model: &ModelInfo,
    field: FieldId,
    given: Vec<(i64, Vec<Command>)>,
) -> Result<()> {
    let all = |wanted: fn(&Command) -> bool| given.iter().flat_map(|(_, commands)| commands).all(wanted);
    let many2many = matches!(model.fields[field].def.kind, Kind::Many2many { .. });
    if many2many && all(|command| matches!(command, Command::Link(_) | Command::Set(_))) {
        let pairs = given
            .into_iter()
            .flat_map(|(id, commands)| linked(commands).into_iter().map(move |other| (id, other)));
        return join(env, change_set, model, field, pairs.collect());
    }
    if !all(|command| matches!(command, Command::Create(_))) {
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
        if let Command::Create(mut values) = command {
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

/// Puts records into a many2many of new ones.
fn join(
    env: &mut Env<'_>,
    change_set: &mut ChangeSet,
    model: &ModelInfo,
    field: FieldId,
    pairs: Vec<(i64, i64)>,
) -> Result<()> {
    let (owners, others): (Vec<i64>, Vec<i64>) = pairs.iter().copied().unzip();
    change_set.changing(env, model, &[field], &owners, &[(field, others)])?;
    change_set.unit.add_pairs(env.registry.link(model, field)?, pairs);
    change_set.changed(env, model, &[field], &owners)
}

/// What a new many2many relation has after links and sets.
fn linked(commands: Vec<Command>) -> BTreeSet<i64> {
    commands.into_iter().fold(BTreeSet::new(), |mut linked, command| {
        match command {
            Command::Link(id) => {
                linked.insert(id);
            }
            Command::Set(ids) => linked = ids.into_iter().collect(),
            _ => {}
        }
        linked
    })
}

/// Applies commands on one record's relation.
pub(super) fn apply(
    env: &mut Env<'_>,
    change_set: &mut ChangeSet,
    model: &ModelInfo,
    field: FieldId,
    owner: i64,
    commands: Vec<Command>,
) -> Result<()> {
    change_set.store(env)?;
    change_set.give(model, [field].into_iter(), &[owner]);
    let name = model.fields[field].def.name;
    let place = change_set
        .unit
        .places
        .get(model, owner)
        .map(|place| format!("{place}/{name}"));
    let placed = commands.into_iter().enumerate().map(|(index, command)| {
        let place = place.as_ref().map(|place| format!("{place}/{index}"));
        (place.unwrap_or_default(), command)
    });
    match model.fields[field].def.kind {
        Kind::Many2many { .. } => {
            let mut pairs = Pairs::load(env, model, field, owner)?;
            for (place, command) in placed {
                pairs
                    .apply(env, change_set, command, &place)
                    .map_err(|error| at(error, &place))?;
            }
            pairs.store(env, change_set)
        }
        Kind::One2many { .. } => {
            let mut children = Children::load(env, model, field, owner)?;
            for (place, command) in placed {
                children
                    .apply(env, change_set, command, &place)
                    .map_err(|error| at(error, &place))?;
            }
            Ok(())
        }
        _ => Err(Error::internal("commands on a field that is no relation to many")),
    }
}

/// A one2many relation of one record.
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
        let ids = linked.into_iter().map(|(_, id)| id).collect();
        Ok(Children {
            target,
            inverse,
            name: info.def.name,
            owner,
            ids,
        })
    }

    fn apply(&mut self, env: &mut Env<'r>, change_set: &mut ChangeSet, command: Command, place: &str) -> Result<()> {
        let id_place = &id_place(place);
        match command {
            Command::Create(mut values) => {
                values.put(self.inverse, Input::Value(Value::Int(self.owner)));
                self.ids
                    .extend(create::create(env, change_set, self.target, vec![values])?);
                Ok(())
            }
            Command::Update(id, values) => {
                self.mine(change_set, id, id_place)?;
                update::update(env, change_set, self.target, &[id], values)
            }
            Command::Delete(id) => {
                self.mine(change_set, id, id_place)?;
                self.ids.remove(&id);
                delete::delete(env, change_set, self.target, &[id])
            }
            Command::Unlink(id) => {
                self.mine(change_set, id, id_place)?;
                self.release(env, change_set, &[id])
            }
            Command::Link(id) => self.adopt(env, change_set, &[id], id_place),
            Command::Clear => {
                let all: Vec<i64> = self.ids.iter().copied().collect();
                self.release(env, change_set, &all)
            }
            Command::Set(wanted) => {
                let others: Vec<i64> = self.ids.iter().copied().filter(|id| !wanted.contains(id)).collect();
                self.adopt(env, change_set, &wanted, place)?;
                self.release(env, change_set, &others)
            }
        }
    }

    fn mine(&self, change_set: &ChangeSet, id: i64, place: &str) -> Result<()> {
        match self.ids.contains(&id) {
            true => Ok(()),
            false => Err(foreign(change_set, self.name, self.target, id, place)),
        }
    }

    /// Takes children out: their inverse is emptied, or they are deleted where it is required.
    fn release(&mut self, env: &mut Env<'r>, change_set: &mut ChangeSet, ids: &[i64]) -> Result<()> {
        self.ids.retain(|id| !ids.contains(id));
        match (ids.is_empty(), self.target.fields[self.inverse].def.required) {
            (true, _) => Ok(()),
            (false, true) => delete::delete(env, change_set, self.target, ids),
            (false, false) => self.point(env, change_set, ids, Value::Null),
        }
    }

    /// Takes children in that belong to no other record.
    fn adopt(&mut self, env: &mut Env<'r>, change_set: &mut ChangeSet, ids: &[i64], place: &str) -> Result<()> {
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
            return Err(foreign(change_set, self.name, self.target, *id, place));
        }
        self.ids.extend(&new);
        self.point(env, change_set, &new, Value::Int(self.owner))
    }

    fn point(&self, env: &mut Env<'r>, change_set: &mut ChangeSet, ids: &[i64], to: Value) -> Result<()> {
        let values = Values {
            fields: vec![(self.inverse, Input::Value(to))],
            place: None,
        };
        update::update(env, change_set, self.target, ids, values)
    }
}

/// Where a command names its record.
fn id_place(command: &str) -> String {
    match command {
        "" => String::new(),
        command => format!("{command}/1"),
    }
}

/// The refusal of a command on a record that is not in the relation.
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

/// A refusal without a place, at the place of the command that led to it.
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
