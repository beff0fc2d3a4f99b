//! The steps of an import around the insert of its rows: columns that the file does not give are computed, ids and
//! sequences move on, and fields without a column are compared with the file.

use std::collections::BTreeMap;

use super::Compared;
use super::file::{File, Given};
use super::sorted::{Missing, PreparedImport, Table, ids, value};
use crate::def::Default;
use crate::env::Env;
use crate::error::{Code, Error, Result};
use crate::query;
use crate::registry::{FieldId, ModelId, ModelInfo};
use crate::write::recompute::{ChangeSet, Loaded};
use crate::write::{rows, sequence};

/// Called before the file's records are inserted: decides which writable computed fields of existing records, which are
/// going to read them, follow their computation, since nobody has written them.
pub(super) fn prepare(env: &mut Env<'_>, sorted: &PreparedImport<'_>) -> Result<ChangeSet> {
    let mut change_set = ChangeSet::default();
    for (model, amount, id) in &sorted.amounts {
        change_set.mark_money(env.registry.model(*model), std::slice::from_ref(amount), &[*id]);
    }
    for table in &sorted.tables {
        for field in read_by_others(env, table.model) {
            let entering = [(field, sorted.named_by(table, field)?)];
            change_set.before_change(env, table.model, &[field], &table.ids, &entering)?;
        }
    }
    for ((model, field), updates) in &sorted.updates {
        let ids: Vec<i64> = updates.keys().copied().collect();
        let entering = updates.values().filter_map(|(value, _)| value.id()).collect();
        change_set.before_change(env, env.registry.model(*model), &[*field], &ids, &[(*field, entering)])?;
    }
    Ok(change_set)
}

/// The stored relations of a model that computed fields read.
fn read_by_others(env: &Env<'_>, model: &ModelInfo) -> Vec<FieldId> {
    let leads = |field: &FieldId| model.fields[*field].target.is_some() && model.def.fields[*field].stored;
    let read = |field: &FieldId| !env.registry.dependencies().of(model.id, *field).is_empty();
    let relations = (0..model.def.fields.len()).filter(leads);
    relations.filter(read).collect()
}

/// Computes the stored columns that the file does not give, and computed fields of other records that read the file's
/// records; what the file gives stays as it is.
pub(super) fn compute(
    env: &mut Env<'_>,
    change_set: ChangeSet,
    sorted: &PreparedImport<'_>,
    missing: Missing,
) -> Result<()> {
    let mut loaded = Loaded::default();
    for (model, field, ids) in missing {
        loaded.lacking.entry((model, field)).or_default().extend(ids);
    }
    // Other records read new ones through the relations between them.
    let mut changes: BTreeMap<(ModelId, FieldId), Vec<i64>> = BTreeMap::new();
    for table in &sorted.tables {
        let model = table.model;
        loaded.records.entry(model.id).or_default().extend(&table.ids);
        let relations = read_by_others(env, model).into_iter();
        changes.extend(relations.map(|field| ((model.id, field), table.ids.clone())));
    }
    for ((model, field), updates) in &sorted.updates {
        changes.entry((*model, *field)).or_default().extend(updates.keys());
    }
    change_set.load(env, loaded, &changes)
}

/// Moves the model's ids past the highest one, and its sequences past the highest number in the fields that they
/// number.
pub(super) fn move_numbers(env: &mut Env<'_>, table: &Table<'_>) -> Result<()> {
    let model = table.model;
    env.session.batch(&env.session.dialect().move_ids(model.def.table))?;
    for (field, def) in rows::stored(model) {
        if let Default::Sequence(sequence) = def.default {
            sequence::move_past(env, &sequence, table.rows.iter().filter_map(|row| row[field].as_ref()))?;
        }
    }
    Ok(())
}

/// Refuses a hierarchy with records that cannot be reached from a root: some of them are their own ancestors.
pub(super) fn hierarchy(env: &mut Env<'_>, model: &ModelInfo) -> Result<()> {
    if model.parent.is_none() {
        return Ok(());
    }
    let lost = env.ids(env.sql().first_unrooted(model)?)?;
    match lost.first() {
        None => Ok(()),
        Some(id) => Err(Error::new(
            Code::Invalid,
            format!("record {id} of {} would be above itself", model.def.name),
        )),
    }
}

/// Compares the values that the file has for fields without a column with what they are in the database now.
pub(super) fn compare(env: &mut Env<'_>, file: &File<'_>, sorted: &PreparedImport<'_>) -> Result<Vec<Compared>> {
    let mut compared = Vec::new();
    for given in &file.tables {
        let columns: Vec<(usize, FieldId)> = (given.columns.iter().copied())
            .filter(|(_, field)| computed(env, given.model, *field))
            .collect();
        if columns.is_empty() || sorted.table(given.model.id).is_none() {
            continue;
        }
        compared.extend(compare_model(env, given, &columns)?);
    }
    Ok(compared)
}

/// Whether a field is compared, since nothing of the file is stored for it: it has no column, or stands for a field of
/// another record.
fn computed(env: &Env<'_>, model: &ModelInfo, field: FieldId) -> bool {
    let info = &model.fields[field];
    match (info.inherited(), model.delegate) {
        (Some(via), Some(delegate)) => computed(env, env.registry.target(model, delegate), via.split().1),
        _ => info.via.is_some() || !info.def.stored && (!info.is_x2many() || info.def.compute.is_some()),
    }
}

fn compare_model(env: &mut Env<'_>, given: &Given<'_>, columns: &[(usize, FieldId)]) -> Result<Vec<Compared>> {
    let model = given.model;
    let (mut nodes, mut readable) = (Vec::new(), Vec::new());
    let mut compared: Vec<Compared> = Vec::new();
    for (position, field) in columns {
        let name = model.fields[*field].def.name;
        let node = query::field_names(model, &[name.to_owned()]);
        compared.push(Compared {
            model: model.def.name,
            field: name,
            differing: node.is_ok().then_some(0),
        });
        if let Ok(node) = node {
            readable.push((compared.len() - 1, *position, *field));
            nodes.extend(node);
        }
    }
    if nodes.is_empty() {
        return Ok(compared);
    }
    let all: Vec<i64> = given.rows.iter().map(|(_, id, _)| *id).collect();
    let style = query::Style {
        plain: true,
        archived: true,
    };
    let records = query::read_tree(env, model, &all, &nodes, style)?;
    for ((_, _, cells), record) in given.rows.iter().zip(records) {
        let record: serde_json::Value =
            serde_json::from_slice(&record).map_err(|error| Error::internal(format!("a read record: {error}")))?;
        for (index, position, field) in &readable {
            let def = model.fields[*field].def;
            if !same(model, *field, &cells[*position], &record[def.name])
                && let Some(differing) = &mut compared[*index].differing
            {
                *differing += 1;
            }
        }
    }
    Ok(compared)
}

/// Whether two JSON values mean the same for a field.
fn same(model: &ModelInfo, field: FieldId, given: &serde_json::Value, read: &serde_json::Value) -> bool {
    let info = &model.fields[field];
    if info.is_x2many() {
        let sorted = |json| {
            ids(json).map(|mut ids| {
                ids.sort_unstable();
                ids
            })
        };
        return sorted(given) == sorted(read);
    }
    // A record is read as `[id, "name"]`.
    let read = if info.is_many2one() {
        read.get(0).unwrap_or(read)
    } else {
        read
    };
    match (value(&info.def.kind, given), value(&info.def.kind, read)) {
        (Ok(given), Ok(read)) => given == read,
        _ => given == read,
    }
}
