//! The names of the parameters of reads, and the parts that several of them have.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap as HashMap;

use crate::domain;
use crate::error::{Code, Error, Result};
use crate::registry::{ModelInfo, OrderTerm, Registry};

/// Parameters that are not filters.
pub(crate) const PARAMETERS: [&str; 8] = [
    "fields",
    "offset",
    "limit",
    "order",
    "domain",
    "active_test",
    "cursor",
    "count",
];

/// The parameter that makes a list one of groups.
pub(super) const ASKS_FOR_GROUPS: &str = "group_by";

/// The parameters that only a list of groups has.
pub(super) const OF_GROUPS: [&str; 5] = [ASKS_FOR_GROUPS, "aggregate", "having", "time_zone", "fill_temporal"];

/// The most filters of a request, so that the databases can take them in one statement.
const MOST_FILTERS: usize = 200;

/// The parameters by their names, in the order in which these come first: each with all its values, the first one first.
///
/// # Errors
/// 400 for one of the names `single` that is given twice.
pub(super) fn by_name<'p>(parameters: &'p [(String, String)], single: &[&str]) -> Result<Vec<(&'p str, Vec<&'p str>)>> {
    let mut named: Vec<(&str, Vec<&str>)> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::default(); // a URL has room for thousands of names
    for (name, value) in parameters {
        match places.entry(name) {
            Entry::Occupied(_) if single.contains(&name.as_str()) => {
                return Err(Error::parameter(name, format!("`{name}` is given twice")));
            }
            Entry::Occupied(place) => named[*place.get()].1.push(value),
            Entry::Vacant(place) => {
                place.insert(named.len());
                named.push((name, vec![value]));
            }
        }
    }
    Ok(named)
}

/// Refuses more filters than a request may have.
pub(super) fn bounded(filters: usize) -> Result<()> {
    match filters {
        0..=MOST_FILTERS => Ok(()),
        _ => Err(Error::new(
            Code::Malformed,
            format!("at most {MOST_FILTERS} filters are allowed"),
        )),
    }
}

/// Parses `active_test`: whether archived records are found, too.
pub(super) fn archived_too(text: &str) -> Result<bool, String> {
    match text {
        "true" => Ok(false),
        "false" => Ok(true),
        _ => Err(format!("`{text}` is given where true or false belongs")),
    }
}

pub(super) fn parse_count(text: &str) -> Result<usize, String> {
    text.parse()
        .map_err(|_| format!("`{text}` is not a whole number of 0 or more"))
}

/// Parses an order such as `date_order desc nulls last, partner_id.name`.
pub(crate) fn parse_order(registry: &Registry, model: &ModelInfo, text: &str) -> Result<Vec<OrderTerm>, String> {
    let mut order = Vec::new();
    for term in text.split(',').map(str::trim) {
        let (names, desc, nulls_first) = order_term(term)?;
        let path = domain::parse_path(registry, model, names)?;
        if let Some(field) = registry.behind_unstored(model, &path) {
            return Err(format!(
                "`{names}` cannot be sorted by: `{}` is computed when it is read",
                field.def.name
            ));
        }
        let mut at = model;
        for (position, field) in path.iter().enumerate() {
            let info = &at.fields[*field];
            let sortable = info.is_many2one() || position + 1 == path.len() && info.is_comparable();
            if !sortable {
                return Err(format!(
                    "`{names}` cannot be sorted by: `{}` has no single value to compare",
                    info.def.name
                ));
            }
            at = info.target.map_or(at, |target| registry.model(target));
        }
        order.push(OrderTerm {
            path,
            desc,
            nulls_first,
        });
    }
    Ok(order)
}

/// Parses a term of an order: a name, whether it is descending, and where empty values come if that is said.
pub(super) fn order_term(term: &str) -> Result<(&str, bool, Option<bool>), String> {
    let mut words = term.split_whitespace();
    let name = words.next().filter(|_| words.clone().count() <= 3);
    let name = name.ok_or_else(|| {
        format!("`{term}` is no order: write `name`, `name desc`, `partner_id.name` or `name nulls first`")
    })?;
    let (desc, nulls_first) = direction(&words.collect::<Vec<_>>())?;
    Ok((name, desc, nulls_first))
}

/// Parses the words behind a name in an order: whether it is descending, and where empty values come if that is said.
fn direction(words: &[&str]) -> Result<(bool, Option<bool>), String> {
    let lower: Vec<String> = words.iter().map(|word| word.to_ascii_lowercase()).collect();
    let words: Vec<&str> = lower.iter().map(String::as_str).collect();
    let (desc, rest) = match words.as_slice() {
        ["asc", rest @ ..] => (false, rest),
        ["desc", rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    match rest {
        [] => Ok((desc, None)),
        ["nulls", "first"] => Ok((desc, Some(true))),
        ["nulls", "last"] => Ok((desc, Some(false))),
        ["nulls", ..] => Err("write `nulls first` or `nulls last`".to_owned()),
        [other, ..] => Err(format!("`{other}` is no direction: write `asc` or `desc`")),
    }
}
