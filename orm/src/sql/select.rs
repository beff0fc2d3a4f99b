//! The statements of reads: lists, records by id, and the records that a relation leads to.

use super::allowed::{push_allowed, push_seen, push_seen_below};
use super::condition::{push_active, push_condition};
use super::order::{Place, order_text, push_behind};
use super::scope::Scope;
use super::{Sql, Statement, column};
use crate::db::Bind;
use crate::def::Kind;
use crate::domain::{Domain, Op, Operand, Term};
use crate::error::Result;
use crate::registry::{FieldId, Link, ModelInfo, OrderTerm};
use crate::value::Value;

/// A search for records.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Search<'a> {
    pub(crate) domain: &'a Domain,
    /// The terms to sort by; the model's own order follows them.
    pub(crate) order: &'a [OrderTerm],
    pub(crate) limit: usize,
    pub(crate) offset: usize,
    /// Archived records too, whatever the condition says.
    pub(crate) archived: bool,
}

/// How the records of the top level are selected.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Root<'a> {
    /// By a search.
    Where(Search<'a>),
    /// By their ids; the result is in no particular order.
    Ids(&'a [i64]),
}

/// How related records are found.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Route {
    /// By their id.
    One,
    /// One2many: by their many2one to this record.
    Inverse(FieldId),
    /// Many2many: by the table of pairs.
    Pairs(Link),
    /// By their ids, which are the value of a computed relation to many.
    ComputedIds,
}

impl Route {
    pub(crate) fn is_many(self) -> bool {
        !matches!(self, Route::One)
    }
}

/// How the records of a statement are selected.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Selection<'a> {
    Root(Root<'a>),
    Related(Route, &'a [i64]),
}

impl Selection<'_> {
    /// The number of ids that it selects by; `usize::MAX` for a search.
    pub(crate) fn records(self) -> usize {
        match self {
            Selection::Root(Root::Ids(ids)) | Selection::Related(_, ids) => ids.len(),
            Selection::Root(Root::Where(_)) => usize::MAX,
        }
    }
}

/// The parts of a `SELECT`.
#[derive(Debug)]
pub(crate) struct Select<'a> {
    pub(crate) model: &'a ModelInfo,
    /// The columns, as to-one paths; the first is the id.
    pub(crate) columns: &'a [Vec<FieldId>],
    /// The many2one targets that are read in the same statement.
    pub(crate) lateral_joins: Vec<LateralJoin<'a>>,
    pub(crate) selection: Selection<'a>,
    /// Which of the related records, where not all of them are asked for.
    pub(crate) among: Option<Among<'a>>,
    /// Relations to many show archived records too.
    pub(crate) archived: bool,
    /// Of related records: the model from which they are read, and the path from it to those that they belong to.
    pub(crate) above: Option<(&'a ModelInfo, &'a [FieldId])>,
}

/// Which of the records of a relation to many.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Among<'a> {
    pub(crate) domain: &'a Domain,
    /// The model's own order follows it.
    pub(crate) order: &'a [OrderTerm],
    /// The most of each record.
    pub(crate) limit: Option<usize>,
    /// How many to skip, of each record.
    pub(crate) offset: usize,
}

impl Among<'_> {
    /// Whether records are left out because of their place.
    fn is_cut(&self) -> bool {
        self.limit.is_some() || self.offset > 0
    }
}

/// The targets of a many2one, read in the statement of the records that refer to them.
#[derive(Debug)]
pub(crate) struct LateralJoin<'a> {
    pub(crate) model: &'a ModelInfo,
    pub(crate) columns: &'a [Vec<FieldId>],
    /// The index, in the columns of the referring records, of the many2one.
    pub(crate) named_by: usize,
}

impl<'r> Sql<'r> {
    /// Selects records. Columns: the key, then `columns`, then those of the lateral joins. The key is the id of the
    /// record, or, for a one2many or many2many, the id of the record that it belongs to.
    pub(crate) fn select(mut self, select: &Select<'_>) -> Result<Statement> {
        let sql = &mut self;
        sql.ruled = true;
        let selection = select.selection;
        let mut scope = Scope::new(sql, sql.registry.model(select.model.id));
        let mut columns = columns(sql, &mut scope, select.columns)?;
        let mut lateral_joins = Vec::new();
        for join in &select.lateral_joins {
            let (alias, id) = (sql.alias(), columns[join.named_by].clone());
            columns.extend(lateral_names(join).map(|name| format!("{alias}.{name}")));
            lateral_joins.push((join, alias, id));
        }
        let asked = select.among.map_or(&[][..], |among| among.order);
        let (key, order) = match selection {
            Selection::Root(Root::Where(search)) => (scope.id(), Some(scope.order_by(sql, search.order, None)?)),
            Selection::Root(Root::Ids(_)) | Selection::Related(Route::One | Route::ComputedIds, _) => {
                (scope.id(), None)
            }
            Selection::Related(Route::Inverse(inverse), _) => {
                let key = column(&scope.alias, scope.model.fields[inverse].def.name);
                (key, Some(scope.order_by(sql, asked, Some(inverse))?))
            }
            Selection::Related(Route::Pairs(link), _) => {
                (column("pairs", link.own), Some(scope.order_by(sql, asked, None)?))
            }
        };
        scope.check()?;
        let cut = select.among.filter(Among::is_cut);
        match (&order, cut) {
            (Some(order), Some(_)) => {
                // Each record's related ones get their places, and those at the places that are asked for are kept.
                let names: Vec<String> = (0..columns.len()).map(|number| format!("c{number}")).collect();
                let inner = columns
                    .iter()
                    .zip(&names)
                    .map(|(column, name)| format!("{column} AS {name}"));
                sql.push(&format!(
                    "SELECT owner, {} FROM (SELECT {key} AS owner, {}, \
                     ROW_NUMBER() OVER (PARTITION BY {key} ORDER BY {order}) AS place FROM ",
                    names.join(", "),
                    inner.collect::<Vec<_>>().join(", ")
                ));
            }
            _ => sql.push(&format!("SELECT {key}, {} FROM ", columns.join(", "))),
        }
        if let Selection::Related(Route::Pairs(link), _) = selection {
            let (table, target) = (sql.link(link), sql.table(scope.model));
            sql.push(&format!(
                "{table} AS pairs JOIN {target} AS {} ON {} = {}",
                scope.alias,
                scope.id(),
                column("pairs", link.other)
            ));
            scope.push_joins(sql)?;
        } else {
            scope.push_from(sql)?;
        }
        for (join, alias, id) in lateral_joins {
            push_lateral_join(sql, join, &alias, &id)?;
        }
        sql.push(" WHERE ");
        match selection {
            Selection::Root(Root::Where(search)) => push_search(sql, &scope, &search)?,
            Selection::Root(Root::Ids(ids)) | Selection::Related(_, ids) => {
                sql.ids_at = Some(sql.binds.len());
                sql.push_in_ids(&key, ids);
            }
        }
        sql.of_few = !matches!(selection, Selection::Root(Root::Where(_)));
        match (selection, select.above) {
            (Selection::Root(_), _) => push_allowed(sql, scope.model, &scope.alias)?,
            (Selection::Related(Route::Inverse(inverse), _), Some(above)) => {
                push_seen_below(sql, scope.model, &scope.alias, inverse, above)?;
            }
            (Selection::Related(..), _) => push_seen(sql, scope.model, &scope.alias)?,
        }
        if let (Selection::Related(route, _), false) = (selection, select.archived)
            && route.is_many()
        {
            let named = (scope.model.active)
                .is_some_and(|active| select.among.is_some_and(|among| among.domain.compares(active)));
            if !named {
                push_active(sql, scope.model, &scope.alias)?;
            }
        }
        if let Some(among) = select.among {
            sql.push(" AND ");
            sql.hide_archived = !select.archived;
            push_condition(sql, scope.model, &scope.alias, among.domain)?;
        }
        match (order, cut) {
            (Some(_), Some(among)) => push_places(sql, &among),
            (Some(order), None) => sql.push(&format!(" ORDER BY {order}")),
            (None, _) => {}
        }
        if let Selection::Root(Root::Where(search)) = selection {
            push_limit(sql, &search);
        }
        self.finish()
    }

    /// The ids of the first records of a search behind a place in its order, with the values of what they are sorted
    /// by, whose kinds are answered too. `place` makes the place from these kinds.
    pub(crate) fn page(
        mut self,
        model: &ModelInfo,
        search: &Search<'_>,
        place: impl FnOnce(&[Kind]) -> Result<Option<Place>>,
    ) -> Result<(Statement, Vec<Kind>)> {
        let sql = &mut self;
        sql.ruled = true;
        let mut scope = Scope::new(sql, sql.registry.model(model.id));
        let keys = scope.order_keys(sql, search.order, None)?;
        let kinds: Vec<Kind> = keys.iter().map(|key| key.kind).collect();
        let place = place(&kinds)?;
        scope.check()?;
        let columns = keys.iter().map(|key| key.expression.clone()).collect::<Vec<_>>();
        sql.push(&format!("SELECT {}, {} FROM ", scope.id(), columns.join(", ")));
        scope.push_from(sql)?;
        sql.push(" WHERE ");
        push_search(sql, &scope, search)?;
        push_allowed(sql, scope.model, &scope.alias)?;
        if let Some(place) = &place {
            sql.push(" AND ");
            push_behind(sql, &keys, place);
        }
        let backward = place.is_some_and(|place| place.backward);
        sql.push(&format!(" ORDER BY {}", order_text(sql.dialect, &keys, backward)));
        push_limit(sql, search);
        Ok((self.finish()?, kinds))
    }

    /// How many records match, whatever the limit and offset.
    pub(crate) fn count(self, model: &ModelInfo, search: &Search<'_>) -> Result<Statement> {
        self.matching("SELECT COUNT(*)", model, search)
    }

    /// The plan by which PostgreSQL would find the records that match, as JSON: it tells how many it expects.
    pub(crate) fn expected(self, model: &ModelInfo, search: &Search<'_>) -> Result<Statement> {
        self.once().matching("EXPLAIN (FORMAT JSON) SELECT 1", model, search)
    }

    fn matching(mut self, select: &str, model: &ModelInfo, search: &Search<'_>) -> Result<Statement> {
        let sql = &mut self;
        sql.ruled = true;
        let scope = Scope::new(sql, sql.registry.model(model.id));
        sql.push(&format!("{select} FROM "));
        scope.push_from(sql)?;
        sql.push(" WHERE ");
        push_search(sql, &scope, search)?;
        push_allowed(sql, scope.model, &scope.alias)?;
        self.finish()
    }

    /// The records of a model from which a path of relations leads to one of `ids`.
    pub(crate) fn reaching(mut self, model: &ModelInfo, path: &[FieldId], ids: &[i64]) -> Result<Statement> {
        let sql = &mut self;
        let (end, field) = sql.registry.end_of(model, path);
        let id = sql.registry.target(end, field).implicit("id");
        let scope = Scope::new(sql, sql.registry.model(model.id));
        sql.push(&format!("SELECT {} FROM ", column(&scope.alias, "id")));
        scope.push_from(sql)?;
        sql.push(" WHERE ");
        let term = Term {
            path: path.iter().copied().chain([id]).collect(),
            op: Op::In,
            operand: Operand::Many(ids.iter().map(|id| Value::Int(*id)).collect()),
        };
        push_condition(sql, scope.model, &scope.alias, &Domain::Term(term))?;
        self.finish()
    }

    /// Pairs of ids: a record, one of `ids`, and the record that the path `hops` of to-one relations leads to from it.
    pub(crate) fn ends(mut self, model: &ModelInfo, ids: &[i64], hops: &[FieldId]) -> Result<Statement> {
        let sql = &mut self;
        let mut scope = Scope::new(sql, sql.registry.model(model.id));
        let (id, end) = (scope.id(), scope.expression(sql, hops)?);
        sql.push(&format!("SELECT {id}, {end} FROM "));
        scope.push_from(sql)?;
        sql.push(" WHERE ");
        sql.push_one_of(&id, ids);
        self.finish()
    }
}

/// Appends the condition of a search, which may be on stored fields only. Archived records are left out, unless the
/// search asks for them or the condition names `active` itself.
pub(super) fn push_search<'r>(sql: &mut Sql<'r>, scope: &Scope<'r>, search: &Search<'_>) -> Result<()> {
    sql.hide_archived = !search.archived;
    push_condition(sql, scope.model, &scope.alias, search.domain)?;
    let named = scope.model.active.is_some_and(|active| search.domain.compares(active));
    match search.archived || named {
        true => Ok(()),
        false => push_active(sql, scope.model, &scope.alias),
    }
}

/// Ends a subselect in which related records have places, and keeps those that are asked for.
fn push_places(sql: &mut Sql<'_>, among: &Among<'_>) {
    let number = |number: usize| Bind::Int(Some(i64::try_from(number).unwrap_or(i64::MAX)));
    sql.push(") AS placed WHERE place > ");
    sql.push_bind(number(among.offset));
    if let Some(limit) = among.limit {
        sql.push(" AND place <= ");
        sql.push_bind(number(among.offset.saturating_add(limit)));
    }
    sql.push(" ORDER BY place");
}

/// Appends the limit and the offset of a search. Written as sums because SQLite would plan for the exact numbers, and
/// prepare the statement again for others.
pub(super) fn push_limit(sql: &mut Sql<'_>, search: &Search<'_>) {
    for (word, number) in [("LIMIT", search.limit), ("OFFSET", search.offset)] {
        sql.push(&format!(" {word} ("));
        sql.push_bind(Bind::Int(Some(i64::try_from(number).unwrap_or(i64::MAX))));
        sql.push(" + 0)");
    }
}

/// Joins the target of a many2one, found by its id. Without the `LIMIT`, the planner may read the whole table.
fn push_lateral_join(sql: &mut Sql<'_>, join: &LateralJoin<'_>, alias: &str, id: &str) -> Result<()> {
    let mut scope = Scope::new(sql, sql.registry.model(join.model.id));
    let columns = columns(sql, &mut scope, join.columns)?;
    sql.push(&format!(" LEFT JOIN LATERAL (SELECT {} FROM ", columns.join(", ")));
    scope.push_from(sql)?;
    let names = lateral_names(join).collect::<Vec<_>>().join(", ");
    sql.push(&format!(" WHERE {} = {id}", scope.id()));
    let around = std::mem::replace(&mut sql.of_few, true);
    push_seen(sql, scope.model, &scope.alias)?;
    sql.of_few = around;
    sql.push(&format!(" LIMIT 1) AS {alias}({names}) ON TRUE"));
    Ok(())
}

fn columns<'r>(sql: &mut Sql<'r>, scope: &mut Scope<'r>, paths: &[Vec<FieldId>]) -> Result<Vec<String>> {
    paths.iter().map(|path| scope.expression(sql, path)).collect()
}

/// The names of a join's columns: `c0`, `c1`, …
fn lateral_names(join: &LateralJoin<'_>) -> impl Iterator<Item = String> {
    (0..join.columns.len()).map(|number| format!("c{number}"))
}
