//! Which records, and columns of them, a read asks for: lists, records by id, and what relations lead to.

use super::condition::{push_active, push_condition};
use super::scope::Scope;
use super::{Sql, Statement, column};
use crate::db::Bind;
use crate::domain::{Domain, Op, Operand, Term};
use crate::error::Result;
use crate::registry::{FieldId, Link, ModelInfo, OrderTerm};
use crate::value::Value;

/// Which records are looked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Search<'a> {
    pub(crate) domain: &'a Domain,
    /// Before the model's own order.
    pub(crate) order: &'a [OrderTerm],
    pub(crate) limit: usize,
    pub(crate) offset: usize,
    /// Archived records too, whatever the condition says.
    pub(crate) archived: bool,
}

/// Which records the top level has.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Root<'a> {
    /// Those that match.
    Where(Search<'a>),
    /// These, in any order.
    Ids(&'a [i64]),
}

/// How related records are found.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Route {
    /// By their id.
    One,
    /// By their many2one to this record.
    Inverse(FieldId),
    /// By a table of pairs.
    Pairs(Link),
    /// By their ids, which a computed relation to many holds.
    Held,
}

impl Route {
    pub(crate) fn is_many(self) -> bool {
        !matches!(self, Route::One)
    }
}

/// Which records a statement is for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Selection<'a> {
    Root(Root<'a>),
    Related(Route, &'a [i64]),
}

impl Selection<'_> {
    /// How many records it goes by; any number where that is a condition.
    pub(crate) fn records(self) -> usize {
        match self {
            Selection::Root(Root::Ids(ids)) | Selection::Related(_, ids) => ids.len(),
            Selection::Root(Root::Where(_)) => usize::MAX,
        }
    }
}

/// What is read of records.
#[derive(Debug)]
pub(crate) struct Select<'a> {
    pub(crate) model: &'a ModelInfo,
    /// To-one paths; the first is the id.
    pub(crate) columns: &'a [Vec<FieldId>],
    /// The records that these name one of, read along with them.
    pub(crate) lateral_joins: Vec<LateralJoin<'a>>,
    pub(crate) selection: Selection<'a>,
    /// Archived records of relations to many are shown too.
    pub(crate) archived: bool,
}

/// Records that ride in the statement of those that name them.
#[derive(Debug)]
pub(crate) struct LateralJoin<'a> {
    pub(crate) model: &'a ModelInfo,
    pub(crate) columns: &'a [Vec<FieldId>],
    /// The column, of the records that name them, with their id.
    pub(crate) named_by: usize,
}

impl<'r> Sql<'r> {
    /// Columns: the key, then those asked for, then those of the lateral joins.
    pub(crate) fn select(mut self, select: &Select<'_>) -> Result<Statement> {
        let sql = &mut self;
        let selection = select.selection;
        let mut scope = Scope::new(sql, sql.registry.model(select.model.id));
        let mut columns = columns(sql, &mut scope, select.columns)?;
        let mut lateral_joins = Vec::new();
        for join in &select.lateral_joins {
            let (alias, id) = (sql.alias(), columns[join.named_by].clone());
            columns.extend(lateral_names(join).map(|name| format!("{alias}.{name}")));
            lateral_joins.push((join, alias, id));
        }
        let (key, order) = match selection {
            Selection::Root(Root::Where(search)) => (scope.id(), Some(scope.order_by(sql, search.order, None)?)),
            Selection::Root(Root::Ids(_)) | Selection::Related(Route::One | Route::Held, _) => (scope.id(), None),
            Selection::Related(Route::Inverse(inverse), _) => {
                let key = column(&scope.alias, scope.model.fields[inverse].def.name);
                (key, Some(scope.order_by(sql, &[], Some(inverse))?))
            }
            Selection::Related(Route::Pairs(link), _) => {
                (column("pairs", link.own), Some(scope.order_by(sql, &[], None)?))
            }
        };
        scope.check()?;
        sql.push(&format!("SELECT {key}, {} FROM ", columns.join(", ")));
        if let Selection::Related(Route::Pairs(link), _) = selection {
            let (table, target) = (sql.link(link), sql.table(scope.model));
            sql.push(&format!(
                "{table} AS pairs JOIN {target} AS {} ON {} = {}",
                scope.alias,
                scope.id(),
                column("pairs", link.other)
            ));
            scope.push_joins(sql);
        } else {
            scope.push_from(sql);
        }
        for (join, alias, id) in lateral_joins {
            push_lateral_join(sql, join, &alias, &id)?;
        }
        sql.push(" WHERE ");
        match selection {
            Selection::Root(Root::Where(search)) => push_search(sql, &scope, &search)?,
            Selection::Root(Root::Ids(ids)) | Selection::Related(_, ids) => sql.push_in_ids(&key, ids),
        }
        if let (Selection::Related(route, _), false) = (selection, select.archived)
            && route.is_many()
        {
            push_active(sql, scope.model, &scope.alias)?;
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
        self.finish()
    }

    /// How many records match, whatever the limit and offset.
    pub(crate) fn count(mut self, model: &ModelInfo, search: &Search<'_>) -> Result<Statement> {
        let sql = &mut self;
        let scope = Scope::new(sql, sql.registry.model(model.id));
        sql.push("SELECT COUNT(*) FROM ");
        scope.push_from(sql);
        sql.push(" WHERE ");
        push_search(sql, &scope, search)?;
        self.finish()
    }

    /// The records of a model from which a path of relations leads to one of `ids`.
    pub(crate) fn reaching(mut self, model: &ModelInfo, path: &[FieldId], ids: &[i64]) -> Result<Statement> {
        let sql = &mut self;
        let (end, field) = sql.registry.end_of(model, path);
        let id = sql.registry.target(end, field).implicit("id");
        let scope = Scope::new(sql, sql.registry.model(model.id));
        sql.push(&format!("SELECT {} FROM ", column(&scope.alias, "id")));
        scope.push_from(sql);
        sql.push(" WHERE ");
        let term = Term {
            path: path.iter().copied().chain([id]).collect(),
            op: Op::In,
            operand: Operand::Many(ids.iter().map(|id| Value::Int(*id)).collect()),
        };
        push_condition(sql, scope.model, &scope.alias, &Domain::Term(term))?;
        self.finish()
    }

    /// The ids at the end of to-one relations, each behind that of the record that it begins at.
    pub(crate) fn ends(mut self, model: &ModelInfo, ids: &[i64], hops: &[FieldId]) -> Result<Statement> {
        let sql = &mut self;
        let mut scope = Scope::new(sql, sql.registry.model(model.id));
        let (id, end) = (scope.id(), scope.expression(sql, hops)?);
        sql.push(&format!("SELECT {id}, {end} FROM "));
        scope.push_from(sql);
        sql.push(" WHERE ");
        sql.push_one_of(&id, ids);
        self.finish()
    }
}

/// Appends which records are looked for, by a condition on what is stored: archived ones are left out, unless they are asked
/// for or the condition names `active` itself.
fn push_search<'r>(sql: &mut Sql<'r>, scope: &Scope<'r>, search: &Search<'_>) -> Result<()> {
    sql.hide_archived = !search.archived;
    push_condition(sql, scope.model, &scope.alias, search.domain)?;
    let named = scope.model.active.is_some_and(|active| search.domain.compares(active));
    match search.archived || named {
        true => Ok(()),
        false => push_active(sql, scope.model, &scope.alias),
    }
}

/// Joins the one record that a relation leads to, found by its id: without `LIMIT`, the planner may read all there are.
fn push_lateral_join(sql: &mut Sql<'_>, join: &LateralJoin<'_>, alias: &str, id: &str) -> Result<()> {
    let mut scope = Scope::new(sql, sql.registry.model(join.model.id));
    let columns = columns(sql, &mut scope, join.columns)?;
    sql.push(&format!(" LEFT JOIN LATERAL (SELECT {} FROM ", columns.join(", ")));
    scope.push_from(sql);
    let names = lateral_names(join).collect::<Vec<_>>().join(", ");
    sql.push(&format!(
        " WHERE {} = {id} LIMIT 1) AS {alias}({names}) ON TRUE",
        scope.id()
    ));
    Ok(())
}

fn columns<'r>(sql: &mut Sql<'r>, scope: &mut Scope<'r>, paths: &[Vec<FieldId>]) -> Result<Vec<String>> {
    paths.iter().map(|path| scope.expression(sql, path)).collect()
}

/// What a join's columns are called.
fn lateral_names(join: &LateralJoin<'_>) -> impl Iterator<Item = String> {
    (0..join.columns.len()).map(|number| format!("c{number}"))
}
