//! The records of one write that are in memory: new ones wait here, so that what is computed of them goes into their
//! first and only insert. Whatever must see them in the database stores them first.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::rows;
use crate::compute::Loaded;
use crate::compute::load::{Database, Store};
use crate::def::Kind;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::registry::{FieldId, ModelId, ModelInfo};
use crate::value::Value;

/// A relation table and its two columns.
type PairTable = (&'static str, [&'static str; 2]);

/// What is in memory, and what of it the database does not have yet.
#[derive(Debug, Default)]
pub(super) struct Unit {
    rows: HashMap<(ModelId, i64), Vec<Value>>,
    /// New records in the order in which they refer to each other.
    waiting: Vec<(ModelId, Vec<i64>)>,
    fresh: BTreeSet<(ModelId, i64)>,
    /// New pairs.
    pairs: BTreeMap<PairTable, Vec<(i64, i64)>>,
    last_ids: HashMap<ModelId, i64>,
}

impl Unit {
    /// Takes new records in, `rows` holding a value for each of their columns; answers their ids.
    pub(super) fn add(&mut self, env: &mut Env<'_>, model: &ModelInfo, rows: Vec<Vec<Value>>) -> Result<Vec<i64>> {
        let ids = rows::reserve_ids(env, model, self.last_ids.get(&model.id).copied(), rows.len())?;
        self.last_ids.extend(ids.last().map(|last| (model.id, *last)));
        for (id, mut row) in ids.iter().zip(rows) {
            row[model.implicit("id")] = Value::Int(*id);
            self.rows.insert((model.id, *id), row);
            self.fresh.insert((model.id, *id));
        }
        self.waiting.push((model.id, ids.clone()));
        Ok(ids)
    }

    /// Takes new pairs in.
    pub(super) fn add_pairs(&mut self, table: &'static str, columns: [&'static str; 2], pairs: Vec<(i64, i64)>) {
        self.pairs.entry((table, columns)).or_default().extend(pairs);
    }

    /// Stores what the database does not have yet.
    pub(super) fn store(&mut self, env: &mut Env<'_>) -> Result<()> {
        let registry = env.registry;
        for (model, ids) in std::mem::take(&mut self.waiting) {
            let model = registry.model(model);
            let fields: Vec<FieldId> = rows::stored(model).into_iter().map(|(field, _)| field).collect();
            let rows: Vec<Vec<Value>> = (ids.iter().filter_map(|id| self.rows.get(&(model.id, *id))))
                .map(|row| fields.iter().map(|field| row[*field].clone()).collect())
                .collect();
            rows::insert(env, model, &fields, &rows)?;
        }
        self.fresh.clear();
        for ((table, columns), pairs) in std::mem::take(&mut self.pairs) {
            rows::insert_pairs(env, table, columns, &pairs)?;
        }
        Ok(())
    }

    /// Stores what waits, and forgets what is in memory: rows are about to be changed in the database.
    pub(super) fn settle(&mut self, env: &mut Env<'_>) -> Result<()> {
        self.store(env)?;
        self.rows.clear();
        Ok(())
    }

    /// Whether none of these records is in the database yet.
    fn all_fresh(&self, model: &ModelInfo, ids: impl IntoIterator<Item = i64>) -> bool {
        ids.into_iter().all(|id| self.fresh.contains(&(model.id, id)))
    }

    /// The value of a field of a record in memory.
    pub(super) fn value(&self, model: &ModelInfo, id: i64, field: FieldId) -> Option<&Value> {
        self.rows.get(&(model.id, id)).and_then(|row| row.get(field))
    }

    /// Sets fields of records: in memory where they wait to be stored, in the database as well where it has them.
    pub(super) fn set(
        &mut self,
        env: &mut Env<'_>,
        model: &ModelInfo,
        fields: &[FieldId],
        rows: Vec<(i64, Vec<Value>)>,
    ) -> Result<()> {
        for (id, values) in &rows {
            if let Some(row) = self.rows.get_mut(&(model.id, *id)) {
                for (field, value) in fields.iter().zip(values) {
                    row[*field] = value.clone();
                }
            }
        }
        let stored: Vec<(i64, Vec<Value>)> = rows
            .into_iter()
            .filter(|(id, _)| !self.fresh.contains(&(model.id, *id)))
            .collect();
        rows::update(env, model, fields, &stored)
    }

    /// Which records a relation to many of new records leads to, as pairs of ids.
    fn fresh_links(&self, model: &ModelInfo, field: FieldId, owners: &[i64]) -> Result<Vec<(i64, i64)>> {
        let info = &model.fields[field];
        match (info.def.kind, info.target, info.inverse) {
            (Kind::One2many { .. }, Some(target), Some(inverse)) => {
                let children = self.fresh.range((target, i64::MIN)..=(target, i64::MAX));
                let owner = |id: &i64| self.rows.get(&(target, *id)).and_then(|row| row[inverse].id());
                let pairs = children.filter_map(|(_, id)| Some((owner(id)?, *id)));
                Ok(pairs.filter(|(owner, _)| owners.contains(owner)).collect())
            }
            (
                Kind::Many2many {
                    relation,
                    column,
                    target_column,
                    ..
                },
                ..,
            ) => {
                let pairs = self
                    .pairs
                    .get(&(relation, [column, target_column]))
                    .map_or(&[][..], Vec::as_slice);
                Ok(pairs
                    .iter()
                    .copied()
                    .filter(|(owner, _)| owners.contains(owner))
                    .collect())
            }
            _ => Err(Error::internal(format!("{} is no relation to many", info.def.name))),
        }
    }
}

impl Store for Unit {
    /// Read from the database unless they are in memory.
    fn records(&mut self, env: &mut Env<'_>, model: &ModelInfo, ids: &[i64]) -> Result<HashMap<i64, Loaded>> {
        let missing: Vec<i64> = ids
            .iter()
            .copied()
            .filter(|id| !self.rows.contains_key(&(model.id, *id)))
            .collect();
        if !missing.is_empty() {
            self.rows.extend(
                rows::load(env, model, &missing)?
                    .into_iter()
                    .map(|(id, row)| ((model.id, id), row)),
            );
        }
        let known = |id: &i64| {
            self.rows
                .get(&(model.id, *id))
                .map(|row| (*id, Loaded::new(row.clone())))
        };
        Ok(ids.iter().filter_map(known).collect())
    }

    fn links(
        &mut self,
        env: &mut Env<'_>,
        model: &ModelInfo,
        field: FieldId,
        owners: &[i64],
    ) -> Result<Vec<(i64, i64)>> {
        if self.all_fresh(model, owners.iter().copied()) {
            return self.fresh_links(model, field, owners);
        }
        self.store(env)?;
        Database.links(env, model, field, owners)
    }
}
