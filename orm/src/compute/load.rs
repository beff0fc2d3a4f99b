//! Loads records for computations: their columns, the related records along the declared paths, and computed fields
//! without a column. The number of statements depends on the paths, not on the number of records.

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
    /// Records by id, those that exist, with their columns. A write locks them as `lock` says.
    fn records(
        &mut self,
        env: &mut Env<'_>,
        model: &ModelInfo,
        ids: &[i64],
        lock: Option<Lock>,
    ) -> Result<HashMap<i64, Record>>;

    /// The links of a relation to many, as sorted (owner, related) pairs.
    fn links(
        &mut self,
        env: &mut Env<'_>,
        model: &ModelInfo,
        field: FieldId,
        owners: &[i64],
    ) -> Result<Vec<(i64, i64)>>;

    /// Runs computations, which may read further records: a write lends them the records that it has in memory.
    fn with_pending<T>(&mut self, env: &mut Env<'_>, compute: impl FnOnce(&mut Env<'_>) -> T) -> T {
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
        Ok(rows
            .into_iter()
            .map(|(id, row)| (id, Record::new(model.def, row)))
            .collect())
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

/// Why a path is read, which decides what a write locks along it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// `loads`: values are taken as they are at the moment, and what is computed stays when they change. Nothing is
    /// locked.
    Snapshot,
    /// `depends`: what is computed follows these values. They are locked, so that a transaction which changes one of
    /// them waits, and then finds what was computed. Children need no locks: they change under the lock of their owner
    /// (`write/claim.rs`).
    Dependency,
    /// A constraint or a method decides by these values. All of them are locked.
    Decision,
}

/// What is read of records, as a tree of fields. A field without a column comes after those that it is computed from.
#[derive(Debug, Default, Clone)]
pub(crate) struct ReadTree(Vec<Branch>);

/// A field that is read, and what is read of the records that it leads to.
#[derive(Debug, Clone)]
struct Branch {
    field: FieldId,
    below: ReadTree,
    /// How the records that it leads to are locked.
    lock: Option<Lock>,
}

impl ReadTree {
    /// What these computed fields read.
    pub(crate) fn of(
        registry: &Registry,
        model: &ModelInfo,
        fields: impl IntoIterator<Item = FieldId>,
    ) -> Result<Self> {
        let mut tree = ReadTree::default();
        for field in fields {
            tree.add_made_of(registry, model, field, &[], Reading::Dependency)?;
        }
        Ok(tree)
    }

    /// What is read along these paths.
    pub(crate) fn along(
        registry: &Registry,
        model: &ModelInfo,
        paths: &[Vec<FieldId>],
        reading: Reading,
    ) -> Result<Self> {
        let mut tree = ReadTree::default();
        for path in paths {
            tree.add(registry, model, path, reading)?;
        }
        Ok(tree)
    }

    /// Adds the fields along a path, and what those without a column are computed from.
    fn add(&mut self, registry: &Registry, model: &ModelInfo, path: &[FieldId], reading: Reading) -> Result<()> {
        let Some((first, rest)) = path.split_first() else {
            return Ok(());
        };
        let info = &model.fields[*first];
        if info.via.is_some() || info.unstored {
            self.add_made_of(registry, model, *first, rest, reading)?;
        }
        // A record holds no value for an inherited field: that of the delegate's record is read.
        if info.via.as_ref().is_some_and(|via| via.inherited) {
            return Ok(());
        }
        let place = match self.0.iter().position(|branch| branch.field == *first) {
            Some(place) => place,
            None => {
                self.0.push(Branch {
                    field: *first,
                    below: ReadTree::default(),
                    lock: None,
                });
                self.0.len() - 1
            }
        };
        let locked = match reading {
            Reading::Snapshot => false,
            // Records at the end of a path are loaded, but not locked: what is computed depends on which they are, not
            // on what they hold.
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

    /// Adds what a computed field reads, or the path of a related or inherited one; `rest` is how the path goes on
    /// after it.
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
        for (paths, reading) in [(compute.depends, reading), (compute.loads, Reading::Snapshot)] {
            for names in paths {
                let path = registry.resolve_path(model, names).map_err(Error::internal)?;
                self.add(registry, model, &path, reading)?;
            }
        }
        match registry.rounding(model, field) {
            Some(path) => self.add(registry, model, &path, Reading::Snapshot),
            None => Ok(()),
        }
    }
}

/// Records by id, those that exist, with everything that `depends` names: one statement for each relation. `lock` is
/// how a write locks the records themselves.
pub(crate) fn load(
    env: &mut Env<'_>,
    store: &mut impl Store,
    model: &ModelInfo,
    ids: &[i64],
    depends: &ReadTree,
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

/// Loads the records that a relation leads to, and puts them into those that have it.
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
        // Another transaction has deleted a related record since this one read its id: run again.
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

/// The links of a relation, as (record, related) pairs; where the records themselves hold the ids, without a statement.
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

/// Fills in a related field with the value at the end of its path.
fn follow(record: &mut Record, field: FieldId, path: &[FieldId]) {
    let Some((end, at)) = values::end_of(record, path) else {
        return;
    };
    let (value, related) = (at.value(end).clone(), at.related(end).map(<[Record]>::to_vec));
    record.set(field, value);
    if let Some(related) = related {
        record.relate(field, related);
    }
}

/// Computes a field without a column for all these records.
fn compute(
    env: &mut Env<'_>,
    store: &mut impl Store,
    model: &ModelInfo,
    field: FieldId,
    records: &mut HashMap<i64, Record>,
) -> Result<()> {
    let loaded: Vec<&Record> = records.values().collect();
    let all = (0..loaded.len()).collect();
    let values = store.with_pending(env, |env| values(env, model, &loaded, &[(field, all)]))?;
    for (record, value) in records.values_mut().zip(values.into_iter().flatten()) {
        record.set(field, value);
    }
    Ok(())
}
