//! Reading: a request becomes a plan, the plan is run with one statement for each relation and level of nesting, and
//! the rows are rendered straight to text.

mod computed;
mod cursor;
mod fetch;
mod fields;
pub(crate) mod group;
mod nested;
mod page;
mod parameters;
mod plan;
mod plan_cache;
mod rendered;
mod request;
mod ruled;
mod stream;
mod table;
mod texts;

pub use crate::env::Limits;
pub use cursor::START;
pub use page::{Page, page};
pub use request::{ALL, Count, Request};
pub use stream::{Form, stream};

pub(crate) use crate::sql::Search;
pub(crate) use fields::field_names;
pub(crate) use parameters::parse_order;
pub(crate) use plan::Style;
use plan_cache::PlanCache;

use std::collections::HashMap;
use std::sync::Arc;

use nested::Nested;
use plan::Level;
use rendered::Rendered;

use crate::compute::resolve;
use crate::def::Operation;
use crate::domain::{Domain, Op, Operand, Term};
use crate::env::Budget;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::registry::{FieldId, ModelInfo, Node};
use crate::sql::Root;
use crate::value::Value;
use crate::wire;

/// Whether the parameters of a list ask for groups ([`groups`]), not for records.
pub fn asks_for_groups(parameters: &[(String, String)]) -> bool {
    parameters.iter().any(|(name, _)| name == parameters::ASKS_FOR_GROUPS)
}

/// Answers the groups that the parameters of a list ask for, as a list.
///
/// # Errors
/// 400 naming the parameter that is wrong; 403 for fields that the caller may not see.
pub fn groups(
    env: &mut Env<'_>,
    model: &ModelInfo,
    parameters: &[(String, String)],
    limits: &Limits,
) -> Result<Vec<u8>> {
    let request = group::parse(env.registry, model, parameters, limits, env.wire)?;
    group::groups(env, model, &request)
}

/// Answers the records that a request asks for, as a list.
///
/// # Errors
/// 400 when more rows match than a list without `limit` may have.
pub fn list(env: &mut Env<'_>, model: &ModelInfo, request: &Request) -> Result<Vec<u8>> {
    Ok(page(env, model, request)?.list)
}

/// Reads the records that a request without a cursor asks for.
fn read_search(env: &mut Env<'_>, model: &ModelInfo, request: &Request) -> Result<Rendered> {
    let level = plan(env, model, &request.nodes, request.style(), &request.nested)?;
    let rendered = fetch::fetch(env, &level, Root::Where(request.search()))?;
    not_more(request, rendered.len())?;
    Ok(rendered)
}

/// Refuses a request that names a field which the caller does not see. (Conditions and orders are looked at where they
/// are run.)
fn see(env: &Env<'_>, model: &ModelInfo, request: &Request) -> Result<()> {
    let mut named = request.named.iter();
    named.try_for_each(|path| env.access.see(env.registry, model, path))?;
    let mut nested = request.nested.iter();
    nested.try_for_each(|(path, search)| {
        let (owner, relation) = env.registry.end_of(model, path);
        let target = env.registry.target(owner, relation);
        fetch::see_search(env, target, &search.domain, &search.order)
    })
}

/// Answers the ids of the records that a request asks for, as a list.
///
/// # Errors
/// As [`list`].
pub(crate) fn list_ids(env: &mut Env<'_>, model: &ModelInfo, request: &Request) -> Result<Vec<u8>> {
    let level = Level::ids(env.wire, model, Style::default());
    let rendered = fetch::fetch(env, &level, Root::Where(request.search()))?;
    not_more(request, rendered.len())?;
    rendered.into_list(env.wire.layout(), &mut env.budget)
}

/// The ids of the records that match a search.
pub(crate) fn ids(env: &mut Env<'_>, model: &ModelInfo, search: &Search<'_>) -> Result<Vec<i64>> {
    let level = Level::ids(wire::DEFAULT, model, Style::default());
    let rendered = without_budget(env, |env| fetch::fetch(env, &level, Root::Where(*search)))?;
    Ok(rendered.into_keys())
}

/// Answers the records that match a search, each as `[id, "display name"]`, as a list.
pub(crate) fn names(env: &mut Env<'_>, model: &ModelInfo, search: &Search<'_>) -> Result<Vec<u8>> {
    let level = Level::pairs(env.wire, model, Style::default());
    fetch::fetch(env, &level, Root::Where(*search))?.into_list(env.wire.layout(), &mut env.budget)
}

/// One record as `[id, "display name"]`; `None` when there is none that the caller may read.
pub(crate) fn name_of(env: &mut Env<'_>, model: &ModelInfo, id: i64) -> Result<Option<Vec<u8>>> {
    if env.may(model, Operation::Read).is_err() {
        return Ok(None);
    }
    let level = Level::pairs(env.wire, model, Style::default());
    let rendered = fetch::fetch(env, &level, Root::Ids(&[id]))?;
    Ok(rendered.first(id).map(<[u8]>::to_vec))
}

/// The display names of those of the records that exist, by id.
pub(crate) fn display_names(env: &mut Env<'_>, model: &ModelInfo, ids: &[i64]) -> Result<HashMap<i64, String>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    // Not in the form of the request: the text is parsed again below.
    let level = Level::pairs(wire::DEFAULT, model, Style::default());
    let rendered = without_budget(env, |env| fetch::fetch(env, &level, Root::Ids(ids)))?;
    let pairs = ids.iter().filter_map(|id| rendered.first(*id));
    pairs
        .map(|pair| serde_json::from_slice(pair).map_err(|error| Error::internal(format!("a display name: {error}"))))
        .collect()
}

/// Runs a read for internal use: its result is not part of the response and does not count against the response's
/// budget.
fn without_budget<T>(env: &mut Env<'_>, read: impl FnOnce(&mut Env<'_>) -> Result<T>) -> Result<T> {
    let budget = std::mem::replace(&mut env.budget, Budget::UNLIMITED);
    let found = read(env);
    env.budget = budget;
    found
}

/// Those of `ids` whose boolean `field` is true.
pub(crate) fn where_true(env: &mut Env<'_>, model: &ModelInfo, field: FieldId, ids: &[i64]) -> Result<Vec<i64>> {
    let term = |path: FieldId, op, operand| {
        Domain::Term(Term {
            path: vec![path],
            op,
            operand,
        })
    };
    let values = ids.iter().map(|id| Value::Int(*id)).collect();
    let domain = Domain::And(vec![
        term(model.implicit("id"), Op::In, Operand::Many(values)),
        term(field, Op::Eq, Operand::One(Value::Bool(true))),
    ]);
    let search = Search {
        domain: &domain,
        order: &[],
        limit: ids.len(),
        offset: 0,
        archived: true,
    };
    self::ids(env, model, &search)
}

/// How many records match, whatever the limit and offset.
pub(crate) fn count(env: &mut Env<'_>, model: &ModelInfo, search: &Search<'_>) -> Result<i64> {
    env.access.see_domain(env.registry, model, search.domain)?;
    let domain = &*resolve(env, model, search.domain)?;
    let statement = env.sql().count(model, &Search { domain, ..*search })?;
    let mut count = 0;
    env.query(statement, |row| {
        count = row.int(0)?.unwrap_or(0);
        Ok(())
    })?;
    Ok(count)
}

/// How many records match a request that asks for their number, whatever its limit, offset and cursor.
///
/// # Errors
/// When the database cannot be asked.
pub fn total(env: &mut Env<'_>, model: &ModelInfo, request: &Request) -> Result<Option<i64>> {
    let search = request.search();
    match request.count {
        Count::None => Ok(None),
        Count::Exact => count(env, model, &search).map(Some),
        Count::Estimated => {
            env.access.see_domain(env.registry, model, search.domain)?;
            let domain = &*resolve(env, model, search.domain)?;
            let statement = env.sql().expected(model, &Search { domain, ..search })?;
            // What a database expects tells of records that the caller's rules hide: for him it is counted.
            if !env.session.dialect().is_server() || !env.access.is_open(&statement.text.tables) {
                return count(env, model, &search).map(Some);
            }
            let mut plan = String::new();
            env.query(statement, |row| {
                plan = row.text(0)?.unwrap_or_default();
                Ok(())
            })?;
            let plan: serde_json::Value =
                serde_json::from_str(&plan).map_err(|error| Error::internal(format!("a query plan: {error}")))?;
            Ok(Some(plan[0]["Plan"]["Plan Rows"].as_f64().unwrap_or_default() as i64))
        }
    }
}

/// Refuses a list without `limit` that has more records than such a list may have.
fn not_more(request: &Request, found: usize) -> Result<()> {
    if !request.limited && found > request.limit {
        return Err(Error::parameter(
            "limit",
            format!(
                "more than {} records match: give `limit` (and `offset`), narrow the filters, or take all with `limit=all`",
                request.limit
            ),
        ));
    }
    Ok(())
}

/// Answers one record: a JSON object.
///
/// # Errors
/// 404 when there is no such record.
pub fn read_one(env: &mut Env<'_>, model: &ModelInfo, id: i64, request: &Request) -> Result<Vec<u8>> {
    see(env, model, request)?;
    let rendered = tree(env, model, &[id], &request.nodes, request.style(), &request.nested)?;
    let record = rendered.first(id).map(<[u8]>::to_vec);
    record.ok_or_else(|| Error::not_found(format!("there is no record {id} of {}", model.def.name)))
}

/// The records with these ids, in this order, each rendered with the fields of `nodes`; ids without a record are left
/// out.
pub(crate) fn read_tree(
    env: &mut Env<'_>,
    model: &ModelInfo,
    ids: &[i64],
    nodes: &[Node],
    style: Style,
) -> Result<Vec<Vec<u8>>> {
    let rendered = tree(env, model, ids, nodes, style, &Nested::new())?;
    let records = ids.iter().filter_map(|id| rendered.first(*id));
    records
        .map(|record| {
            env.budget.take(record.len())?;
            Ok(record.to_vec())
        })
        .collect()
}

/// As [`read_tree`], as one list.
pub(crate) fn read_list(
    env: &mut Env<'_>,
    model: &ModelInfo,
    ids: &[i64],
    nodes: &[Node],
    style: Style,
) -> Result<Vec<u8>> {
    let links: Vec<(i64, i64)> = ids.iter().map(|id| (*id, *id)).collect();
    let records = tree(env, model, ids, nodes, style, &Nested::new())?.found_by(&links);
    records.into_list(env.wire.layout(), &mut env.budget)
}

/// Reads and renders the records with these ids, each once.
fn tree(
    env: &mut Env<'_>,
    model: &ModelInfo,
    ids: &[i64],
    nodes: &[Node],
    style: Style,
    nested: &Nested,
) -> Result<Rendered> {
    let level = plan(env, model, nodes, style, nested)?;
    fetch::fetch(env, &level, Root::Ids(&once(ids)))
}

/// The plan of a read of these fields, as far as the caller sees them.
fn plan(env: &Env<'_>, model: &ModelInfo, nodes: &[Node], style: Style, nested: &Nested) -> Result<Arc<Level>> {
    let nodes = env.access.visible(env.registry, model, nodes);
    if nested.is_empty() {
        let plans = env.runtime.kept::<PlanCache>()?;
        return plans.get(env.wire, env.registry, model, &nodes, style);
    }
    let mut level = Level::new(env.wire, env.registry, model, &nodes, style)?;
    for (path, search) in nested {
        level.narrow(path, search);
    }
    Ok(Arc::new(level))
}

/// The ids sorted, without repetitions.
fn once(ids: &[i64]) -> Vec<i64> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// A node for every readable field: what a plain read answers.
pub(crate) fn plain_nodes(model: &ModelInfo) -> Vec<Node> {
    (0..model.fields.len())
        .filter(|field| !model.fields[*field].def.secret)
        .map(|field| Node {
            field,
            children: Vec::new(),
        })
        .collect()
}
