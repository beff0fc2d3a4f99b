//! Loads records for computations: their columns, the related records along the declared paths, and values without a
//! column. The number of statements follows the paths, never the number of records.

use rustc_hash::FxHashMap as HashMap;

use super::{rows, values};
use crate::db::Lock;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::record::Record;
use crate::registry::{FieldId, FieldInfo, ModelInfo, Registry};
use crate::value::Value;

/// Where records come from: the database, or a write that has some of them in memory.
pub(crate) trait Store {
    /// Records by id, those that exist, with their columns; locked in this way where a write reads them.
    fn records(
        &mut self,
        env: &mut Env<'_>,
        model: &ModelInfo,
        ids: &[i64],
        lock: Option<Lock>,
    ) -> Result<HashMap<i64, Record>>;

    /// Which records a relation to many leads to, as pairs of ids, those of each record in order.
    fn links(
        &mut self,
        env: &mut Env<'_>,
        model: &ModelInfo,
        field: FieldId,
        owners: &[i64],
    ) -> Result<Vec<(i64, i64)>>;

    /// Runs computations, which may ask for more records.
    fn lend<T>(&mut self, env: &mut Env<'_>, compute: impl FnOnce(&mut Env<'_>) -> T) -> T {
        compute(env)
    }
}

/// The records of the database.
#[derive(Debug)]
pub(crate) struct Database;

impl Store for Database {
    fn records(
        &mut self,
        env: &mut Env<'_>,
        model: &ModelInfo,
        ids: &[i64],
        _: Option<Lock>,
    ) -> Result<HashMap<i64, Record>> {
        let rows = rows::load(env, model, ids, None)?;
        Ok(rows.into_iter().map(|(id, row)| (id, Record::new(row))).collect())
    }

    fn links(
        &mut self,
        env: &mut Env<'_>,
        model: &ModelInfo,
        field: FieldId,
        owners: &[i64],
    ) -> Result<Vec<(i64, i64)>> {
        let link = env.registry.link(model, field)?;
        let mut links = env.pairs(env.sql().links(link, owners)?)?;
        links.sort_unstable();
        Ok(links)
    }
}

/// Why a write reads along a path, and so what it locks of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// Values are taken as they are at the moment, and stay what they were when these change: `loads`. Locks nothing.
    Moment,
    /// What is computed follows them: `depends`. Whoever changes one of them afterwards must find what was computed, so
    /// it waits. Children need no locks: they change under their owner's (`write/claim.rs`).
    Dependency,
    /// A rule or a method decides by them. Locks all of them.
    Decision,
}

/// What is read of records, as a tree of fields. A field that has no column stands behind those that it is made of.
#[derive(Debug, Default, Clone)]
pub(crate) struct Depends(Vec<Branch>);

/// A field that is read, and what is read of the records that it leads to.
#[derive(Debug, Clone)]
struct Branch {
    field: FieldId,
    below: Depends,
    /// How the records that it leads to are locked.
    lock: Option<Lock>,
}

impl Depends {
    /// What these fields are made of.
    pub(crate) fn of(
        registry: &Registry,
        model: &ModelInfo,
        fields: impl IntoIterator<Item = FieldId>,
    ) -> Result<Self> {
        let mut tree = Depends::default();
        for field in fields {
            tree.add_made_of(registry, model, field, &[], Reading::Dependency)?;
        }
        Ok(tree)
    }

    /// What lies along these paths.
    pub(crate) fn along(
        registry: &Registry,
        model: &ModelInfo,
        paths: &[Vec<FieldId>],
        reading: Reading,
    ) -> Result<Self> {
        let mut tree = Depends::default();
        for path in paths {
            tree.add(registry, model, path, reading)?;
        }
        Ok(tree)
    }

    /// Adds the field at the end of a path, and what that one is made of.
    fn add(&mut self, registry: &Registry, model: &ModelInfo, path: &[FieldId], reading: Reading) -> Result<()> {
        let Some((first, rest)) = path.split_first() else {
            return Ok(());
        };
        let info = &model.fields[*first];
        if info.via.is_some() || info.unstored {
            self.add_made_of(registry, model, *first, rest, reading)?;
        }
        // An inherited field has no place of its own in the record.
        if info.via.as_ref().is_some_and(|via| via.inherited) {
            return Ok(());
        }
        let place = match self.0.iter().position(|branch| branch.field == *first) {
            Some(place) => place,
            None => {
                self.0.push(Branch {
                    field: *first,
                    below: Depends::default(),
                    lock: None,
                });
                self.0.len() - 1
            }
        };
        let locked = match reading {
            Reading::Moment => false,
            // What no path goes on behind is only named.
            Reading::Dependency => info.inverse.is_none() && !rest.is_empty(),
            Reading::Decision => true,
        };
        if locked {
            self.0[place].lock = Some(Lock::Shared);
        }
        match info.target {
            Some(target) => self.0[place].below.add(registry, registry.model(target), rest, reading),
            None => Ok(()),
        }
    }

    /// Adds what a field is made of; `rest` is where a path goes on behind it.
    fn add_made_of(
        &mut self,
        registry: &Registry,
        model: &ModelInfo,
        field: FieldId,
        rest: &[FieldId],
        reading: Reading,
    ) -> Result<()> {
        let info = &model.fields[field];
        if info.via.is_some() {
            let path = [&registry.expand_path(model, &[field]), rest].concat();
            return self.add(registry, model, &path, reading);
        }
        let Some(compute) = info.def.compute else {
            return Ok(());
        };
        for (paths, reading) in [(compute.depends, reading), (compute.loads, Reading::Moment)] {
            for names in paths {
                let path = registry.resolve_path(model, names).map_err(Error::internal)?;
                self.add(registry, model, &path, reading)?;
            }
        }
        Ok(())
    }
}

/// Records by id, those that exist, with what is read of them: one statement for each relation. `lock` is how a write
/// locks the records themselves.
pub(crate) fn load(
    env: &mut Env<'_>,
    store: &mut impl Store,
    model: &ModelInfo,
    ids: &[i64],
    depends: &Depends,
    lock: Option<Lock>,
) -> Result<HashMap<i64, Record>> {
    if ids.is_empty() {
        return Ok(HashMap::default());
    }
    let mut records = store.records(env, model, ids, lock)?;
    let registry = env.registry;
    for branch in &depends.0 {
        let field = &branch.field;
        let info = &model.fields[*field];
        if info.via.is_some() {
            let path = registry.expand_path(model, &[*field]);
            for record in records.values_mut() {
                follow(record, *field, &path);
            }
            continue;
        }
        if info.unstored {
            compute(env, store, model, *field, &mut records)?;
        }
        if let Some(target) = info.target.map(|target| registry.model(target)) {
            let links = links(env, store, model, *field, &records)?;
            relate(env, store, (branch, info), target, links, &mut records)?;
        }
    }
    Ok(records)
}

/// Gives records those that a relation leads to.
fn relate(
    env: &mut Env<'_>,
    store: &mut impl Store,
    (branch, info): (&Branch, &FieldInfo),
    target: &ModelInfo,
    links: Vec<(i64, i64)>,
    records: &mut HashMap<i64, Record>,
) -> Result<()> {
    let mut ids: Vec<i64> = links.iter().map(|(_, to)| *to).collect();
    ids.sort_unstable();
    ids.dedup();
    let related = load(env, store, target, &ids, &branch.below, branch.lock)?;
    if related.len() < ids.len() && info.is_many2one() && env.session.locks() {
        // Deleted by another write since this one read whom its records name.
        return Err(env.session.give_way());
    }
    let mut grouped: HashMap<i64, Vec<Record>> = HashMap::default();
    for (from, to) in links {
        grouped.entry(from).or_default().extend(related.get(&to).cloned());
    }
    for (id, record) in records {
        record.relate(branch.field, grouped.remove(id).unwrap_or_default());
    }
    Ok(())
}

/// Which records a relation leads to, as pairs of ids.
fn links(
    env: &mut Env<'_>,
    store: &mut impl Store,
    model: &ModelInfo,
    field: FieldId,
    records: &HashMap<i64, Record>,
) -> Result<Vec<(i64, i64)>> {
    let info = &model.fields[field];
    if info.is_x2many() && !info.unstored {
        let owners: Vec<i64> = records.keys().copied().collect();
        return store.links(env, model, field, &owners);
    }
    let held = records.iter().flat_map(|(id, record)| {
        let ids = match record.value(field) {
            Value::Ids(ids) => ids.as_slice(),
            Value::Int(to) => std::slice::from_ref(to),
            _ => &[],
        };
        ids.iter().map(|to| (*id, *to))
    });
    Ok(held.collect())
}

/// Puts in what stands at the end of a related field's path.
fn follow(record: &mut Record, field: FieldId, path: &[FieldId]) {
    let Some((end, at)) = end_of(record, path) else {
        return;
    };
    let (value, related) = (at.value(end).clone(), at.related(end).map(<[Record]>::to_vec));
    record.set(field, value);
    if let Some(related) = related {
        record.relate(field, related);
    }
}

/// The record behind the hops of a path, and the path's last field; `None` where a hop is empty.
pub(super) fn end_of<'a>(record: &'a Record, path: &[FieldId]) -> Option<(FieldId, &'a Record)> {
    let (end, hops) = path.split_last()?;
    let mut at = record;
    for hop in hops {
        at = at.related(*hop)?.first()?;
    }
    Some((*end, at))
}

/// Computes a field that has no column, of all records.
fn compute(
    env: &mut Env<'_>,
    store: &mut impl Store,
    model: &ModelInfo,
    field: FieldId,
    records: &mut HashMap<i64, Record>,
) -> Result<()> {
    let loaded: Vec<&Record> = records.values().collect();
    let all = (0..loaded.len()).collect();
    let values = store.lend(env, |env| values(env, model, &loaded, &[(field, all)]))?;
    for (record, value) in records.values_mut().zip(values.into_iter().flatten()) {
        record.set(field, value);
    }
    Ok(())
}
