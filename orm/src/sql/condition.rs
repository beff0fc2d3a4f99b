//! Conditions as SQL. Every condition is true or false, never NULL, so that `NOT` is always its opposite.

use super::allowed::{push_allowed, push_seen};
use super::comparison::{has_empty, push_comparison};
use super::scope::{Scope, stored};
use super::trigrams::{own_terms, push_by_trigrams};
use super::{Sql, column};
use crate::def::{Kind, Role};
use crate::domain::{Domain, Op, Operand, Term, named};
use crate::error::{Error, Result};
use crate::registry::{FieldId, FieldInfo, ModelInfo};
use crate::value::Value;

/// Appends the condition on the records of `model` at `alias`.
pub(super) fn push_condition<'r>(sql: &mut Sql<'r>, model: &'r ModelInfo, alias: &str, domain: &Domain) -> Result<()> {
    match domain {
        Domain::And(parts) => push_parts(sql, model, alias, parts, " AND ", "1 = 1"),
        Domain::Or(parts) => match own_terms(parts).filter(|terms| terms.len() > 1) {
            Some(terms) if push_by_trigrams(sql, model, alias, &terms)? => Ok(()),
            _ => push_parts(sql, model, alias, parts, " OR ", "1 = 0"),
        },
        Domain::Not(part) => {
            sql.push("((");
            push_condition(sql, model, alias, part)?;
            sql.push(") IS NOT TRUE)");
            Ok(())
        }
        Domain::Related(path, part) => push_path(sql, model, alias, path, part),
        Domain::Term(term) => push_term(sql, model, alias, &term.path, term),
    }
}

/// Appends the condition that at the end of a path of relations there is a record for which `part` holds.
fn push_path<'r>(sql: &mut Sql<'r>, model: &'r ModelInfo, alias: &str, path: &[FieldId], part: &Domain) -> Result<()> {
    match path.split_first() {
        None => push_condition(sql, model, alias, part),
        Some((hop, rest)) if model.fields[*hop].via.is_some() => {
            let path = sql.registry.expand_path(model, &[*hop]);
            let (end, hops) = path.split_last().ok_or_else(|| Error::internal("an empty path"))?;
            let path = [&[*end], rest].concat();
            push_hops(sql, model, alias, hops, &mut |sql, owner, alias| {
                push_path(sql, owner, alias, &path, part)
            })
        }
        Some((hop, rest)) => push_related(sql, model, alias, *hop, |sql, target, alias| {
            push_path(sql, target, alias, rest, part)?;
            let named = |active| rest.is_empty() && part.compares(active);
            push_allowed(sql, target, alias)?;
            push_visible(sql, target, alias, &model.fields[*hop], named)
        }),
    }
}

/// Appends `AND` the condition that the record is not archived, if its model has an `active` field.
pub(super) fn push_active<'r>(sql: &mut Sql<'r>, model: &'r ModelInfo, alias: &str) -> Result<()> {
    let Some(active) = model.active else {
        return Ok(());
    };
    let term = Term {
        path: vec![active],
        op: Op::Eq,
        operand: Operand::One(Value::Bool(true)),
    };
    sql.push(" AND ");
    push_term(sql, model, alias, &term.path, &term)
}

/// Appends `AND` the condition that a related record is not archived, where a path ignores archived records: for
/// relations to many, unless the condition names `active` itself.
fn push_visible<'r>(
    sql: &mut Sql<'r>,
    target: &'r ModelInfo,
    alias: &str,
    relation: &FieldInfo,
    named: impl Fn(FieldId) -> bool,
) -> Result<()> {
    match sql.hide_archived && relation.is_x2many() && !target.active.is_some_and(named) {
        true => push_active(sql, target, alias),
        false => Ok(()),
    }
}

fn push_parts<'r>(
    sql: &mut Sql<'r>,
    model: &'r ModelInfo,
    alias: &str,
    parts: &[Domain],
    between: &str,
    none: &str,
) -> Result<()> {
    if parts.is_empty() {
        sql.push(none);
    }
    for (index, part) in parts.iter().enumerate() {
        sql.push(if index == 0 { "(" } else { between });
        push_condition(sql, model, alias, part)?;
    }
    if !parts.is_empty() {
        sql.push(")");
    }
    Ok(())
}

/// Appends a comparison; `path` is the part of the term's path that is not followed yet.
fn push_term<'r>(sql: &mut Sql<'r>, model: &'r ModelInfo, alias: &str, path: &[FieldId], term: &Term) -> Result<()> {
    let (first, rest) = path
        .split_first()
        .ok_or_else(|| Error::internal("an empty path in a condition"))?;
    let field = &model.fields[*first];
    if field.via.is_some() {
        let path = sql.registry.expand_path(model, &[*first]);
        if rest.is_empty() && holds_for_empty(&field.def.kind, term) {
            return push_related_value(sql, model, alias, &path, term);
        }
        let (end, hops) = path.split_last().ok_or_else(|| Error::internal("an empty path"))?;
        let path: Vec<FieldId> = std::iter::once(*end).chain(rest.iter().copied()).collect();
        return push_hops(sql, model, alias, hops, &mut |sql, owner, alias| {
            push_term(sql, owner, alias, &path, term)
        });
    }
    if field.unstored {
        return Err(Error::internal(format!(
            "{}.{} is not stored: `search` is asked before conditions become SQL",
            model.def.name, field.def.name
        )));
    }
    if field.target.is_some() && !rest.is_empty() {
        return push_related(sql, model, alias, *first, |sql, target, alias| {
            push_term(sql, target, alias, rest, term)?;
            push_allowed(sql, target, alias)?;
            push_visible(sql, target, alias, field, |active| rest.first() == Some(&active))
        });
    }
    let within = matches!(term.op, Op::ChildOf | Op::ParentOf);
    if field.is_x2many() && within {
        return push_related(sql, model, alias, *first, |sql, target, alias| {
            push_hierarchy(sql, target, alias, &target.fields[target.implicit("id")], term)?;
            push_allowed(sql, target, alias)
        });
    }
    if field.is_x2many() {
        return push_x2many(sql, model, alias, *first, term);
    }
    if within {
        // The field that makes the hierarchy stands for the record itself: `parent_id child_of 5` means `id child_of
        // 5`.
        let field = if model.parent == Some(*first) {
            &model.fields[model.implicit("id")]
        } else {
            field
        };
        let of_related = field.target.map(|target| sql.registry.model(target));
        return push_of_seen(sql, of_related, alias, field, term, |sql| {
            push_hierarchy(sql, model, alias, field, term)
        });
    }
    if matches!(field.def.kind, Kind::DisplayName) {
        // A display name may need joins of other tables: it is compared in a subquery.
        let (mut scope, (before, behind)) = (Scope::new(sql, model), sql.follow()?);
        let expression = scope.expression(sql, &[*first])?;
        sql.push(before);
        sql.push(&format!("{} IN (SELECT {} FROM ", column(alias, "id"), scope.id()));
        scope.push_from(sql)?;
        sql.push(" WHERE ");
        push_comparison(sql, model, &expression, &field.def.kind, term)?;
        sql.push(")");
        sql.push(behind);
        return Ok(());
    }
    let of_related = field.target.map(|target| sql.registry.model(target));
    // Nearly every record is of the caller's companies: an index on the company would find them all, only to sort them.
    let of_companies = of_related.is_some_and(|related| related.def.role == Some(Role::Company));
    let passes_nearly_all = sql.in_rule && of_companies;
    push_of_seen(sql, of_related, alias, field, term, |sql| {
        let column = stored(sql.dialect, model, alias, *first);
        let column = match passes_nearly_all {
            true => sql.dialect.without_index(&column),
            false => column,
        };
        match push_by_trigrams(sql, model, alias, &[(*first, term)])? {
            true => Ok(()),
            false => push_comparison(sql, model, &column, &field.def.kind, term),
        }
    })
}

/// Appends `comparison`, of a many2one to `target`, so that it takes records which the caller may not read for none.
fn push_of_seen<'r>(
    sql: &mut Sql<'r>,
    target: Option<&'r ModelInfo>,
    alias: &str,
    field: &FieldInfo,
    term: &Term,
    comparison: impl FnOnce(&mut Sql<'r>) -> Result<()>,
) -> Result<()> {
    let Some(target) = target.filter(|target| sql.hides(target)) else {
        return comparison(sql);
    };
    let value = column(alias, field.def.name);
    sql.push("(");
    comparison(sql)?;
    sql.push(&match holds_for_empty(&field.def.kind, term) {
        true => format!(" OR {value} IS NOT NULL AND NOT "),
        false => " AND ".to_owned(),
    });
    let (related, (before, behind)) = (sql.alias(), sql.follow()?);
    let table = sql.table(target);
    sql.push(&format!(
        "{before}EXISTS (SELECT 1 FROM {table} AS {related} WHERE {related}.id = {value}"
    ));
    push_seen(sql, target, &related)?;
    sql.push(&format!("){behind})"));
    Ok(())
}

/// Appends a condition on the record at the end of to-one relations that a field of the model itself stands for: the
/// caller, who may read the field, need not be allowed to read the records on the way.
fn push_hops<'r>(
    sql: &mut Sql<'r>,
    model: &'r ModelInfo,
    alias: &str,
    hops: &[FieldId],
    inner: &mut dyn FnMut(&mut Sql<'r>, &'r ModelInfo, &str) -> Result<()>,
) -> Result<()> {
    match hops.split_first() {
        None => inner(sql, model, alias),
        Some((hop, rest)) => push_related(sql, model, alias, *hop, |sql, target, alias| {
            push_hops(sql, target, alias, rest, inner)
        }),
    }
}

/// Appends a comparison that holds for empty values, of an inherited or related field. `path` is the path that the
/// field stands for: to-one relations, then a field. The comparison also holds where one of the relations is empty.
fn push_related_value<'r>(
    sql: &mut Sql<'r>,
    model: &'r ModelInfo,
    alias: &str,
    path: &[FieldId],
    term: &Term,
) -> Result<()> {
    let (hop, rest) = match path {
        [hop, rest @ ..] if !rest.is_empty() => (*hop, rest),
        path => return push_term(sql, model, alias, path, term),
    };
    let def = model.fields[hop].def;
    if !def.required {
        sql.push(&format!("({} IS NULL OR ", column(alias, def.name)));
    }
    push_related(sql, model, alias, hop, |sql, target, alias| {
        push_related_value(sql, target, alias, rest, term)
    })?;
    sql.push(if def.required { "" } else { ")" });
    Ok(())
}

/// Whether the comparison holds for an empty value.
fn holds_for_empty(kind: &Kind, term: &Term) -> bool {
    let is_bool = matches!(kind, Kind::Bool);
    match (term.op, &term.operand) {
        (Op::Eq, Operand::One(value)) => value.is_null() || is_bool && *value == Value::Bool(false),
        (Op::Ne, Operand::One(value)) => !value.is_null() && (!is_bool || *value == Value::Bool(true)),
        (Op::In, Operand::Many(values)) => has_empty(kind, values),
        (Op::NotIn, Operand::Many(values)) => !has_empty(kind, values),
        (Op::NotLike | Op::NotIlike, Operand::One(Value::Text(text))) => !text.is_empty(),
        (Op::Like | Op::Ilike, Operand::One(Value::Text(text))) => text.is_empty(),
        _ => false,
    }
}

/// Appends the condition that there is a related record for which `inner` holds. The subquery is not correlated, so
/// that the database may start from the related records; but for a rule that is asked of few records.
fn push_related<'r>(
    sql: &mut Sql<'r>,
    model: &'r ModelInfo,
    alias: &str,
    field: FieldId,
    inner: impl FnOnce(&mut Sql<'r>, &'r ModelInfo, &str) -> Result<()>,
) -> Result<()> {
    let info = &model.fields[field];
    let target = sql.registry.target(model, field);
    let link = sql.registry.link(model, field)?;
    if let (true, Some(joined)) = (info.is_many2one(), sql.joined_for_rule(alias, link.other)) {
        sql.push("(");
        inner(sql, target, &joined)?;
        sql.push(")");
        return Ok(());
    }
    let (related, (before, behind)) = (sql.alias(), sql.follow()?);
    let from = format!("{} AS {related}", sql.table(target));
    // The relation holds where `here` equals `there`.
    let (here, there, from) = match info.def.kind {
        Kind::Many2one { .. } => (column(alias, link.other), format!("{related}.id"), from),
        Kind::One2many { .. } => (format!("{alias}.id"), column(&related, link.own), from),
        _ => {
            let (pairs, pair_table) = (sql.alias(), sql.link(link));
            let other = column(&pairs, link.other);
            let from = format!("{pair_table} AS {pairs} JOIN {from} ON {related}.id = {other}");
            (format!("{alias}.id"), column(&pairs, link.own), from)
        }
    };
    sql.push(before);
    sql.push(&match sql.in_rule && sql.of_few {
        true => format!("EXISTS (SELECT 1 FROM {from} WHERE {there} = {here} AND "),
        false => format!("{here} IN (SELECT {there} FROM {from} WHERE "),
    });
    if matches!(info.def.kind, Kind::One2many { .. }) {
        sql.push(&format!("{there} IS NOT NULL AND "));
    }
    inner(sql, target, &related)?;
    sql.push(")");
    sql.push(behind);
    Ok(())
}

/// Appends a comparison of a relation to many itself: with ids, with empty, with the names of its records.
fn push_x2many<'r>(sql: &mut Sql<'r>, model: &'r ModelInfo, alias: &str, field: FieldId, term: &Term) -> Result<()> {
    let (positive, negative) = term.op.positive();
    let empty = matches!(term.operand, Operand::One(Value::Null));
    if empty != negative {
        // `= empty` and `!= something` both mean: there is no related record that …
        sql.push("NOT ");
    }
    push_related(sql, model, alias, field, |sql, target, related| {
        match empty {
            true => sql.push("1 = 1"),
            false => {
                let id = vec![target.implicit("id")];
                let term = Term {
                    path: id.clone(),
                    op: positive,
                    operand: term.operand.clone(),
                };
                push_term(sql, target, related, &id, &term)?;
            }
        }
        push_seen(sql, target, related)
    })
}

/// The condition that a record is one of those that are given by ids and by names.
fn named_or_one_of(model: &ModelInfo, given: &[Value]) -> Domain {
    let (names, ids): (Vec<&Value>, Vec<&Value>) = given.iter().partition(|value| matches!(value, Value::Text(_)));
    let ids = Domain::Term(Term {
        path: vec![model.implicit("id")],
        op: Op::In,
        operand: Operand::Many(ids.into_iter().cloned().collect()),
    });
    let names = names
        .into_iter()
        .map(|name| named(model, Op::Ilike, &Operand::One(name.clone())));
    Domain::Or(std::iter::once(ids).chain(names).collect())
}

/// Appends `child_of` or `parent_of`: the record (of an id field) or the target (of a many2one) is one of the given
/// records, or is below or above one of them in the hierarchy.
fn push_hierarchy<'r>(
    sql: &mut Sql<'r>,
    model: &'r ModelInfo,
    alias: &str,
    field: &FieldInfo,
    term: &Term,
) -> Result<()> {
    let target = field.target.map_or(model, |target| sql.registry.model(target));
    let (table, tree, start, next) = (sql.table(target), sql.alias(), sql.alias(), sql.alias());
    let parent = target
        .parent
        .ok_or_else(|| Error::internal(format!("{} has no hierarchy", target.def.name)))?;
    let parent = target.fields[parent].def.name;
    let (before, behind) = sql.follow()?;
    sql.push(before);
    sql.push(&format!(
        "{} IN (WITH RECURSIVE {tree}(id) AS (SELECT {start}.id FROM {table} AS {start} WHERE ",
        column(alias, field.def.name)
    ));
    let given = match &term.operand {
        Operand::One(value) => std::slice::from_ref(value),
        Operand::Many(values) => values.as_slice(),
    };
    push_condition(sql, target, &start, &named_or_one_of(target, given))?;
    push_allowed(sql, target, &start)?;
    sql.push(&match term.op {
        Op::ParentOf => format!(
            " UNION SELECT {next}.\"{parent}\" FROM {table} AS {next} JOIN {tree} ON {next}.id = {tree}.id \
             WHERE {next}.\"{parent}\" IS NOT NULL"
        ),
        _ => format!(
            " UNION SELECT {next}.id FROM {table} AS {next} JOIN {tree} ON {next}.\"{parent}\" = {tree}.id WHERE 1 = 1"
        ),
    });
    // The hierarchy is followed over the records that the caller may read: beyond a hidden one there is nothing.
    push_allowed(sql, target, &next)?;
    sql.push(&format!(") SELECT id FROM {tree}){behind}"));
    Ok(())
}
