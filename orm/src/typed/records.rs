//! Recordsets: records of one model by their ids, for the code of model authors. Each change is part of the caller's
//! transaction and complete when it returns, with its computed fields.

use std::collections::HashMap;
use std::fmt;
use std::marker::PhantomData;

use super::Model;
use crate::domain::Domain;
use crate::env::Env;
use crate::error::{Code, Error, Result};
use crate::query;
use crate::registry::ModelInfo;
use crate::write;

/// Records of `M`, as ids in an order.
pub struct Records<M> {
    ids: Vec<i64>,
    model: PhantomData<fn() -> M>,
}

impl<M: Model> Records<M> {
    /// The records with these ids. Whether they exist is not checked.
    pub fn new(ids: impl Into<Vec<i64>>) -> Self {
        Records {
            ids: ids.into(),
            model: PhantomData,
        }
    }

    /// Creates records; answers them in the order given.
    ///
    /// # Errors
    /// When the database or a constraint of the model refuses them.
    pub fn create(env: &mut Env<'_>, records: Vec<M::Create>) -> Result<Self> {
        let model = model::<M>(env)?;
        let values = |input: M::Create| env.registry.placed(model, input.into());
        let values = records.into_iter().map(values).collect::<Result<_>>()?;
        write::create_values(env, model, values).map(Self::new)
    }

    /// The records that match, in the model's order. Archived ones are left out, unless the filter names `active`.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn search(env: &mut Env<'_>, filter: M::Filter) -> Result<Self> {
        Self::select(env, filter, "", None)
    }

    /// The id of the first record that matches, in this order (`"date desc, id"`; empty: the model's own order).
    ///
    /// # Errors
    /// As [`Records::select`].
    pub fn first(env: &mut Env<'_>, filter: M::Filter, order: &str) -> Result<Option<i64>> {
        Ok(Self::select(env, filter, order, Some(1))?.ids.first().copied())
    }

    /// The records that match, at most `limit`, in this order (`"date desc, id"`; empty: the model's own order).
    /// Archived ones are left out as in [`Records::search`].
    ///
    /// # Errors
    /// When the order names no sortable field, or the database cannot be read.
    pub fn select(env: &mut Env<'_>, filter: M::Filter, order: &str, limit: Option<usize>) -> Result<Self> {
        let model = model::<M>(env)?;
        let domain: Domain = filter.into();
        let domain = domain.placed(env.registry, model)?;
        let order = match order {
            "" => Vec::new(),
            order => query::parse_order(env.registry, model, order).map_err(Error::internal)?,
        };
        let ids = write::search(env, model, domain, order, limit)?;
        Ok(Self::new(ids))
    }

    /// The ids, in order.
    pub fn ids(&self) -> &[i64] {
        &self.ids
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The id of the only record.
    ///
    /// # Errors
    /// 422 when there is none, or more than one.
    pub fn one(&self) -> Result<i64> {
        match self.ids.as_slice() {
            [id] => Ok(*id),
            ids => Err(Error::new(
                Code::Invalid,
                format!("one record of {} is needed, {} are given", M::NAME, ids.len()),
            )),
        }
    }

    /// Loads the records in the order of the ids: all their columns, and along `paths` related records and fields
    /// without a column. Takes one statement for each relation.
    ///
    /// # Errors
    /// 404 for an id without a record; a path that does not exist is a defect.
    pub fn load(&self, env: &mut Env<'_>, paths: &[&str]) -> Result<Vec<M>> {
        let model = model::<M>(env)?;
        let paths = paths.iter().map(|path| {
            let names: Vec<&str> = path.split('.').collect();
            env.registry.resolve_path(model, &names).map_err(Error::internal)
        });
        let paths = paths.collect::<Result<Vec<_>>>()?;
        let loaded = write::load_records(env, model, &self.ids, &paths)?;
        let record = |id: &i64| loaded.get(id).map(M::load).ok_or_else(|| write::no_record(model, *id));
        self.ids.iter().map(record).collect()
    }

    /// The pairs of ids of a relation to many: a record, and a related one; archived ones too. Takes one statement.
    ///
    /// # Errors
    /// When the database cannot be read; a relation that does not exist is a defect.
    pub fn links(&self, env: &mut Env<'_>, relation: &str) -> Result<Vec<(i64, i64)>> {
        let model = model::<M>(env)?;
        let field = (model.field(relation)).filter(|field| model.fields[*field].is_x2many());
        let field = field.ok_or_else(|| Error::internal(format!("{} has no relation `{relation}`", M::NAME)))?;
        write::links(env, model, field, &self.ids)
    }

    /// The display names of those of the records that exist, by id.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn display_names(&self, env: &mut Env<'_>) -> Result<HashMap<i64, String>> {
        query::display_names(env, model::<M>(env)?, &self.ids)
    }

    /// Sets the same values on all records; fields that are `None` stay as they are.
    ///
    /// # Errors
    /// When the database or a constraint of the model refuses them.
    pub fn write(&self, env: &mut Env<'_>, values: M::Update) -> Result<()> {
        let model = model::<M>(env)?;
        let values = env.registry.placed(model, values.into())?;
        write::update_values(env, model, &self.ids, values)
    }

    /// Deletes the records.
    ///
    /// # Errors
    /// 409 when other records refer to one of them with `on_delete = restrict`; an error of an `#[ondelete]` method.
    pub fn unlink(&self, env: &mut Env<'_>) -> Result<()> {
        let model = model::<M>(env)?;
        write::delete_records(env, model, &self.ids)
    }

    /// The ids of those that cannot be deleted, because other records refer to them with `on_delete = restrict`.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn needed(&self, env: &mut Env<'_>) -> Result<Vec<i64>> {
        let model = model::<M>(env)?;
        write::needed(env, model, &self.ids)
    }

    /// Those of the records that exist.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn exists(&self, env: &mut Env<'_>) -> Result<Self> {
        let model = model::<M>(env)?;
        let found = write::existing(env, model, &self.ids)?;
        Ok(Self::new(
            (self.ids.iter().copied())
                .filter(|id| found.contains(id))
                .collect::<Vec<i64>>(),
        ))
    }
}

/// The model `M` in the catalogue of the environment.
pub(super) fn model<'e, M: Model>(env: &Env<'e>) -> Result<&'e ModelInfo> {
    let found = env.registry.find(M::NAME);
    found.ok_or_else(|| Error::internal(format!("{} is not in the catalogue", M::NAME)))
}

impl<M> From<i64> for Records<M> {
    fn from(id: i64) -> Self {
        Records {
            ids: vec![id],
            model: PhantomData,
        }
    }
}

// By hand: the derives would require the model itself to be `Clone`, `PartialEq` and `Debug`.
impl<M> Clone for Records<M> {
    fn clone(&self) -> Self {
        Records {
            ids: self.ids.clone(),
            model: PhantomData,
        }
    }
}

impl<M> PartialEq for Records<M> {
    fn eq(&self, other: &Self) -> bool {
        self.ids == other.ids
    }
}

impl<M: Model> fmt::Debug for Records<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:?}", M::NAME, self.ids)
    }
}
