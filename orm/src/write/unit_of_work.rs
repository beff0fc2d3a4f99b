//! The unit of work of a write: its records in memory. New records are inserted late, so that their computed values are
//! part of their only INSERT. Code that must find them in the database has them inserted first.

mod changes;
mod kept;
mod links;
mod pending;
mod set;

pub(super) use pending::take_pending;
pub(crate) use pending::with_unit;

use std::collections::{BTreeMap, BTreeSet};
use std::mem;
use std::sync::Arc;

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use self::changes::Changes;
use super::constraints::{self, Pointers};
use super::query_cache::{QueryCache, SearchKey};
use super::{rows, trail};
use crate::db::Lock;
use crate::def::{FieldDef, Kind};
use crate::dependencies::{Computed, other_sides};
use crate::env::Env;
use crate::error::{Error, Result};
use crate::record::Record;
use crate::registry::{FieldId, Link, ModelId, ModelInfo, Registry};
use crate::value::Value;

/// With more rows than this in memory, a recomputation of very many records forgets those that are stored.
const MOST_ROWS: usize = 10_000;

/// The rows in memory, and which rows and many2many pairs are not inserted yet.
#[derive(Debug, Default)]
pub(crate) struct UnitOfWork {
    /// The JSON pointers of the records that the body describes.
    pub(super) pointers: Pointers,
    rows: HashMap<(ModelId, i64), Arc<Vec<Value>>>,
    /// New records that are not inserted yet, each after those that it refers to.
    waiting: Vec<(ModelId, Vec<i64>)>,
    fresh: BTreeSet<(ModelId, i64)>,
    /// Many2many pairs that are not inserted yet.
    pairs: BTreeMap<Link, Vec<(i64, i64)>>,
    /// Many2many pairs that this write has added.
    added: HashSet<(Link, (i64, i64))>,
    /// Changes of stored rows that are not updated yet.
    changes: Changes,
    query_cache: QueryCache,
    /// Writable computed fields of records that writes within this one have given a value.
    pub(super) given_within: Vec<(Computed, i64)>,
}

impl UnitOfWork {
    /// Adds new records, to be inserted later; each row has a value for each field of the definition. Answers their
    /// ids.
    pub(super) fn add(&mut self, env: &mut Env<'_>, model: &ModelInfo, rows: Vec<Vec<Value>>) -> Result<Vec<i64>> {
        let ids = rows::reserve_ids(env, model, rows.len())?;
        for (id, mut row) in ids.iter().zip(rows) {
            row[model.implicit("id")] = Value::Int(*id);
            self.rows.insert((model.id, *id), Arc::new(row));
            self.fresh.insert((model.id, *id));
        }
        env.hold(model, ids.iter().copied(), Lock::Deletion);
        self.waiting.push((model.id, ids.clone()));
        Ok(ids)
    }

    /// Adds many2many pairs, to be inserted later.
    pub(super) fn add_pairs(&mut self, link: Link, pairs: Vec<(i64, i64)>) {
        self.note_added(link, &pairs);
        if !pairs.is_empty() {
            self.pairs.entry(link).or_default().extend(pairs);
        }
    }

    /// Notes many2many pairs that this write adds.
    pub(super) fn note_added(&mut self, link: Link, pairs: &[(i64, i64)]) {
        self.added.extend(pairs.iter().map(|pair| (link, *pair)));
    }

    /// Whether this write has added a many2many pair, from whichever side.
    pub(super) fn has_added(&self, link: Link, (own, other): (i64, i64)) -> bool {
        self.added.contains(&(link, (own, other))) || self.added.contains(&(link.reversed(), (other, own)))
    }

    /// Inserts and updates everything that waits; an error where a required value is still to be computed.
    pub(super) fn store(&mut self, env: &mut Env<'_>) -> Result<()> {
        self.store_ready(env)?;
        self.store_changes(env)?;
        match self.waiting.first() {
            None => Ok(()),
            Some((model, _)) => Err(Error::internal(format!(
                "{}: a required field was not computed",
                env.registry.model(*model).def.name
            ))),
        }
    }

    /// Inserts what can be inserted: not rows whose required value is still to be computed, nor rows that refer to
    /// those. Pairs wait until no row does.
    pub(super) fn store_ready(&mut self, env: &mut Env<'_>) -> Result<()> {
        let registry = env.registry;
        let mut held: HashSet<(ModelId, i64)> = HashSet::default();
        for (of, ids) in mem::take(&mut self.waiting) {
            let model = registry.model(of);
            let (later, now): (Vec<i64>, Vec<i64>) = ids.into_iter().partition(|id| self.waits(model, *id, &held));
            let given: Vec<(i64, &[Value])> = (now.iter())
                .filter_map(|id| Some((*id, self.rows.get(&(of, *id))?.as_slice())))
                .collect();
            constraints::before_storing(env, &self.pointers, model, &given, None)?;
            let fields: Vec<FieldId> = rows::stored(model).into_iter().map(|(field, _)| field).collect();
            let value = |row: &[Value], field: FieldId| match &row[field] {
                Value::Null => stand_in(model, field).unwrap_or(Value::Null),
                value => value.clone(),
            };
            let rows: Vec<Vec<Value>> = (now.iter().filter_map(|id| self.rows.get(&(of, *id))))
                .map(|row| fields.iter().map(|field| value(row, *field)).collect())
                .collect();
            rows::insert(env, model, &fields, &rows)?;
            for id in now {
                self.fresh.remove(&(of, id));
                if let Some(row) = self.rows.get(&(of, id)) {
                    let request = self.pointers.get(model, id).and_then(trail::request_at);
                    env.trail.created(model, id, row, request);
                }
            }
            if !later.is_empty() {
                held.extend(later.iter().map(|id| (of, *id)));
                self.waiting.push((of, later));
            }
        }
        if held.is_empty() {
            for (link, pairs) in mem::take(&mut self.pairs) {
                rows::insert_pairs(env, link, &pairs)?;
                env.trail.related(env.registry, link, &pairs, true);
            }
        }
        Ok(())
    }

    /// The cached answer of a search; `None` where there is none, or the database has changed since.
    pub(super) fn found(&self, env: &Env<'_>, question: &SearchKey) -> Option<Vec<i64>> {
        self.query_cache.found(env, question)
    }

    /// Caches the answer of a search.
    pub(super) fn note(&mut self, env: &Env<'_>, question: SearchKey, ids: &[i64]) {
        self.query_cache.note(env, question, ids);
    }

    /// Whether a new row cannot be inserted before more of it is computed.
    pub(super) fn lacks(&self, registry: &Registry) -> bool {
        let none = HashSet::default();
        self.waiting
            .iter()
            .any(|(model, ids)| ids.iter().any(|id| self.waits(registry.model(*model), *id, &none)))
    }

    fn waits(&self, model: &ModelInfo, id: i64, held: &HashSet<(ModelId, i64)>) -> bool {
        let Some(row) = self.rows.get(&(model.id, id)) else {
            return false;
        };
        let lacking = |field: FieldId| {
            let def = &model.def.fields[field];
            row[field].is_null() && def.required && def.compute.is_some() && stand_in(model, field).is_none()
        };
        let refers = |field: FieldId| {
            let target = model.fields[field].target.zip(row[field].id());
            target.is_some_and(|target| held.contains(&target))
        };
        (0..row.len()).any(|field| lacking(field) || !held.is_empty() && refers(field))
    }

    /// Called when another write begins within this one: stores what it can, and forgets stored rows, which the inner
    /// write may change.
    pub(super) fn suspend(&mut self, env: &mut Env<'_>) -> Result<()> {
        self.store_ready(env)?;
        self.store_changes(env)?;
        self.forget_stored();
        Ok(())
    }

    fn forget_stored(&mut self) {
        let (fresh, changes) = (&self.fresh, &self.changes);
        let is_changed = |(model, id): &(ModelId, i64)| changes.get(model).is_some_and(|ids| ids.contains_key(id));
        self.rows.retain(|key, _| fresh.contains(key) || is_changed(key));
    }

    /// Forgets stored rows and links where there are very many in memory.
    pub(super) fn trim(&mut self) {
        if self.rows.len() > MOST_ROWS {
            self.forget_stored();
        }
        self.query_cache.trim(MOST_ROWS);
    }

    /// Stores what waits, and forgets all rows in memory: statements change, or have changed, rows in the database.
    pub(super) fn flush_and_clear(&mut self, env: &mut Env<'_>) -> Result<()> {
        self.store(env)?;
        self.rows.clear();
        Ok(())
    }

    /// Whether nothing waits to be inserted.
    pub(super) fn is_stored(&self) -> bool {
        self.waiting.is_empty() && self.pairs.is_empty()
    }

    /// Whether all of these records wait to be inserted.
    pub(super) fn all_fresh(&self, model: &ModelInfo, ids: impl IntoIterator<Item = i64>) -> bool {
        ids.into_iter().all(|id| self.fresh.contains(&(model.id, id)))
    }

    /// Records by id, those that exist: from memory, else from the database. With `lock`, a record that is not locked
    /// as strongly yet is locked and read again, since another transaction may have changed it.
    pub(crate) fn load(
        &mut self,
        env: &mut Env<'_>,
        model: &ModelInfo,
        ids: &[i64],
        lock: Option<Lock>,
    ) -> Result<HashMap<i64, Record>> {
        let lock = lock.filter(|_| env.session.locks());
        let is_known = |id: &i64| self.rows.contains_key(&(model.id, *id)) && env.held(model, *id) >= lock;
        let missing: Vec<i64> = ids.iter().copied().filter(|id| !is_known(id)).collect();
        if !missing.is_empty() {
            if self.is_changed(model, &missing) {
                self.store_changes(env)?;
            }
            let lock = lock.filter(|lock| missing.iter().any(|id| env.held(model, *id) < Some(*lock)));
            let rows = rows::load(env, model, &missing, lock)?;
            if lock.is_some() {
                // Taking the lock may have meant waiting: rows in memory that are not locked may be outdated by now.
                self.rows
                    .retain(|(of, id), _| env.held(env.registry.model(*of), *id).is_some());
            }
            self.rows
                .extend(rows.into_iter().map(|(id, row)| ((model.id, id), Arc::new(row))));
        }
        let known = |id: &i64| {
            self.rows
                .get(&(model.id, *id))
                .map(|row| (*id, Record::shared(model.def, row.clone())))
        };
        Ok(ids.iter().filter_map(known).collect())
    }

    /// Adds a row as if it had been read: it is not read from the database later.
    pub(crate) fn preload(&mut self, record: (ModelId, i64), row: Arc<Vec<Value>>) {
        self.rows.insert(record, row);
    }

    /// The row of a record in memory.
    pub(crate) fn row(&self, record: (ModelId, i64)) -> Option<Arc<Vec<Value>>> {
        self.rows.get(&record).cloned()
    }

    /// Sets a field of a row in memory, but not in the database; answers the old value.
    pub(crate) fn set_in_memory(&mut self, model: &ModelInfo, id: i64, field: FieldId, value: Value) -> Value {
        match self.rows.get_mut(&(model.id, id)).map(Arc::make_mut) {
            Some(row) => mem::replace(&mut row[field], value),
            None => Value::Null,
        }
    }

    /// The value of a field of a record in memory.
    pub(super) fn value(&self, model: &ModelInfo, id: i64, field: FieldId) -> Option<&Value> {
        self.rows.get(&(model.id, id)).and_then(|row| row.get(field))
    }

    /// The values of a field of records; `None` unless all of them are in memory.
    pub(super) fn values(&self, model: &ModelInfo, field: FieldId, ids: &[i64]) -> Option<Vec<&Value>> {
        ids.iter().map(|id| self.value(model, *id, field)).collect()
    }

    /// Replaces the related records of a many2many: `wanted` lists them by owner.
    pub(super) fn set_pairs(
        &mut self,
        env: &mut Env<'_>,
        model: &ModelInfo,
        field: FieldId,
        wanted: Vec<(i64, Vec<i64>)>,
    ) -> Result<()> {
        let link = env.registry.link(model, field)?;
        let owners: HashSet<i64> = wanted.iter().map(|(owner, _)| *owner).collect();
        let stored: Vec<i64> = (wanted.iter().map(|(owner, _)| *owner))
            .filter(|owner| !self.fresh.contains(&(model.id, *owner)))
            .collect();
        if !stored.is_empty() {
            self.note_removed(env, model, field, link, &stored)?;
            env.execute(env.sql().delete_pairs(link, &stored)?)?;
        }
        if has_domain(env.registry, model, field) {
            let added = (wanted.iter()).flat_map(|(owner, ids)| ids.iter().map(|id| (*owner, *id)));
            self.note_added(link, &added.collect::<Vec<_>>());
        }
        let pairs = self.pairs.entry(link).or_default();
        pairs.retain(|(owner, _)| !owners.contains(owner));
        for (owner, ids) in wanted {
            pairs.extend(ids.into_iter().map(|id| (owner, id)));
        }
        self.pairs.retain(|_, pairs| !pairs.is_empty());
        Ok(())
    }
}

/// Whether a many2many has a `domain`, from whichever side.
fn has_domain(registry: &Registry, model: &ModelInfo, field: FieldId) -> bool {
    let others = other_sides(registry, model, field);
    let of = |(model, field): (ModelId, FieldId)| registry.model(model).fields[field].def.domain;
    model.fields[field].def.domain.is_some() || others.into_iter().any(|side| of(side).is_some())
}

/// A placeholder for a required field that is still to be computed, where its row must be inserted before. There is
/// none for a reference, nor for a field of a unique constraint or a check, which would judge the placeholder.
fn stand_in(model: &ModelInfo, field: FieldId) -> Option<Value> {
    let FieldDef {
        name,
        kind,
        required,
        compute,
        ..
    } = &model.def.fields[field];
    let unique = || model.def.uniques.iter().any(|unique| unique.fields.contains(name));
    let checked = || {
        model
            .def
            .checks
            .iter()
            .any(|check| check.condition.fields().contains(name))
    };
    if !required || compute.is_none() || unique() || checked() {
        return None;
    }
    Some(match kind {
        Kind::Bool => Value::Bool(false),
        Kind::Int | Kind::BigInt => Value::Int(0),
        Kind::Float => Value::Float(0.0),
        Kind::Decimal { .. } | Kind::Monetary { .. } => Value::Decimal(0.into()),
        Kind::Selection { items } => Value::Text(items.first()?.value.to_owned()),
        Kind::Date => Value::Date(chrono::NaiveDate::default()),
        Kind::DateTime => Value::DateTime(chrono::NaiveDateTime::default()),
        Kind::Binary => Value::Binary(Vec::new()),
        Kind::Json { .. } => Value::Json(serde_json::Value::Null),
        Kind::Char { .. } | Kind::Text | Kind::Html => Value::Text(String::new()),
        _ => return None,
    })
}
