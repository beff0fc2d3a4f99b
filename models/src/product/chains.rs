//! Checks the chains of pricelists that are based on each other: no cycles, and none longer than [`MOST_LISTS`].

use std::collections::{BTreeSet, HashMap};

use orm::prelude::*;
use orm::typed::{Filter, RelationFilter};

use super::pricing::MOST_LISTS;
use super::{ProductPricelistItem, ProductPricelistItemBase as Base, ProductPricelistItemFilter};

/// Ids of a pricelist and of one that it is based on.
type Edge = (i64, i64);

/// Refuses rules by which a pricelist is based on itself, directly or through others, or by which a chain has more than
/// [`MOST_LISTS`] pricelists. The number of statements grows with the length of the chains.
///
/// # Errors
/// 422; for a cycle, the message names a pricelist.
pub(super) fn end(rules: &[ProductPricelistItem], env: &mut Env<'_>) -> Result<()> {
    let lists: BTreeSet<i64> = rules.iter().filter_map(edge).map(|(list, _)| list).collect();
    let mut edges = BTreeSet::new();
    for downwards in [true, false] {
        let mut level = lists.clone();
        for _ in 0..=MOST_LISTS {
            let found = around(env, &level, downwards)?;
            level = (found.into_iter())
                .filter(|edge| edges.insert(*edge))
                .map(|(list, base)| if downwards { base } else { list })
                .collect();
        }
    }
    if let Some(list) = lists.iter().find(|list| reaches(**list, &edges)) {
        return Err(Error::refused(format!("product.pricelist {list} builds on itself")));
    }
    match longest(&edges) > MOST_LISTS {
        true => Err(Error::refused(format!(
            "more pricelists build on each other than prices are looked for in: at most {MOST_LISTS}"
        ))),
        false => Ok(()),
    }
}

/// The edge from the rule's pricelist to the one that the rule is based on, if it is based on one.
fn edge(rule: &ProductPricelistItem) -> Option<Edge> {
    let base = rule
        .base_pricelist_id
        .as_ref()
        .filter(|_| rule.base == Base::Pricelist)?;
    Some((rule.pricelist_id.id(), base.id()))
}

/// The next step of a chain of pricelists: the lists on whose prices these are based (`downwards`), or the lists that
/// are based on these. Archived rules count, too, since they may be unarchived.
fn around(env: &mut Env<'_>, lists: &BTreeSet<i64>, downwards: bool) -> Result<Vec<Edge>> {
    if lists.is_empty() {
        return Ok(Vec::new());
    }
    let these = Some(Box::new(RelationFilter::Id(Filter::In(
        lists.iter().copied().collect(),
    ))));
    let filter = ProductPricelistItemFilter {
        base: Some(Filter::Eq(Base::Pricelist)),
        active: Some(Filter::In(vec![true, false])),
        ..ProductPricelistItemFilter::default()
    };
    let filter = match downwards {
        true => ProductPricelistItemFilter {
            pricelist_id: these,
            ..filter
        },
        false => ProductPricelistItemFilter {
            base_pricelist_id: these,
            ..filter
        },
    };
    let rules = Records::<ProductPricelistItem>::search(env, filter)?.load(env, &[])?;
    Ok(rules.iter().filter_map(edge).collect())
}

/// Whether a pricelist is based on itself, directly or through others.
fn reaches(list: i64, edges: &BTreeSet<Edge>) -> bool {
    let (mut seen, mut waiting) = (BTreeSet::new(), vec![list]);
    while let Some(at) = waiting.pop() {
        for (_, base) in edges.range((at, i64::MIN)..=(at, i64::MAX)) {
            if *base == list {
                return true;
            }
            if seen.insert(*base) {
                waiting.push(*base);
            }
        }
    }
    false
}

/// The number of pricelists in the longest chain; more than [`MOST_LISTS`] if there is a cycle.
fn longest(edges: &BTreeSet<Edge>) -> usize {
    let mut lengths: HashMap<i64, usize> = HashMap::new();
    for _ in 0..=MOST_LISTS {
        for (list, base) in edges {
            let length = 1 + lengths.get(base).copied().unwrap_or(1);
            let known = lengths.entry(*list).or_insert(1);
            *known = length.max(*known);
        }
    }
    lengths.into_values().max().unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_chain_is_found_and_circles_have_no_end() {
        let edges = |edges: &[Edge]| BTreeSet::from_iter(edges.iter().copied());
        assert_eq!(longest(&edges(&[])), 1);
        assert_eq!(longest(&edges(&[(1, 2), (2, 3), (1, 3), (9, 1)])), 4);
        assert!(longest(&(1..40).map(|list| (list, list + 1)).collect()) > MOST_LISTS);
        assert!(longest(&edges(&[(1, 2), (2, 1)])) > MOST_LISTS);
        assert!(reaches(1, &edges(&[(1, 2), (2, 3), (3, 1)])));
        assert!(!reaches(1, &edges(&[(1, 2), (2, 3), (3, 2)])));
    }
}
