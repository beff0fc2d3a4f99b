//! The order of records: what they are compared by, and which of them come behind a given one.

use super::scope::{MAX_NESTING, Scope};
use super::{Sql, bind, column};
use crate::db::Dialect;
use crate::def::Kind;
use crate::error::{Error, Result};
use crate::registry::{FieldId, ModelInfo, OrderTerm};
use crate::value::Value;

/// Something that records are sorted by.
#[derive(Debug)]
pub(crate) struct OrderKey {
    /// SQL.
    pub(crate) expression: String,
    /// The kind of its values.
    pub(crate) kind: Kind,
    desc: bool,
    /// Whether empty values come first; `None` where there are none.
    empty_first: Option<bool>,
}

/// The place in an order from which a page goes on: the values of a record's keys, be it still there or not.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Place {
    /// A value for each key.
    pub(crate) values: Vec<Value>,
    /// Towards the beginning of the order.
    pub(crate) backward: bool,
    /// A record at the place itself belongs to the page.
    pub(crate) inclusive: bool,
}

impl OrderKey {
    /// Its term in `ORDER BY`; `backward`: in the opposite order.
    fn term(&self, dialect: Dialect, backward: bool) -> String {
        let desc = self.desc != backward;
        let nulls = match self.empty_first.map(|first| first != backward) {
            None => "",
            Some(first) if first == desc => dialect.nulls(desc),
            Some(true) => " NULLS FIRST",
            Some(false) => " NULLS LAST",
        };
        format!("{}{}{nulls}", self.expression, if desc { " DESC" } else { "" })
    }

    /// Appends the condition that the key equals a value.
    fn push_equal(&self, sql: &mut Sql<'_>, value: &Value) {
        sql.push(&self.expression);
        match value.is_null() {
            true => sql.push(" IS NULL"),
            false => {
                sql.push(" = ");
                sql.push_bind(bind(&self.kind, value.clone()));
            }
        }
    }

    /// Appends the condition that the key comes behind a value.
    fn push_behind(&self, sql: &mut Sql<'_>, value: &Value, backward: bool) {
        let empty_first = self.empty_first.map(|first| first != backward);
        match (value.is_null(), empty_first) {
            (true, Some(true)) => sql.push(&format!("{} IS NOT NULL", self.expression)),
            (true, _) => sql.push("1 = 0"),
            (false, empty_first) => {
                let than = if self.desc != backward { "<" } else { ">" };
                sql.push(&format!("({} {than} ", self.expression));
                sql.push_bind(bind(&self.kind, value.clone()));
                if empty_first == Some(false) {
                    sql.push(&format!(" OR {} IS NULL", self.expression));
                }
                sql.push(")");
            }
        }
    }
}

/// The list of `ORDER BY`.
pub(super) fn order_text(dialect: Dialect, keys: &[OrderKey], backward: bool) -> String {
    let terms: Vec<String> = keys.iter().map(|key| key.term(dialect, backward)).collect();
    terms.join(", ")
}

/// Appends the condition that a record comes behind a place in the order of `keys`.
pub(super) fn push_behind(sql: &mut Sql<'_>, keys: &[OrderKey], place: &Place) {
    // The first keys, as far as they are never empty and have one direction, are compared as one row value, which the
    // databases look up in an index: `(date, id) < (?, ?)`.
    let desc = keys.first().is_some_and(|key| key.desc);
    let together = |key: &&OrderKey| key.empty_first.is_none() && key.desc == desc;
    let together = keys.iter().take_while(together).count();
    if together == 0 {
        return push_behind_one(sql, keys, place);
    }
    let (first, rest) = keys.split_at(together);
    let than = if desc != place.backward { "<" } else { ">" };
    if rest.is_empty() {
        let than = format!("{than}{}", if place.inclusive { "=" } else { "" });
        return push_row(sql, first, &than, &place.values);
    }
    sql.push("(");
    push_row(sql, first, &format!("{than}="), &place.values);
    sql.push(" AND (");
    push_row(sql, first, than, &place.values);
    sql.push(" OR ");
    let behind = Place {
        values: place.values[together..].to_vec(),
        ..*place
    };
    push_behind_one(sql, rest, &behind);
    sql.push("))");
}

/// As [`push_behind`], key by key: behind by the first, or equal there and behind by the others.
fn push_behind_one(sql: &mut Sql<'_>, keys: &[OrderKey], place: &Place) {
    let (Some((key, rest)), Some(value)) = (keys.split_first(), place.values.first()) else {
        return sql.push(if place.inclusive { "1 = 1" } else { "1 = 0" });
    };
    sql.push("(");
    key.push_behind(sql, value, place.backward);
    sql.push(" OR ");
    key.push_equal(sql, value);
    sql.push(" AND ");
    let behind = Place {
        values: place.values[1..].to_vec(),
        ..*place
    };
    push_behind(sql, rest, &behind);
    sql.push(")");
}

/// Appends `(a, b) < (?, ?)`.
fn push_row(sql: &mut Sql<'_>, keys: &[OrderKey], than: &str, values: &[Value]) {
    let expressions: Vec<&str> = keys.iter().map(|key| key.expression.as_str()).collect();
    sql.push(&format!("({}) {than} (", expressions.join(", ")));
    for (number, (key, value)) in keys.iter().zip(values).enumerate() {
        sql.push(if number == 0 { "" } else { ", " });
        sql.push_bind(bind(&key.kind, value.clone()));
    }
    sql.push(")");
}

impl<'r> Scope<'r> {
    /// The complete `ORDER BY` list: the terms that the caller asked for, then the model's own order, then the id.
    /// Terms of the own order that begin with the field `same` are left out: the records that are compared have the
    /// same value there.
    pub(super) fn order_by(&mut self, sql: &mut Sql<'r>, asked: &[OrderTerm], same: Option<FieldId>) -> Result<String> {
        let dialect = sql.dialect;
        Ok(order_text(dialect, &self.order_keys(sql, asked, same)?, false))
    }

    /// What [`Scope::order_by`] compares, in its order; the last one is the id.
    pub(super) fn order_keys(
        &mut self,
        sql: &mut Sql<'r>,
        asked: &[OrderTerm],
        same: Option<FieldId>,
    ) -> Result<Vec<OrderKey>> {
        let mut terms = Vec::new();
        let (alias, model) = (self.alias.clone(), self.model);
        let own: Vec<OrderTerm> = model
            .order
            .iter()
            .filter(|term| term.path.first().copied() != same)
            .cloned()
            .collect();
        self.order_terms(sql, (&alias, model, asked, false, 0), true, &mut terms)?;
        self.order_terms(sql, (&alias, model, &own, false, 0), false, &mut terms)?;
        let id = self.id();
        if let Some(by_id) = terms.iter().position(|key: &OrderKey| key.expression == id) {
            terms.truncate(by_id + 1); // no two records have the same id
        } else {
            terms.push(OrderKey {
                expression: id,
                kind: Kind::Id,
                desc: false,
                empty_first: None,
            });
        }
        Ok(terms)
    }

    /// The terms of `ORDER BY` for the model's own order, or for its opposite.
    pub(super) fn own_order(&mut self, sql: &mut Sql<'r>, desc: bool) -> Result<Vec<String>> {
        let mut terms = Vec::new();
        let (alias, model) = (self.alias.clone(), self.model);
        self.order_terms(sql, (&alias, model, &model.order, desc, 1), false, &mut terms)?;
        Ok(terms.iter().map(|key| key.term(sql.dialect, false)).collect())
    }

    fn order_terms(
        &mut self,
        sql: &mut Sql<'r>,
        (alias, model, order, reverse, nesting): (&str, &'r ModelInfo, &[OrderTerm], bool, usize),
        asked: bool,
        terms: &mut Vec<OrderKey>,
    ) -> Result<()> {
        if nesting > MAX_NESTING {
            return Ok(()); // a circle, such as categories sorted by their parents: the terms so far, then the id
        }
        for term in order {
            let desc = term.desc != reverse;
            let (last, hops) = term
                .path
                .split_last()
                .ok_or_else(|| Error::internal("an empty order path"))?;
            let (alias, model) = self.follow(sql, (alias, model), hops, asked)?;
            let field = &model.fields[*last];
            if field.is_many2one() {
                let (joined, target) = self.join(sql, (&alias, model, *last), asked);
                let hidden = asked && sql.hides(target);
                if !field.def.required || field.via.is_some() || hidden {
                    // An empty many2one sorts last ascending, first descending, whatever its target's order.
                    let set = match hidden {
                        true => column(&joined, "id"),
                        false => self.expression_at(sql, &alias, model, &[*last], 0)?,
                    };
                    terms.push(OrderKey {
                        expression: format!("({set} IS NULL)"),
                        kind: Kind::Bool,
                        desc: term.nulls_first.unwrap_or(desc),
                        empty_first: None,
                    });
                }
                self.order_terms(sql, (&joined, target, &target.order, desc, nesting + 1), asked, terms)?;
                continue;
            }
            let expression = self.expression_at(sql, &alias, model, &[*last], 0)?;
            if terms.iter().any(|known| known.expression == expression) {
                continue;
            }
            let never_empty = self.is_certain(&alias)
                && (field.def.required && field.via.is_none()
                    || matches!(field.def.kind, Kind::Id | Kind::DisplayName));
            terms.push(OrderKey {
                expression,
                kind: field.def.kind,
                desc,
                empty_first: (!never_empty).then_some(term.nulls_first.unwrap_or(desc)),
            });
        }
        Ok(())
    }
}
