//! Recordsets: records of one model by their ids, for methods and commands. Each change is complete in itself, computed
//! fields included, and part of the caller's transaction.

use std::collections::HashMap;
use std::fmt;
use std::marker::PhantomData;

use super::Model;
use crate::command::Values;
use crate::domain::Domain;
use crate::env::Env;
use crate::error::{Code, Error, Result};
use crate::query;
use crate::registry::ModelInfo;
use crate::write;

/// Records of `M`, in an order.
pub struct Records<M> {
    ids: Vec<i64>,
    model: PhantomData<fn() -> M>,
}

impl<M: Model> Records<M> {
    /// The records with these ids, which nobody has looked for yet.
    pub fn new(ids: impl Into<Vec<i64>>) -> Self {
        Records {
            ids: ids.into(),
            model: PhantomData,
        }
    }

    /// Creates records; answers them in the order given.
    ///
    /// # Errors
    /// What the database or the model's rules refuse.
    pub fn create(env: &mut Env<'_>, records: Vec<M::Create>) -> Result<Self> {
        let values = records.into_iter().map(Into::into).collect();
        let model = model::<M>(env)?;
        write::create_values(env, model, values).map(Self::new)
    }

    /// The records that match, in the model's order. Archived ones are left out, unless the filter names `active`.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn search(env: &mut Env<'_>, filter: M::Filter) -> Result<Self> {
        Self::select(env, filter, "", None)
    }

    /// The first record that matches, in this order (`"date desc, id"`; empty: the model's own).
    ///
    /// # Errors
    /// As [`Records::select`].
    pub fn first(env: &mut Env<'_>, filter: M::Filter, order: &str) -> Result<Option<i64>> {
        Ok(Self::select(env, filter, order, Some(1))?.ids.first().copied())
    }

    /// The records that match, in this order (`"date desc, id"`; empty: the model's own), at most so many.
    ///
    /// # Errors
    /// When the order names no sortable field, or the database cannot be read.
    pub fn select(env: &mut Env<'_>, filter: M::Filter, order: &str, limit: Option<usize>) -> Result<Self> {
        let model = model::<M>(env)?;
        let domain: Domain = filter.into();
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

    /// The only record's id.
    ///
    /// # Errors
    /// 422 when there are none, or several.
    pub fn one(&self) -> Result<i64> {
        match self.ids.as_slice() {
            [id] => Ok(*id),
            ids => Err(Error::new(
                Code::Invalid,
                format!("one record of {} is needed, {} are given", M::NAME, ids.len()),
            )),
        }
    }

    /// The records with all their columns, and the relations and fields without a column along `paths`, in the order of the
    /// ids. One statement for each relation.
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

    /// Which records a relation to many leads to, archived ones too, as pairs of ids. One statement.
    ///
    /// # Errors
    /// When the database cannot be read; a relation that does not exist is a defect.
    pub fn links(&self, env: &mut Env<'_>, relation: &str) -> Result<Vec<(i64, i64)>> {
        let model = model::<M>(env)?;
        let field = (model.field(relation)).filter(|field| model.fields[*field].is_x2many());
        let field = field.ok_or_else(|| Error::internal(format!("{} has no relation `{relation}`", M::NAME)))?;
        write::links(env, model, field, &self.ids)
    }

    /// Their display names, by id; of those that exist.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn display_names(&self, env: &mut Env<'_>) -> Result<HashMap<i64, String>> {
        query::display_names(env, model::<M>(env)?, &self.ids)
    }

    /// Sets the same values on all of them; what is `None` stays.
    ///
    /// # Errors
    /// What the database or the model's rules refuse.
    pub fn write(&self, env: &mut Env<'_>, values: M::Update) -> Result<()> {
        let (model, values): (&ModelInfo, Values) = (model::<M>(env)?, values.into());
        write::update_values(env, model, &self.ids, values)
    }

    /// Deletes them.
    ///
    /// # Errors
    /// 409 while others still need one of them.
    pub fn unlink(&self, env: &mut Env<'_>) -> Result<()> {
        let model = model::<M>(env)?;
        write::delete_records(env, model, &self.ids)
    }

    /// Those of them that other records need, so that they cannot be deleted.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn needed(&self, env: &mut Env<'_>) -> Result<Vec<i64>> {
        let model = model::<M>(env)?;
        write::needed(env, model, &self.ids)
    }

    /// Those of them that exist.
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

/// The model in the catalogue of the environment.
fn model<'e, M: Model>(env: &Env<'e>) -> Result<&'e ModelInfo> {
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

// By hand: the derives would ask the model itself to be cloned, compared and shown.
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
