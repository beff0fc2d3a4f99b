//! The statement that groups records. An inner `SELECT` counts and aggregates the records by their keys; the one around
//! it picks the groups, joins what they are sorted by, and sorts them:
//!
//! ```sql
//! SELECT g.k0, g.n, g.a0, … FROM (SELECT … AS k0, COUNT(*) AS n, SUM(…) AS a0, … FROM … WHERE … GROUP BY 1) AS g
//! LEFT JOIN … WHERE g.a0 > ? ORDER BY … LIMIT …
//! ```

use super::aggregate::{Aggregate, Column, Function, Parts, comparable};
use super::allowed::{push_allowed, push_seen};
use super::having::{Having, push_having};
use super::scope::Scope;
use super::select::{push_limit, push_search};
use super::{Search, Sql, Statement, column};
use crate::db::{Bind, Period};
use crate::def::Kind;
use crate::domain::Domain;
use crate::error::Result;
use crate::registry::{FieldId, Link, ModelId, ModelInfo};

/// What to group by, and what to tell of each group.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Grouping<'a> {
    /// Which records are grouped; its limit and offset are those of the groups.
    pub(crate) search: Search<'a>,
    pub(crate) keys: &'a [Key],
    /// The time zone in whose calendar times are grouped; `None` for UTC.
    pub(crate) zone: Option<&'a str>,
    pub(crate) aggregates: &'a [Aggregate],
    /// The condition on the groups.
    pub(crate) having: &'a Having,
    pub(crate) order: &'a [GroupOrder],
}

/// A value that the records of a group have in common.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    /// Many2ones, then the field.
    pub(crate) path: Vec<FieldId>,
    /// The kind of the field.
    pub(crate) kind: Kind,
    /// The related model, of a relation.
    pub(crate) target: Option<ModelId>,
    /// Of a date: the period that it is in.
    pub(crate) period: Option<Period>,
}

/// A term by which groups are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct GroupOrder {
    pub(crate) column: Column,
    pub(crate) desc: bool,
    /// Where empty values come, if that is said: by default last, or first where the greatest comes first.
    pub(crate) nulls_first: Option<bool>,
}

/// A table of pairs that is joined because the records are grouped by a many2many.
struct PairJoin<'r> {
    alias: String,
    /// The id of the record that has the relation.
    id: String,
    link: Link,
    target: &'r ModelInfo,
}

impl<'r> Sql<'r> {
    /// Groups records. Columns: the keys, the number of records, then for each aggregate its value and its
    /// [`Parts`], in their order.
    pub(crate) fn groups(mut self, model: &ModelInfo, grouping: &Grouping<'_>) -> Result<Statement> {
        let sql = &mut self;
        sql.ruled = true;
        let mut names: Vec<String> = (0..grouping.keys.len()).map(|key| format!("k{key}")).collect();
        names.push("n".to_owned());
        for (number, aggregate) in grouping.aggregates.iter().enumerate() {
            let Parts { second, count, mixed } = aggregate.parts(sql.dialect);
            let parts = [(true, ""), (second, "_second"), (count, "_count"), (mixed, "_mixed")];
            names.extend((parts.iter().filter(|(there, _)| *there)).map(|(_, part)| format!("a{number}{part}")));
        }
        let outer: Vec<String> = names.iter().map(|name| format!("g.{name}")).collect();
        sql.push(&format!("SELECT {} FROM (", outer.join(", ")));
        push_inner(sql, model, grouping, &names)?;
        sql.push(") AS g");
        let Sorting { terms, joined } = sorting(sql, grouping)?;
        for (scope, key) in joined {
            scope.check()?;
            scope.push_left_join(sql, &key)?;
        }
        sql.push(" WHERE ");
        push_having(sql, model, grouping.aggregates, grouping.having)?;
        if !terms.is_empty() {
            sql.push(&format!(" ORDER BY {}", terms.join(", ")));
        }
        push_limit(sql, &grouping.search);
        self.finish()
    }
}

/// Appends the `SELECT` that groups, with these names for its columns.
fn push_inner(sql: &mut Sql<'_>, model: &ModelInfo, grouping: &Grouping<'_>, names: &[String]) -> Result<()> {
    let mut scope = Scope::new(sql, sql.registry.model(model.id));
    let (mut columns, mut pairs) = (Vec::new(), Vec::new());
    let mut group_by = Vec::new();
    for key in grouping.keys {
        let (value, compared) = key_column(sql, &mut scope, key, grouping.zone.is_some(), &mut pairs)?;
        columns.push(value);
        group_by.push(compared.unwrap_or_else(|| columns.len().to_string()));
    }
    columns.push("COUNT(*)".to_owned());
    for aggregate in grouping.aggregates {
        columns.extend(aggregate_columns(sql, &mut scope, aggregate, grouping.search.domain)?);
    }
    scope.check()?;
    let named = columns
        .iter()
        .zip(names)
        .map(|(column, name)| format!("{column} AS {name}"));
    let named = named.collect::<Vec<_>>().join(", ");
    sql.push(&format!("SELECT {named} FROM "));
    if let Some(zone) = grouping.zone {
        // The zone's name stands in the text as often as a key needs it, and nothing else is bound there.
        let times = named.matches('?').count();
        sql.binds
            .extend(std::iter::repeat_n(Bind::Text(Some(zone.to_owned())), times));
    }
    scope.push_from(sql)?;
    for PairJoin {
        alias,
        id,
        link,
        target,
    } in pairs
    {
        let (table, related, to) = (sql.link(link), sql.alias(), column(&alias, link.other));
        sql.push(&format!(
            " LEFT JOIN {table} AS {alias} ON {} = {id}",
            column(&alias, link.own)
        ));
        if sql.hides(target) {
            let target_table = sql.table(target);
            sql.push(&format!(
                " AND EXISTS (SELECT 1 FROM {target_table} AS {related} WHERE {related}.id = {to}"
            ));
            push_seen(sql, target, &related)?;
            sql.push(")");
        }
    }
    sql.push(" WHERE ");
    push_search(sql, &scope, &grouping.search)?;
    push_allowed(sql, scope.model, &scope.alias)?;
    if !group_by.is_empty() {
        sql.push(&format!(" GROUP BY {}", group_by.join(", ")));
    }
    Ok(())
}

/// The expression of a key, and another one that is shorter and differs where it does, if there is one.
fn key_column<'r>(
    sql: &mut Sql<'r>,
    scope: &mut Scope<'r>,
    key: &Key,
    zoned: bool,
    pairs: &mut Vec<PairJoin<'r>>,
) -> Result<(String, Option<String>)> {
    if matches!(key.kind, Kind::Many2many { .. }) {
        let (id, link, target) = scope.asked_pairs(sql, &key.path)?;
        let alias = sql.alias();
        let value = column(&alias, link.other);
        pairs.push(PairJoin {
            alias,
            id,
            link,
            target,
        });
        return Ok((value, None));
    }
    let value = scope.asked(sql, &key.path)?;
    Ok(match (key.period, key.kind) {
        (Some(period), kind) => {
            let is_zoned = zoned && matches!(kind, Kind::DateTime);
            match is_zoned {
                true => (
                    sql.dialect.start_of(period, &kind, &sql.dialect.local_time(&value)),
                    None,
                ),
                false => (
                    sql.dialect.start_of(period, &kind, &value),
                    sql.dialect.same_period(period, &value),
                ),
            }
        }
        // What is not known is not true: conditions take it so, too.
        (None, Kind::Bool) => (format!("COALESCE({value}, FALSE)"), None),
        (None, _) => (value, None),
    })
}

/// The expressions of an aggregate over the records of a condition: its value, then its [`Parts`].
fn aggregate_columns<'r>(
    sql: &mut Sql<'r>,
    scope: &mut Scope<'r>,
    aggregate: &Aggregate,
    domain: &Domain,
) -> Result<Vec<String>> {
    let value = scope.asked(sql, &aggregate.path)?;
    let mut columns = match aggregate.function {
        Function::Sum | Function::Avg => {
            let (sum, second) = aggregate.sum(sql.dialect, &value);
            std::iter::once(sum).chain(second).collect()
        }
        Function::Min => vec![format!("MIN({value})")],
        Function::Max => vec![format!("MAX({value})")],
        Function::Count => vec![format!("COUNT({value})")],
        Function::CountDistinct => vec![format!("COUNT(DISTINCT {value})")],
        Function::ArrayAgg => vec![sql.dialect.json_list(&value, &scope.id())],
        Function::BoolAnd => vec![sql.dialect.all_or_any(false, &value)],
        Function::BoolOr => vec![sql.dialect.all_or_any(true, &value)],
    };
    if aggregate.function == Function::Avg {
        columns.push(format!("COUNT({value})"));
    }
    if let Some(path) = &aggregate.currency {
        if domain.fixes(path) {
            columns.push("FALSE".to_owned());
            return Ok(columns);
        }
        // Amounts without a currency are in one of their own.
        let currency = format!("COALESCE({}, 0)", scope.expression(sql, path)?);
        let of_amounts = format!("({currency}) FILTER (WHERE {value} IS NOT NULL)");
        columns.push(format!("MIN{of_amounts} <> MAX{of_amounts}"));
    }
    Ok(columns)
}

/// How groups are sorted.
struct Sorting<'r> {
    terms: Vec<String>,
    /// The tables to join for the terms, each with the key that is the id of its record.
    joined: Vec<(Scope<'r>, String)>,
}

fn sorting<'r>(sql: &mut Sql<'r>, grouping: &Grouping<'_>) -> Result<Sorting<'r>> {
    let (mut terms, mut joined) = (Vec::new(), Vec::new());
    for GroupOrder {
        column,
        desc,
        nulls_first,
    } in grouping.order
    {
        let empty_first = nulls_first.unwrap_or(*desc);
        let direction = if *desc { " DESC" } else { "" };
        let with_nulls = format!("{direction} NULLS {}", if empty_first { "FIRST" } else { "LAST" });
        let number = match *column {
            Column::Key(number) => number,
            column => {
                let values = comparable(sql.dialect, grouping.aggregates, column);
                terms.extend(values.iter().map(|value| format!("{value}{with_nulls}")));
                continue;
            }
        };
        let (value, key) = (format!("g.k{number}"), &grouping.keys[number]);
        if let (Kind::Many2one { .. }, Some(target)) = (key.kind, key.target) {
            let mut scope = Scope::new(sql, sql.registry.model(target));
            terms.push(format!("({value} IS NULL){}", if empty_first { " DESC" } else { "" }));
            terms.extend(scope.own_order(sql, *desc)?);
            joined.push((scope, value.clone()));
        }
        terms.push(format!("{value}{with_nulls}"));
    }
    Ok(Sorting { terms, joined })
}
