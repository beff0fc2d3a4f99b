//! Stored computed fields: after a change, those that read what changed are computed again, in batches, in the order of
//! their dependencies, inside the transaction. Statements follow the dependency graph, not the number of records.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::rows;
use super::unit::Unit;
use crate::compute::Loaded;
use crate::def::{FieldDef, Kind, MONETARY_SCALE};
use crate::domain::{Domain, Op, Operand, Term, push_condition};
use crate::env::Env;
use crate::error::{Code, Error, Result};
use crate::field::{round, to_scaled};
use crate::registry::{FieldId, ModelId, ModelInfo};
use crate::sql::{Sql, quoted};
use crate::triggers::{Trigger, computed};
use crate::value::Value;

/// How many rounds a computation that reads itself through a relation may take: the deepest hierarchy.
const MOST_ROUNDS: usize = 1_000;

/// A write under way: its records in memory, and the computed fields that wait for their turn, with their records, by
/// layer, then model, then field.
#[derive(Debug, Default)]
pub(super) struct Queue {
    pub(super) unit: Unit,
    waiting: BTreeMap<(usize, ModelId, FieldId), BTreeSet<i64>>,
}

/// What a computation reads, as a tree of fields.
#[derive(Debug, Default)]
struct Depends(BTreeMap<FieldId, Depends>);

impl Queue {
    /// New records: all their computed fields, and those of records that have them as children.
    pub(super) fn created(&mut self, env: &mut Env<'_>, model: &ModelInfo, ids: &[i64]) -> Result<()> {
        let registry = env.registry;
        for field in computed(model) {
            self.push(env, (model.id, field), ids);
        }
        let inverses = (0..model.def.fields.len()).filter(|field| model.fields[*field].is_many2one());
        let fields: Vec<FieldId> = inverses
            .filter(|field| !registry.triggers().of(model.id, *field).is_empty())
            .collect();
        // Nothing else can refer to a record that has just been made.
        self.changed_where(env, model, &fields, ids, |trigger| !trigger.path.is_empty())
    }

    /// Fields of records changed, or are about to: called before a change too where the old value leads elsewhere.
    pub(super) fn changed(
        &mut self,
        env: &mut Env<'_>,
        model: &ModelInfo,
        fields: &[FieldId],
        ids: &[i64],
    ) -> Result<()> {
        self.changed_where(env, model, fields, ids, |_| true)
    }

    fn changed_where(
        &mut self,
        env: &mut Env<'_>,
        model: &ModelInfo,
        fields: &[FieldId],
        ids: &[i64],
        wanted: impl Fn(&Trigger) -> bool,
    ) -> Result<()> {
        let registry = env.registry;
        let mut reached: HashMap<(ModelId, &[FieldId]), Vec<i64>> = HashMap::new();
        for field in fields {
            for trigger in registry
                .triggers()
                .of(model.id, *field)
                .iter()
                .filter(|trigger| wanted(trigger))
            {
                let origin = trigger.computed.0;
                let found = match reached.entry((origin, trigger.path.as_slice())) {
                    Entry::Occupied(known) => known.into_mut(),
                    Entry::Vacant(new) => new.insert(reaching(
                        env,
                        &mut self.unit,
                        registry.model(origin),
                        &trigger.path,
                        ids,
                    )?),
                };
                self.push(env, trigger.computed, found);
            }
        }
        Ok(())
    }

    /// Records that are about to be deleted: nothing of theirs is computed any more.
    pub(super) fn gone(&mut self, model: &ModelInfo, ids: &BTreeSet<i64>) {
        for ((_, of, _), waiting) in &mut self.waiting {
            if *of == model.id {
                waiting.retain(|id| !ids.contains(id));
            }
        }
    }

    fn push(&mut self, env: &Env<'_>, (model, field): (ModelId, FieldId), ids: &[i64]) {
        if !ids.is_empty() {
            let layer = env.registry.triggers().layer((model, field));
            self.waiting.entry((layer, model, field)).or_default().extend(ids);
        }
    }

    /// Computes until nothing waits, and stores what is in memory.
    pub(super) fn run(mut self, env: &mut Env<'_>) -> Result<()> {
        for _ in 0..MOST_ROUNDS {
            let Some((&(layer, model, _), _)) = self.waiting.first_key_value() else {
                return self.unit.store(env);
            };
            // All fields of the model in this layer, in one go.
            let later = self.waiting.split_off(&(layer, model + 1, 0));
            let now = std::mem::replace(&mut self.waiting, later);
            let fields: Vec<FieldId> = now.keys().map(|(_, _, field)| *field).collect();
            let ids: BTreeSet<i64> = now.into_values().flatten().collect();
            let ids: Vec<i64> = ids.into_iter().collect();
            let model = env.registry.model(model);
            let (fields, records) = compute(env, &mut self.unit, model, &fields, &ids)?;
            self.changed(env, model, &fields, &records)?;
        }
        Err(Error::internal(
            "the computed fields do not come to rest: a hierarchy refers to itself",
        ))
    }
}

/// Computes these fields of these records and nothing that follows from them, those that others read first.
pub(super) fn only(env: &mut Env<'_>, mut fields: Vec<(ModelId, FieldId, Vec<i64>)>) -> Result<()> {
    let registry = env.registry;
    fields.sort_by_key(|(model, field, _)| registry.triggers().layer((*model, *field)));
    for (model, field, ids) in fields {
        let mut unit = Unit::default();
        compute(env, &mut unit, registry.model(model), &[field], &ids)?;
    }
    Ok(())
}

/// The records of `model` from which `path` leads to one of `ids`.
fn reaching(env: &mut Env<'_>, unit: &mut Unit, model: &ModelInfo, path: &[FieldId], ids: &[i64]) -> Result<Vec<i64>> {
    let registry = env.registry;
    match path {
        [] => return Ok(ids.to_vec()),
        // The parents of children in memory.
        [field] if let Some(inverse) = model.fields[*field].inverse => {
            let target = registry.target(model, *field);
            let parents: Option<Vec<&Value>> = ids.iter().map(|id| unit.value(target, *id, inverse)).collect();
            if let Some(parents) = parents {
                return Ok(parents.into_iter().filter_map(Value::id).collect());
            }
        }
        _ => {}
    }
    unit.store(env)?;
    let mut sql = Sql::new(registry, env.session.dialect());
    let (end, field) = registry.end_of(model, path);
    let id = registry.target(end, field).implicit("id");
    let path = path.iter().copied().chain([id]).collect();
    let operand = Operand::Many(ids.iter().map(|id| Value::Int(*id)).collect());
    let alias = sql.alias();
    sql.push(&format!(
        "SELECT {alias}.id FROM {} AS {alias} WHERE ",
        quoted(model.def.table)
    ));
    push_condition(
        &mut sql,
        registry.model(model.id),
        &alias,
        &Domain::Term(Term {
            path,
            op: Op::In,
            operand,
        }),
    )?;
    let mut found = Vec::new();
    env.session.query(&sql.finish(), |row| {
        found.extend(row.int(0)?);
        Ok(())
    })?;
    Ok(found)
}

/// Computes fields of records and stores what differs; answers the fields and the records that changed.
fn compute(
    env: &mut Env<'_>,
    unit: &mut Unit,
    model: &ModelInfo,
    fields: &[FieldId],
    ids: &[i64],
) -> Result<(Vec<FieldId>, Vec<i64>)> {
    let mut depends = Depends::default();
    for names in fields
        .iter()
        .filter_map(|field| model.def.fields[*field].compute)
        .flat_map(|compute| compute.depends)
    {
        depends.add(&env.registry.resolve_path(model, names).map_err(Error::internal)?);
    }
    let records = load(env, unit, model, ids, &depends)?;
    let mut changed: BTreeSet<FieldId> = BTreeSet::new();
    let mut updates = Vec::new();
    for (id, record) in records {
        let built = (model.def.ops.build)(&record);
        let values = (fields.iter())
            .map(|field| {
                normal(
                    (model.def.ops.compute)(built.as_ref(), *field),
                    &model.def.fields[*field],
                )
            })
            .collect::<Result<Vec<Value>>>()?;
        let differing: Vec<FieldId> = fields
            .iter()
            .zip(&values)
            .filter(|(field, value)| record.value(**field) != *value)
            .map(|(field, _)| *field)
            .collect();
        if !differing.is_empty() {
            updates.push((id, values));
        }
        changed.extend(differing);
    }
    let records = updates.iter().map(|(id, _)| *id).collect();
    unit.set(env, model, fields, updates)?;
    Ok((changed.into_iter().collect(), records))
}

/// A computed value as its column keeps it, so that it compares equal to what is stored.
fn normal(value: Value, field: &FieldDef) -> Result<Value> {
    let scale = match field.kind {
        Kind::Decimal { scale, .. } => scale,
        Kind::Monetary { .. } => MONETARY_SCALE,
        _ => return Ok(value),
    };
    match value {
        Value::Decimal(number) if to_scaled(number, scale).is_none() => Err(Error::new(
            Code::Invalid,
            format!("`{}` would be {number}, which is out of its range", field.name),
        )),
        Value::Decimal(number) => Ok(Value::Decimal(round(number, scale))),
        value => Ok(value),
    }
}

impl Depends {
    fn add(&mut self, path: &[FieldId]) {
        if let Some((first, rest)) = path.split_first() {
            self.0.entry(*first).or_default().add(rest);
        }
    }
}

/// Records with the relations that a computation reads, by id: one statement for each relation.
fn load(
    env: &mut Env<'_>,
    unit: &mut Unit,
    model: &ModelInfo,
    ids: &[i64],
    depends: &Depends,
) -> Result<HashMap<i64, Loaded>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut records = unit.load(env, model, ids)?;
    let registry = env.registry;
    for (field, below) in &depends.0 {
        let info = &model.fields[*field];
        let Some(target) = info.target.map(|target| registry.model(target)) else {
            continue;
        };
        let links = links(env, unit, model, *field, &records)?;
        let mut wanted: Vec<i64> = links.iter().map(|(_, to)| *to).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let related = load(env, unit, target, &wanted, below)?;
        let mut grouped: HashMap<i64, Vec<Loaded>> = HashMap::new();
        for (from, to) in links {
            grouped.entry(from).or_default().extend(related.get(&to).cloned());
        }
        for (id, record) in &mut records {
            record.relate(*field, grouped.remove(id).unwrap_or_default());
        }
    }
    Ok(records)
}

/// Which records a relation leads to, as pairs of ids.
fn links(
    env: &mut Env<'_>,
    unit: &mut Unit,
    model: &ModelInfo,
    field: FieldId,
    records: &HashMap<i64, Loaded>,
) -> Result<Vec<(i64, i64)>> {
    let info = &model.fields[field];
    let ids: Vec<i64> = records.keys().copied().collect();
    if info.is_x2many() {
        if unit.all_fresh(model, ids.iter().copied()) {
            return unit.fresh_links(model, field, &ids);
        }
        unit.store(env)?;
    }
    let in_ids = |column: &str| env.session.dialect().in_ids(&quoted(column));
    let text = match (info.def.kind, info.inverse) {
        (Kind::One2many { .. }, Some(inverse)) => {
            let target = env.registry.target(model, field);
            let inverse = target.fields[inverse].def.name;
            format!(
                "SELECT {}, id FROM {} WHERE {} ORDER BY id",
                quoted(inverse),
                quoted(target.def.table),
                in_ids(inverse)
            )
        }
        (
            Kind::Many2many {
                relation,
                column,
                target_column,
                ..
            },
            _,
        ) => {
            let (own, other) = (quoted(column), quoted(target_column));
            format!(
                "SELECT {own}, {other} FROM {} WHERE {} ORDER BY {other}",
                quoted(relation),
                in_ids(column)
            )
        }
        _ => {
            return Ok(records
                .iter()
                .filter_map(|(id, record)| Some((*id, record.value(field).id()?)))
                .collect());
        }
    };
    rows::pairs(env, text, &ids)
}
