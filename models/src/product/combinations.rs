//! Plans the variants of a product: one for each combination of the values of its attributes, and a single one if it
//! has no attributes. `variants.rs` carries the plan out.

use std::collections::{BTreeMap, BTreeSet};

use super::ProductAttributeCreateVariant as Mode;

/// Maximum number of variants of a product.
pub const MOST_VARIANTS: usize = 1_000;

/// The values of a variant, one of each attribute, as ids of `product.template.attribute.value`.
pub type Combination = BTreeSet<i64>;

/// An attribute of a product, with the values that the product has of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// When variants are created.
    pub mode: Mode,
    /// Ids of `product.template.attribute.value`.
    pub values: Vec<i64>,
}

/// A variant as it is before the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    /// The variant.
    pub id: i64,
    /// Whether the variant is not archived.
    pub active: bool,
    /// Whether the variant is being created in this transaction. If its values are not a combination, it takes one that
    /// is missing.
    pub new: bool,
    /// Its values.
    pub values: Combination,
}

/// What is to be done with a product's variants.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Variants that are kept, with the values that they are to have.
    pub kept: BTreeMap<i64, Combination>,
    /// Combinations for which a variant is to be created.
    pub missing: Vec<Combination>,
    /// Variants to be removed: their values are not a possible combination any more, or another variant has the same
    /// values.
    pub impossible: Vec<i64>,
}

/// Plans what is to be done with the `variants` of a product with these attributes. `Err` holds the number of
/// combinations if that is more than [`MOST_VARIANTS`] and they are not created on demand.
///
/// Attributes without values, and those that never create variants (`NoVariant`), do not count. If an attribute creates
/// variants on demand (`Dynamic`), no missing ones are planned.
pub fn plan(attributes: &[Attribute], variants: &[Variant]) -> Result<Plan, usize> {
    let (on_demand, attributes) = counting(attributes);
    let count = attributes
        .iter()
        .map(|values| values.len())
        .fold(1, usize::saturating_mul);
    if count > MOST_VARIANTS && !on_demand {
        return Err(count);
    }
    let mut plan = Plan::default();
    let mut taken: BTreeSet<Combination> = BTreeSet::new();
    let mut left = Vec::new();
    let mut sorted: Vec<&Variant> = variants.iter().collect();
    sorted.sort_by_key(|variant| (!variant.active, variant.id));
    for variant in sorted {
        let values = completed(&variant.values, &attributes);
        match is_combination(&values, &attributes) && taken.insert(values.clone()) {
            true => {
                plan.kept.insert(variant.id, values);
            }
            false => left.push(variant),
        }
    }
    let wanted = if on_demand { left.len() } else { count };
    let mut missing = (0..count).map(|number| combination(&attributes, number));
    let mut missing = missing
        .by_ref()
        .filter(|values| !taken.contains(values))
        .take(wanted)
        .peekable();
    for variant in left {
        match missing.next_if(|_| variant.new) {
            Some(values) => {
                plan.kept.insert(variant.id, values);
            }
            None => plan.impossible.push(variant.id),
        }
    }
    if !on_demand {
        plan.missing = missing.collect();
    }
    Ok(plan)
}

/// Whether variants are created on demand, and the values of each attribute that counts.
fn counting(attributes: &[Attribute]) -> (bool, Vec<&[i64]>) {
    let counting = attributes
        .iter()
        .filter(|attribute| attribute.mode != Mode::NoVariant && !attribute.values.is_empty());
    let on_demand = counting.clone().any(|attribute| attribute.mode == Mode::Dynamic);
    (
        on_demand,
        counting.map(|attribute| attribute.values.as_slice()).collect(),
    )
}

/// `values` with the value of each attribute that has only one, so that adding such an attribute keeps the variants.
fn completed(values: &Combination, attributes: &[&[i64]]) -> Combination {
    let only = attributes.iter().filter_map(|values| match values {
        [only] => Some(*only),
        _ => None,
    });
    values.iter().copied().chain(only).collect()
}

/// Whether `values` is exactly one value of each attribute.
fn is_combination(values: &Combination, attributes: &[&[i64]]) -> bool {
    let one_of = |of: &&[i64]| of.iter().filter(|value| values.contains(value)).count() == 1;
    values.len() == attributes.len() && attributes.iter().all(one_of)
}

/// The combination with this number, from 0; the last attribute varies fastest.
fn combination(attributes: &[&[i64]], mut number: usize) -> Combination {
    let digit = |values: &&[i64]| {
        let value = values[number % values.len()];
        number /= values.len();
        value
    };
    attributes.iter().rev().map(digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attribute(mode: Mode, values: &[i64]) -> Attribute {
        Attribute {
            mode,
            values: values.to_vec(),
        }
    }

    fn variant(id: i64, active: bool, values: &[i64]) -> Variant {
        Variant {
            id,
            active,
            new: false,
            values: Combination::from_iter(values.iter().copied()),
        }
    }

    fn sets(combinations: &[&[i64]]) -> Vec<Combination> {
        let set = |values: &&[i64]| Combination::from_iter(values.iter().copied());
        combinations.iter().map(set).collect()
    }

    #[test]
    fn a_product_without_attributes_has_one_variant() {
        let plan = |variants: &[Variant]| super::plan(&[attribute(Mode::NoVariant, &[1, 2])], variants).unwrap();
        assert_eq!(plan(&[]).missing, sets(&[&[]]));
        let kept = plan(&[variant(7, false, &[]), variant(8, true, &[])]);
        assert_eq!(
            (kept.missing, kept.impossible),
            (vec![], vec![7]),
            "the active one stays"
        );
    }

    #[test]
    fn attributes_make_all_combinations_in_their_order() {
        let attributes = [attribute(Mode::Always, &[1, 2]), attribute(Mode::Always, &[3, 4])];
        let made = plan(&attributes, &[]).unwrap();
        assert_eq!(made.missing, sets(&[&[1, 3], &[1, 4], &[2, 3], &[2, 4]]));
        let rest = plan(
            &attributes,
            &[
                variant(7, false, &[1, 4]),
                variant(8, true, &[1]),
                variant(9, true, &[5, 3]),
            ],
        )
        .unwrap();
        assert_eq!(rest.missing, sets(&[&[1, 3], &[2, 3], &[2, 4]]));
        assert_eq!(Vec::from_iter(rest.kept.into_keys()), [7]);
        assert_eq!(rest.impossible, [8, 9]);
    }

    #[test]
    fn an_attribute_with_one_value_makes_no_other_variants() {
        let attributes = [attribute(Mode::Always, &[1]), attribute(Mode::Always, &[3, 4])];
        let extended = plan(&attributes, &[variant(7, true, &[3]), variant(8, true, &[4])]).unwrap();
        assert_eq!(
            extended.kept,
            BTreeMap::from_iter([7, 8].into_iter().zip(sets(&[&[1, 3], &[1, 4]])))
        );
        assert_eq!((extended.missing, extended.impossible), (vec![], vec![]));
    }

    #[test]
    fn on_demand_none_is_made_and_possible_ones_stay() {
        let attributes = [
            attribute(Mode::Dynamic, &Vec::from_iter(1..=2_000)),
            attribute(Mode::Always, &[3_000]),
        ];
        let plan = |variants: &[Variant]| super::plan(&attributes, variants).unwrap();
        assert_eq!(plan(&[]), Plan::default());
        let kept = plan(&[variant(7, true, &[5, 3_000]), variant(8, true, &[6, 7])]);
        assert_eq!(
            (Vec::from_iter(kept.kept.into_keys()), kept.impossible),
            (vec![7], vec![8])
        );
    }

    #[test]
    fn a_variant_that_is_being_made_takes_what_is_missing() {
        let new = Variant {
            new: true,
            ..variant(9, true, &[])
        };
        let attributes = [attribute(Mode::Always, &[1, 2])];
        let made = plan(&attributes, &[variant(7, true, &[1]), new]).unwrap();
        assert_eq!(made.kept[&9], Combination::from([2]));
        assert_eq!((made.missing, made.impossible), (vec![], vec![]));
    }

    #[test]
    fn there_is_a_limit() {
        let attributes = vec![attribute(Mode::Always, &Vec::from_iter(1..=11)); 3];
        assert_eq!(plan(&attributes, &[]), Err(1331));
        assert_eq!(plan(&vec![attribute(Mode::Always, &[1, 2]); 200], &[]), Err(usize::MAX));
    }
}
