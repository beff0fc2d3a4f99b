//! Commands on relations to many. They are applied in the order given, those together that do not depend on each other
//! (`steps.rs`). They change only records of that relation: a command on another record's child is refused.

mod children;
mod pairs;
mod steps;

use std::collections::BTreeSet;

use self::children::Children;
use self::pairs::Many2manyChange;
use self::steps::steps;
use super::constraints::at;
use super::create;
use super::recompute::ChangeSet;
use crate::command::{Action, Command, Input};
use crate::def::Kind;
use crate::env::Env;
use crate::error::{Error, Issue, Place, Result};
use crate::registry::{FieldId, ModelInfo};
use crate::value::Value;

/// Lists of commands, each with the record whose relation it is about.
pub(super) type Lists = Vec<(i64, Vec<Command>)>;

/// Applies the commands on one relation of records that were just created. Where they all only create children, or only
/// link records to a many2many, they are applied in one batch.
pub(super) fn apply_to_new(
    env: &mut Env<'_>,
    change_set: &mut ChangeSet,
    model: &ModelInfo,
    field: FieldId,
    given: Lists,
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
        return apply(env, change_set, model, field, given);
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

/// Applies the commands on one relation of records, given by record. Commands of one kind are applied together.
pub(super) fn apply(
    env: &mut Env<'_>,
    change_set: &mut ChangeSet,
    model: &ModelInfo,
    field: FieldId,
    given: Lists,
) -> Result<()> {
    change_set.store(env)?;
    let owners: Vec<i64> = given.iter().map(|(owner, _)| *owner).collect();
    change_set.mark_given(model, [field].into_iter(), &owners);
    let target = env.registry.target(model, field);
    match model.fields[field].def.kind {
        Kind::Many2many { .. } => {
            for (owner, commands) in &given {
                (commands.iter()).for_each(|command| note_links(change_set, model, field, *owner, command));
            }
            let mut pairs = Many2manyChange::load(env, model, field, &owners)?;
            in_steps(target, given, |step| pairs.apply(env, change_set, step))?;
            pairs.store(env, change_set)
        }
        Kind::One2many { .. } => {
            let mut children = Children::load(env, &mut change_set.unit, model, field, &owners)?;
            in_steps(target, given, |step| children.apply(env, change_set, step))
        }
        _ => Err(Error::internal("commands on a field that is no relation to many")),
    }
}

/// Applies commands step by step. An error without a place of its own gets that of its step.
fn in_steps(target: &ModelInfo, given: Lists, mut apply: impl FnMut(Vec<(i64, Command)>) -> Result<()>) -> Result<()> {
    for step in steps(target, given) {
        let place = place(&step);
        apply(step).map_err(|error| at(error, &place))?;
    }
    Ok(())
}

/// Where the body has commands that are applied together: the command, or the list of several ones.
fn place(step: &[(i64, Command)]) -> String {
    match step {
        [(_, command)] => command.place.command.clone(),
        [(_, first), ..] => {
            let list = first.place.command.rsplit_once('/');
            list.map_or(String::new(), |(list, _)| list.to_owned())
        }
        [] => String::new(),
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
