//! Keeps the variants of products in line with their attributes: creates and removes values of attribute lines
//! (`product.template.attribute.value`), and variants for the combinations of these values. What is in use is archived,
//! what is not is deleted. The number of statements grows with the attribute values of a product, not with its
//! variants.

use std::collections::{BTreeMap, BTreeSet};

use orm::command::Delegate;
use orm::prelude::*;
use orm::typed::Child;

use super::combinations::{self, Attribute, Combination, MOST_VARIANTS, Plan, Variant};
use super::{
    ProductAttributeCreateVariant, ProductProduct, ProductProductCreate, ProductProductUpdate, ProductTemplate,
    ProductTemplateAttributeLine, ProductTemplateAttributeValue, ProductTemplateAttributeValueCreate,
    ProductTemplateAttributeValueUpdate,
};

/// The relations of a product that [`follow`] reads.
const READ: [&str; 4] = [
    "attribute_line_ids.attribute_id",
    "attribute_line_ids.value_ids",
    "attribute_line_ids.product_template_value_ids",
    "product_variant_ids.product_template_attribute_value_ids",
];

/// Creates, changes, archives and deletes variants, so that products have those that their attributes ask for. The
/// variants of an archived product are archived.
///
/// # Errors
/// 422 where a product would have more than [`MOST_VARIANTS`].
pub(super) fn follow(products: &[ProductTemplate], env: &mut Env<'_>) -> Result<()> {
    values_follow_lines(products, env)?;
    let ids: Vec<i64> = products.iter().map(|product| product.id).collect();
    let products = Records::<ProductTemplate>::new(ids).load(env, &READ)?;
    let mut plans = Vec::with_capacity(products.len());
    for product in &products {
        plans.push((product, plan(product, env)?));
    }
    drop_impossible(&plans, env)?;
    set_values(&plans, env)?;
    make_missing(&plans, env)?;
    for active in [true, false] {
        let kept = (plans.iter()).filter(|(product, _)| product.active == active);
        let differing = kept.flat_map(|(product, plan)| {
            let differs = |variant: &&ProductProduct| variant.active != active && plan.kept.contains_key(&variant.id);
            product.product_variant_ids.iter().filter(differs)
        });
        let differing: Vec<i64> = differing.map(|variant| variant.id).collect();
        activate(differing, active, env)?;
    }
    drop_surplus_values(&products, env)
}

/// Creates the values that attribute lines lack, and unarchives those that are archived.
fn values_follow_lines(products: &[ProductTemplate], env: &mut Env<'_>) -> Result<()> {
    let (mut missing, mut archived) = (Vec::new(), Vec::new());
    for line in lines(products) {
        for value in wanted(line) {
            let made = (line.product_template_value_ids.iter()).find(|made| value_of(made) == Some(value));
            match made {
                None => missing.push(ProductTemplateAttributeValueCreate {
                    attribute_line_id: Some(line.id),
                    product_attribute_value_id: Some(value),
                    ..ProductTemplateAttributeValueCreate::default()
                }),
                Some(made) if !made.ptav_active => archived.push(made.id),
                Some(_) => {}
            }
        }
    }
    if !missing.is_empty() {
        Records::<ProductTemplateAttributeValue>::create(env, missing)?;
    }
    activate_values(archived, true, env)
}

/// Deletes the values that attribute lines do not have any more. Those that a variant still has, or that order lines
/// may have (of attributes that create no variants), are archived.
fn drop_surplus_values(products: &[ProductTemplate], env: &mut Env<'_>) -> Result<()> {
    let surplus = |line: &&ProductTemplateAttributeLine| {
        let wanted: BTreeSet<i64> = wanted(line).collect();
        let values = line.product_template_value_ids.iter();
        let surplus = values.filter(move |made| value_of(made).is_none_or(|value| !wanted.contains(&value)));
        let chosen = line.attribute_id.create_variant == ProductAttributeCreateVariant::NoVariant;
        surplus
            .map(move |made| (made.id, made.ptav_active, chosen))
            .collect::<Vec<_>>()
    };
    let surplus: Vec<(i64, bool, bool)> = lines(products).flat_map(|line| surplus(&line)).collect();
    if surplus.is_empty() {
        return Ok(());
    }
    let ids: Vec<i64> = surplus.iter().map(|(id, ..)| *id).collect();
    let links = Records::<ProductTemplateAttributeValue>::new(ids).links(env, "ptav_product_variant_ids")?;
    let used: BTreeSet<i64> = links.into_iter().map(|(value, _)| value).collect();
    let (kept, gone): (Vec<_>, Vec<_>) =
        (surplus.into_iter()).partition(|(id, _, chosen)| *chosen || used.contains(id));
    let gone: Vec<i64> = gone.into_iter().map(|(id, ..)| id).collect();
    Records::<ProductTemplateAttributeValue>::new(gone).unlink(env)?;
    let active = kept.into_iter().filter(|(_, active, _)| *active);
    activate_values(active.map(|(id, ..)| id).collect(), false, env)
}

fn lines(products: &[ProductTemplate]) -> impl Iterator<Item = &ProductTemplateAttributeLine> {
    products.iter().flat_map(|product| product.attribute_line_ids.iter())
}

/// Ids of the attribute values of a line; none if the line is archived.
fn wanted(line: &ProductTemplateAttributeLine) -> impl Iterator<Item = i64> {
    let values = line.value_ids.iter().filter(|_| line.active);
    values.map(|value| value.id)
}

/// Id of the attribute value (`product.attribute.value`) that a product's value refers to.
fn value_of(value: &ProductTemplateAttributeValue) -> Option<i64> {
    value.product_attribute_value_id.as_ref().map(Many2one::id)
}

fn plan(product: &ProductTemplate, env: &Env<'_>) -> Result<Plan> {
    let values = |line: &ProductTemplateAttributeLine| {
        let wanted: BTreeSet<i64> = wanted(line).collect();
        let values = line.product_template_value_ids.iter();
        let values = values.filter(|value| value_of(value).is_some_and(|value| wanted.contains(&value)));
        values.map(|value| value.id).collect()
    };
    let attributes: Vec<Attribute> = (product.attribute_line_ids.iter())
        .map(|line| Attribute {
            mode: line.attribute_id.create_variant,
            values: values(line),
        })
        .collect();
    let variants: Vec<Variant> = (product.product_variant_ids.iter())
        .map(|variant| Variant {
            id: variant.id,
            active: variant.active,
            new: variant.create_date == Some(env.now),
            values: own_values(product, variant),
        })
        .collect();
    combinations::plan(&attributes, &variants).map_err(|count| {
        Error::refused(format!(
            "`{}` would have {count} variants; a product has at most {MOST_VARIANTS}: give it fewer values, or attributes that \
             make no variants or make them on demand",
            product.name
        ))
    })
}

/// The values of a variant. The variant of a copied product still has values of the original product: these are
/// replaced by the same values of its own product.
fn own_values(product: &ProductTemplate, variant: &ProductProduct) -> Combination {
    let values = variant.product_template_attribute_value_ids.iter();
    let own = values.map(|value| match value.product_tmpl_id.as_ref().map(Many2one::id) {
        Some(other) if other != product.id => {
            let same = |own: &&ProductTemplateAttributeValue| value_of(own) == value_of(value) && own.ptav_active;
            let own = lines(std::slice::from_ref(product)).flat_map(|line| line.product_template_value_ids.iter());
            own.into_iter().find(same).map_or(value.id, |own| own.id)
        }
        _ => value.id,
    });
    own.collect()
}

/// Deletes the variants that the plans remove; those that other records refer to are archived.
fn drop_impossible(plans: &[(&ProductTemplate, Plan)], env: &mut Env<'_>) -> Result<()> {
    let impossible: Vec<i64> = plans
        .iter()
        .flat_map(|(_, plan)| plan.impossible.iter().copied())
        .collect();
    let needed: BTreeSet<i64> = Records::<ProductProduct>::new(impossible.clone())
        .needed(env)?
        .into_iter()
        .collect();
    let (archived, deleted): (Vec<i64>, Vec<i64>) = impossible.into_iter().partition(|id| needed.contains(id));
    activate(archived, false, env)?;
    Records::<ProductProduct>::new(deleted).unlink(env)
}

/// Gives the variants that are kept the values that the plans say.
fn set_values(plans: &[(&ProductTemplate, Plan)], env: &mut Env<'_>) -> Result<()> {
    let mut changes: BTreeMap<i64, Vec<Child<ProductProduct>>> = BTreeMap::new();
    for (product, plan) in plans {
        for variant in product.product_variant_ids.iter() {
            let held = (variant.product_template_attribute_value_ids.iter()).map(|value| value.id);
            let held = Combination::from_iter(held);
            let Some(values) = plan.kept.get(&variant.id) else {
                continue;
            };
            for value in values.difference(&held) {
                changes.entry(*value).or_default().push(Child::link(variant.id));
            }
            for value in held.difference(values) {
                changes.entry(*value).or_default().push(Child::unlink(variant.id));
            }
        }
    }
    for (value, ptav_product_variant_ids) in changes {
        let values = ProductTemplateAttributeValueUpdate {
            ptav_product_variant_ids,
            ..ProductTemplateAttributeValueUpdate::default()
        };
        Records::<ProductTemplateAttributeValue>::from(value).write(env, values)?;
    }
    Ok(())
}

fn make_missing(plans: &[(&ProductTemplate, Plan)], env: &mut Env<'_>) -> Result<()> {
    let missing = plans.iter().flat_map(|(product, plan)| {
        plan.missing.iter().map(|values| ProductProductCreate {
            product_tmpl_id: Some(Delegate::Existing(product.id)),
            active: Some(product.active),
            product_template_attribute_value_ids: vec![Child::set(values.iter().copied().collect())],
            ..ProductProductCreate::default()
        })
    });
    Records::<ProductProduct>::create(env, missing.collect()).map(|_| ())
}

fn activate(variants: Vec<i64>, active: bool, env: &mut Env<'_>) -> Result<()> {
    let values = ProductProductUpdate {
        active: Some(active),
        ..ProductProductUpdate::default()
    };
    Records::<ProductProduct>::new(variants).write(env, values)
}

fn activate_values(values: Vec<i64>, active: bool, env: &mut Env<'_>) -> Result<()> {
    let update = ProductTemplateAttributeValueUpdate {
        ptav_active: Some(active),
        ..ProductTemplateAttributeValueUpdate::default()
    };
    Records::<ProductTemplateAttributeValue>::new(values).write(env, update)
}
