//! The statement of a level.

use super::plan::{Level, Link, Root, Search};
use crate::db::{Bind, Statement};
use crate::env::Env;
use crate::error::Result;
use crate::sql::{Scope, Sql, column, push_active, push_condition, quoted};

/// Which records a level has.
#[derive(Debug, Clone, Copy)]
pub(super) enum Selection<'a> {
    Root(Root<'a>),
    Related(Link, &'a [i64]),
}

impl Selection<'_> {
    /// How many records it goes by; any number where that is a condition.
    pub(super) fn records(self) -> usize {
        match self {
            Selection::Root(Root::Ids(ids)) | Selection::Related(_, ids) => ids.len(),
            Selection::Root(Root::Where(_)) => usize::MAX,
        }
    }
}

/// Appends which records are looked for, by a condition on what is stored: archived ones are left out, unless they are asked for or the condition names
/// `active` itself.
pub(super) fn push_search<'r>(sql: &mut Sql<'r>, scope: &Scope<'r>, search: &Search<'_>) -> Result<()> {
    sql.hide_archived = !search.archived;
    push_condition(sql, scope.model, &scope.alias, search.domain)?;
    let named = scope.model.active.is_some_and(|active| search.domain.compares(active));
    match search.archived || named {
        true => Ok(()),
        false => push_active(sql, scope.model, &scope.alias),
    }
}

/// The level's statement. Columns: the key, then the level's columns, then those of its riders.
pub(super) fn statement(env: &Env<'_>, level: &Level, selection: Selection<'_>) -> Result<Statement> {
    let registry = env.registry;
    let mut sql = Sql::new(registry, env.session.dialect());
    let mut scope = Scope::new(&mut sql, registry.model(level.model));
    let mut columns = columns(&mut sql, &mut scope, level)?;
    let mut riders = Vec::new();
    for (child, below) in level.riders(sql.dialect, selection.records()) {
        let (alias, id) = (sql.alias(), columns[level.children[child].column].clone());
        columns.extend(names(below).map(|name| format!("{alias}.{name}")));
        riders.push((below, alias, id));
    }
    let (key, order) = match selection {
        Selection::Root(Root::Where(search)) => (scope.id(), Some(scope.order_by(&mut sql, search.order, None)?)),
        Selection::Root(Root::Ids(_)) | Selection::Related(Link::One | Link::Held, _) => (scope.id(), None),
        Selection::Related(Link::Inverse(inverse), _) => {
            let key = column(&scope.alias, scope.model.fields[inverse].def.name);
            (key, Some(scope.order_by(&mut sql, &[], Some(inverse))?))
        }
        Selection::Related(Link::Pairs(_, own, _), _) => {
            (column("pairs", own), Some(scope.order_by(&mut sql, &[], None)?))
        }
    };
    scope.check()?;
    sql.push(&format!("SELECT {key}, {} FROM ", columns.join(", ")));
    if let Selection::Related(Link::Pairs(table, _, other), _) = selection {
        let (table, target) = (quoted(table), quoted(scope.model.def.table));
        sql.push(&format!(
            "{table} AS pairs JOIN {target} AS {} ON {} = {}",
            scope.alias,
            scope.id(),
            column("pairs", other)
        ));
        scope.push_joins(&mut sql);
    } else {
        scope.push_from(&mut sql);
    }
    for (below, alias, id) in riders {
        push_rider(&mut sql, below, &alias, &id)?;
    }
    sql.push(" WHERE ");
    match selection {
        Selection::Root(Root::Where(search)) => push_search(&mut sql, &scope, &search)?,
        Selection::Root(Root::Ids(ids)) | Selection::Related(_, ids) => sql.push_in_ids(&key, ids),
    }
    if let (Selection::Related(link, _), false) = (selection, level.archived)
        && link.is_many()
    {
        push_active(&mut sql, scope.model, &scope.alias)?;
    }
    if let Some(order) = order {
        sql.push(&format!(" ORDER BY {order}"));
    }
    if let Selection::Root(Root::Where(Search { limit, offset, .. })) = selection {
        // The sums keep SQLite from planning for the very number, that is, from preparing the statement again for another.
        sql.push(" LIMIT (");
        sql.push_bind(Bind::Int(Some(i64::try_from(limit).unwrap_or(i64::MAX))));
        sql.push(" + 0) OFFSET (");
        sql.push_bind(Bind::Int(Some(i64::try_from(offset).unwrap_or(i64::MAX))));
        sql.push(" + 0)");
    }
    Ok(sql.finish())
}

/// Joins the one record that a relation leads to, found by its id: without `LIMIT`, the planner may read all there are.
fn push_rider(sql: &mut Sql<'_>, level: &Level, alias: &str, id: &str) -> Result<()> {
    let mut scope = Scope::new(sql, sql.registry.model(level.model));
    let columns = columns(sql, &mut scope, level)?;
    sql.push(&format!(" LEFT JOIN LATERAL (SELECT {} FROM ", columns.join(", ")));
    scope.push_from(sql);
    let names = names(level).collect::<Vec<_>>().join(", ");
    sql.push(&format!(
        " WHERE {} = {id} LIMIT 1) AS {alias}({names}) ON TRUE",
        scope.id()
    ));
    Ok(())
}

/// A level's columns.
fn columns<'r>(sql: &mut Sql<'r>, scope: &mut Scope<'r>, level: &Level) -> Result<Vec<String>> {
    let paths = level.columns.iter();
    paths.map(|path| scope.expression(sql, path)).collect()
}

/// What a rider's columns are called.
fn names(level: &Level) -> impl Iterator<Item = String> {
    (0..level.columns.len()).map(|number| format!("c{number}"))
}
