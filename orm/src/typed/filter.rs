//! Typed conditions for Rust callers: the types in the fields of a generated `…Filter` struct.

use crate::domain::{Domain, Op, Operand, Term};
use crate::env::Env;
use crate::error::{Error, Result};
use crate::field::Scalar;
use crate::schema::Schema;
use crate::value::Value;

/// A condition on a scalar field.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter<T> {
    /// Equal.
    Eq(T),
    /// Not equal, which includes empty values.
    Ne(T),
    /// Greater.
    Gt(T),
    /// Greater or equal.
    Ge(T),
    /// Less.
    Lt(T),
    /// Less or equal.
    Le(T),
    /// One of these.
    In(Vec<T>),
    /// None of these, which includes empty values.
    NotIn(Vec<T>),
    /// Contains, case-sensitive; `%` and `_` are wildcards.
    Like(String),
    /// Contains, whatever the case; `%` and `_` are wildcards.
    Ilike(String),
    /// Does not contain, case-sensitive; this includes empty values.
    NotLike(String),
    /// Does not contain, whatever the case; this includes empty values.
    NotIlike(String),
    /// The whole text, case-sensitive; `%` and `_` are wildcards.
    EqLike(String),
    /// The whole text, whatever the case; `%` and `_` are wildcards.
    EqIlike(String),
    /// Begins with, case-sensitive; no wildcards.
    StartsWith(String),
    /// `true`: has a value; `false`: has none.
    IsSet(bool),
}

/// A condition on a relation.
#[derive(Debug, Clone, PartialEq)]
pub enum RelationFilter<F> {
    /// A condition on the related record's id.
    Id(Filter<i64>),
    /// The related record (or, of several, at least one) matches.
    Matches(F),
    /// No related record matches, or there is none.
    NoneMatches(F),
    /// The related record is this one or one below it in the hierarchy.
    ChildOf(i64),
    /// The related record is this one or one above it in the hierarchy.
    ParentOf(i64),
}

/// Collects the conditions of a filter struct; all must hold.
#[derive(Debug, Default)]
pub struct Terms(Vec<Domain>);

impl Terms {
    /// Adds the condition on a scalar field, if there is one.
    pub fn field<T: Scalar>(&mut self, field: usize, filter: Option<Filter<T>>) {
        if let Some(filter) = filter {
            self.0.push(Domain::Term(term(vec![field], filter, T::into_value)));
        }
    }

    /// Adds the condition on a selection, if there is one.
    pub fn selection<T>(&mut self, field: usize, filter: Option<Filter<T>>, stored: fn(T) -> Value) {
        if let Some(filter) = filter {
            self.0.push(Domain::Term(term(vec![field], filter, stored)));
        }
    }

    /// Adds the condition on a relation, if there is one.
    pub fn relation<F: Into<Domain>>(&mut self, field: usize, filter: Option<Box<RelationFilter<F>>>) {
        match filter.map(|filter| *filter) {
            None => {}
            Some(RelationFilter::Id(filter)) => self.0.push(Domain::Term(term(vec![field], filter, i64::into_value))),
            Some(RelationFilter::ChildOf(id)) => self.within(field, Op::ChildOf, id),
            Some(RelationFilter::ParentOf(id)) => self.within(field, Op::ParentOf, id),
            Some(RelationFilter::Matches(inner)) => self.0.push(related(field, inner)),
            Some(RelationFilter::NoneMatches(inner)) => self.0.push(Domain::Not(Box::new(related(field, inner)))),
        }
    }

    /// Adds the conditions on the model that an extension extends.
    pub fn base(&mut self, filter: impl Into<Domain>) {
        match filter.into() {
            Domain::And(terms) => self.0.extend(terms),
            other => self.0.push(other),
        }
    }

    fn within(&mut self, field: usize, op: Op, id: i64) {
        self.0.push(Domain::Term(Term {
            path: vec![field],
            op,
            operand: Operand::One(Value::Int(id)),
        }));
    }
}

impl From<Terms> for Domain {
    fn from(terms: Terms) -> Self {
        Domain::And(terms.0)
    }
}

/// The condition that a related record (or, of several, at least one) matches.
fn related(field: usize, filter: impl Into<Domain>) -> Domain {
    Domain::Related(vec![field], Box::new(filter.into()))
}

fn term<T>(path: Vec<usize>, filter: Filter<T>, value: fn(T) -> Value) -> Term {
    let one = |given: T| Operand::One(value(given));
    let many = |given: Vec<T>| Operand::Many(given.into_iter().map(value).collect());
    let text = |text: String| Operand::One(Value::Text(text));
    let (op, operand) = match filter {
        Filter::Eq(value) => (Op::Eq, one(value)),
        Filter::Ne(value) => (Op::Ne, one(value)),
        Filter::Gt(value) => (Op::Gt, one(value)),
        Filter::Ge(value) => (Op::Ge, one(value)),
        Filter::Lt(value) => (Op::Lt, one(value)),
        Filter::Le(value) => (Op::Le, one(value)),
        Filter::In(values) => (Op::In, many(values)),
        Filter::NotIn(values) => (Op::NotIn, many(values)),
        Filter::Like(pattern) => (Op::Like, text(pattern)),
        Filter::Ilike(pattern) => (Op::Ilike, text(pattern)),
        Filter::NotLike(pattern) => (Op::NotLike, text(pattern)),
        Filter::NotIlike(pattern) => (Op::NotIlike, text(pattern)),
        Filter::EqLike(pattern) => (Op::EqLike, text(pattern)),
        Filter::EqIlike(pattern) => (Op::EqIlike, text(pattern)),
        Filter::StartsWith(prefix) => (Op::StartsWith, text(prefix)),
        Filter::IsSet(true) => (Op::Ne, Operand::One(Value::Null)),
        Filter::IsSet(false) => (Op::Eq, Operand::One(Value::Null)),
    };
    Term { path, op, operand }
}

impl Domain {
    /// A comparison of the field at the end of a path from `M`, such as `order_line.product_id`. For `search`
    /// functions, which answer a condition.
    ///
    /// # Errors
    /// A path that does not exist is a defect.
    pub fn at<M: Schema>(env: &Env<'_>, path: &str, op: Op, operand: Operand) -> Result<Domain> {
        let model = env.registry.find(M::NAME);
        let model = model.ok_or_else(|| Error::internal(format!("{} is not in the catalogue", M::NAME)))?;
        let names: Vec<&str> = path.split('.').collect();
        let path = env.registry.resolve_path(model, &names).map_err(Error::internal)?;
        Ok(Domain::Term(Term { path, op, operand }))
    }
}
