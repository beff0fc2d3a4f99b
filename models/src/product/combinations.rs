//! Which variants a product comes in: one for each combination of the values of its attributes, the only one where it has
//! none. Worked out here, carried out in `variants.rs`.

use std::collections::{BTreeMap, BTreeSet};

use super::ProductAttributeCreateVariant as Mode;

/// The most variants of a product.
pub const MOST_VARIANTS: usize = 1_000;

/// Values of a variant, one of each attribute: ids of `product.template.attribute.value`.
pub type Combination = BTreeSet<i64>;

/// An attribute of a product with the values that it comes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// When variants come into being.
    pub mode: Mode,
    /// Ids of `product.template.attribute.value`.
    pub values: Vec<i64>,
}

/// A variant as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    /// The variant.
    pub id: i64,
    /// It is not archived.
    pub active: bool,
    /// It is being made just now, and takes whatever combination is missing where its own is none.
    pub new: bool,
    /// Its values.
    pub values: Combination,
}

/// What becomes of a product's variants.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Variants that stay, with their values, which may be new.
    pub kept: BTreeMap<i64, Combination>,
    /// Combinations that get a variant.
    pub missing: Vec<Combination>,
    /// Variants whose values are no combination any more.
    pub impossible: Vec<i64>,
}

/// What becomes of `variants` of a product with these attributes; `Err` tells how many there would be, where that is
/// more than [`MOST_VARIANTS`].
///
/// Attributes without values, and those that make no variants, do not count. Where one makes them on demand, none is made
/// here.
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

/// Whether variants are made on demand, and the values of the attributes that tell variants apart.
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

/// `values` with those of attributes that leave no choice: an attribute with one value makes no other variants.
fn completed(values: &Combination, attributes: &[&[i64]]) -> Combination {
    let only = attributes.iter().filter_map(|values| match values {
        [only] => Some(*only),
        _ => None,
    });
    values.iter().copied().chain(only).collect()
}

/// Whether these are one value of each attribute.
fn is_combination(values: &Combination, attributes: &[&[i64]]) -> bool {
    let one_of = |of: &&[i64]| of.iter().filter(|value| values.contains(value)).count() == 1;
    values.len() == attributes.len() && attributes.iter().all(one_of)
}

/// The combination of this number, of all that there are.
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
