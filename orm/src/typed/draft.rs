//! What records are given by a write that is under way, for `#[before(create)]` and `#[before(write)]` methods.

use std::fmt;
use std::marker::PhantomData;

use super::Model;
use super::records::model;
use crate::command::{Input, Values};
use crate::def::{FieldDef, Kind, ModelDef, part};
use crate::env::Env;
use crate::error::Result;
use crate::field::Given;
use crate::path_checks::SameModel;
use crate::record::Record;
use crate::schema::{Field, Schema};

/// What a record of `M` is about to be given: the values that the caller names, before defaults and computations.
pub struct Draft<M> {
    values: Values,
    def: &'static ModelDef,
    model: PhantomData<fn() -> M>,
}

impl<M: Schema> Draft<M> {
    /// The value that is given for a field: `draft.get(Self::FIELDS.name)`. `None` when none is.
    pub fn get<F: SameModel<M>, T: Given>(&self, field: Field<F, T>) -> Option<T::Value> {
        match self.values.get(self.place(field.index)) {
            Some(Input::Value(value)) => T::read(value),
            _ => None,
        }
    }

    /// Gives a field this value instead.
    ///
    /// # Panics
    /// When the field gets its value from elsewhere: it is computed and not `writable`, `related`, a `delegate`, or one
    /// that every model has, as `id`.
    pub fn set<F: SameModel<M>, T: Given>(&mut self, field: Field<F, T>, value: T::Value) {
        let place = self.place(field.index);
        let def = &self.def.fields[place];
        let elsewhere = match (def.compute, def.kind) {
            (Some(compute), _) => !compute.writable,
            (None, Kind::Many2one { delegate, .. }) if delegate => true,
            (None, _) => !def.stored || FieldDef::is_implicit(def.name),
        };
        assert!(
            !elsewhere,
            "`{}` is set, which gets its value from elsewhere; leave it out",
            def.name
        );
        self.values.put(place, Input::Value(T::stored(value)));
    }

    /// # Panics
    /// When the field is one of an extension that the catalogue lacks.
    fn place(&self, field: usize) -> usize {
        part::place(self.def.parts, field)
            .unwrap_or_else(|| panic!("an extension is used that is not in the catalogue: list it there"))
    }
}

impl<M: Schema> fmt::Debug for Draft<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without the values: a field may be secret.
        let named =
            |(field, _): &(usize, Input)| self.def.fields.get(*field).map_or("an inherited field", |def| def.name);
        f.debug_set().entries(self.values.fields.iter().map(named)).finish()
    }
}

/// Calls a `#[before(create)]` method; answers what the records are given then.
///
/// # Errors
/// The error that the method answers.
pub fn before_create<M: Model>(
    env: &mut Env<'_>,
    given: Vec<Values>,
    method: fn(&mut [Draft<M>], &mut Env<'_>) -> Result<()>,
) -> Result<Vec<Values>> {
    let mut drafts = drafts::<M>(env, given)?;
    method(&mut drafts, env)?;
    Ok(drafts.into_iter().map(|draft| draft.values).collect())
}

/// Calls a `#[before(write)]` method with the records as they are, and what all of them are about to be given.
///
/// # Errors
/// The error that the method answers.
pub fn before_write<M: Model>(
    env: &mut Env<'_>,
    records: &[Record],
    given: Vec<Values>,
    method: fn(&[M], &mut Draft<M>, &mut Env<'_>) -> Result<()>,
) -> Result<Vec<Values>> {
    let records: Vec<M> = records.iter().map(M::load).collect();
    let mut drafts = drafts::<M>(env, given)?;
    for draft in &mut drafts {
        method(&records, draft, env)?;
    }
    Ok(drafts.into_iter().map(|draft| draft.values).collect())
}

fn drafts<M: Model>(env: &Env<'_>, given: Vec<Values>) -> Result<Vec<Draft<M>>> {
    let def = model::<M>(env)?.def;
    let draft = |values| Draft {
        values,
        def,
        model: PhantomData,
    };
    Ok(given.into_iter().map(draft).collect())
}
