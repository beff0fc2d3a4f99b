//! The demo data fits the definitions, refers only to itself, and its computed values are right.

use std::collections::HashMap;

use orm::Runtime;
use orm::def::{Default, FieldDef, Kind, ModelDef};
use orm::field::from_text;
use orm::prelude::*;
use orm::record::Record as Loaded;
use orm::value::Value;

use super::DEMO;

/// Model → id → values.
type Demo = HashMap<String, HashMap<i64, Record>>;
type Record = HashMap<String, Json>;

fn demo() -> Demo {
    let mut demo = Demo::new();
    for (file, text) in DEMO {
        let models: Json = text.parse().unwrap_or_else(|error| panic!("{file}: {error}"));
        for (model, table) in models.as_object().unwrap() {
            let names: Vec<&str> = list(&table["fields"])
                .iter()
                .map(|name| name.as_str().unwrap())
                .collect();
            // A file may give further fields of the records of an earlier one.
            let records = demo.entry(model.clone()).or_default();
            for row in list(&table["rows"]) {
                assert_eq!(list(row).len(), names.len(), "{model}: {row}");
                let record: Record = names
                    .iter()
                    .map(|name| name.to_string())
                    .zip(list(row).iter().cloned())
                    .collect();
                records.entry(id(&row[0])).or_default().extend(record);
            }
        }
    }
    demo
}

fn runtime() -> Runtime {
    Runtime::new(&crate::catalogue()).unwrap()
}

fn list(value: &Json) -> &[Json] {
    value.as_array().unwrap_or_else(|| panic!("{value} is no list"))
}

fn id(value: &Json) -> i64 {
    value.as_i64().unwrap_or_else(|| panic!("{value} is no id"))
}

fn number(value: &Json) -> Decimal {
    value
        .to_string()
        .parse()
        .unwrap_or_else(|_| panic!("{value} is no number"))
}

/// Whether the field may have this value; `exists` looks up references.
fn fits(field: &FieldDef, value: &Json, exists: impl Fn(&str, &Json) -> bool) -> bool {
    match field.kind {
        Kind::Bool => value.is_boolean() || (value.is_null() && !field.required),
        _ if *value == false => !field.required,
        Kind::Json { .. } => true,
        Kind::Binary => value.as_str().is_some_and(|text| from_text(&field.kind, text).is_ok()),
        Kind::Id | Kind::Int | Kind::BigInt => value.is_i64(),
        Kind::Float => value.is_number(),
        Kind::Decimal { digits } | Kind::Monetary { digits, .. } => {
            value.is_number() && number(value).normalize().scale() <= digits.scale.into()
        }
        Kind::Selection { items } => items.iter().any(|item| *value == item.value),
        Kind::Many2one { target, .. } => exists(target, value),
        Kind::Many2many { target, .. } => list(value).iter().all(|value| exists(target, value)),
        _ => value.is_string(),
    }
}

#[test]
fn records_fit_the_definitions_of_their_models() {
    let demo = demo();
    let runtime = runtime();
    let exists = |model: &str, value: &Json| {
        // `create_uid` and `write_uid` lead to whichever model has the role.
        let model = runtime.find(model).unwrap().def.name;
        demo.get(model).is_some_and(|records| records.contains_key(&id(value)))
    };
    let mut known = 0;
    // A model need not have demo records.
    for model in runtime.models().iter().map(|model| model.def) {
        let Some(records) = demo.get(model.name) else { continue };
        known += 1;
        for (id, record) in records {
            check(model, *id, record, exists);
        }
    }
    assert_eq!(known, demo.len(), "records of models that are not in the catalogue");
}

fn check(model: &ModelDef, id: i64, record: &Record, exists: impl Fn(&str, &Json) -> bool + Copy) {
    for name in record.keys() {
        assert!(
            model.fields.iter().any(|field| field.name == name && field.stored),
            "{} stores no {name}",
            model.name
        );
    }
    for field in model.fields {
        match record.get(field.name) {
            Some(value) => assert!(
                fits(field, value, exists),
                "{} {id}: {} cannot be {value}",
                model.name,
                field.name
            ),
            // A field that the rows do not name gets its default, or is computed.
            None => assert!(
                !field.required || !field.stored || field.compute.is_some() || !matches!(field.default, Default::None),
                "{} {id} has no {}",
                model.name,
                field.name
            ),
        }
    }
}

#[test]
fn stored_computed_fields_are_what_their_methods_compute() {
    let demo = demo();
    let mut compared = 0;
    let runtime = runtime();
    for info in runtime.models() {
        let model = info.def;
        for (id, record) in demo.get(model.name).into_iter().flatten() {
            let by_method = |field: &FieldDef| field.stored && field.related.is_empty();
            for (index, field) in (model.fields.iter().enumerate()).filter(|(_, field)| by_method(field)) {
                // A writable field may hold another value than the computed one, and a batch method may query the
                // database.
                let Some(compute) = field.compute.filter(|compute| !compute.writable && !compute.batch) else {
                    continue;
                };
                let Some(given) = record.get(field.name) else {
                    continue; // it is computed when the file is loaded
                };
                let paths = [compute.depends, compute.loads].concat();
                let computed = runtime.compute(info, &load(&runtime, &demo, model, *id, &paths), index);
                let stored = value(field, given);
                assert_eq!(
                    rounded(computed, &stored),
                    stored,
                    "{} {id}: {}",
                    model.name,
                    field.name
                );
                compared += 1;
            }
        }
    }
    assert!(compared > 500, "only {compared} values were compared");
}

/// A computed value with as many digits as the stored one: decimals are rounded to their field's, money to its currency's.
fn rounded(computed: Value, stored: &Value) -> Value {
    match (computed, stored) {
        (Value::Decimal(number), Value::Decimal(stored)) => {
            let digits = stored.normalize().scale().try_into().unwrap();
            Value::Decimal(round(number, digits))
        }
        (computed, _) => computed,
    }
}

/// A record, with the related records along `paths`.
fn load(runtime: &Runtime, demo: &Demo, model: &ModelDef, id: i64, paths: &[&[&str]]) -> Loaded {
    let record = &demo[model.name][&id];
    let values = model
        .fields
        .iter()
        .map(|field| record.get(field.name).map_or(Value::Null, |json| value(field, json)));
    let mut loaded = Loaded::new(model, values.collect());
    for (index, field) in model.fields.iter().enumerate() {
        let onwards = paths.iter().filter_map(|path| path.split_first());
        let onwards: Vec<&[&str]> = onwards
            .filter(|(first, _)| **first == field.name)
            .map(|(_, rest)| rest)
            .collect();
        let relates = matches!(
            field.kind,
            Kind::Many2one { .. } | Kind::One2many { .. } | Kind::Many2many { .. }
        );
        if relates && !onwards.is_empty() {
            let (target, ids) = related(demo, field, id, record.get(field.name));
            let target = runtime.find(target).unwrap().def;
            loaded.relate(
                index,
                ids.into_iter()
                    .map(|id| load(runtime, demo, target, id, &onwards))
                    .collect(),
            );
        }
    }
    loaded
}

/// The target model of a relation, and the ids of the related records.
fn related(demo: &Demo, field: &FieldDef, of: i64, given: Option<&Json>) -> (&'static str, Vec<i64>) {
    match field.kind {
        Kind::Many2one { target, .. } => (target, given.and_then(Json::as_i64).into_iter().collect()),
        Kind::Many2many { target, .. } => (
            target,
            given.map_or(Vec::new(), |ids| list(ids).iter().map(id).collect()),
        ),
        Kind::One2many { target, inverse } => {
            let children =
                (demo.get(target).into_iter().flatten()).filter(|(_, child)| child.get(inverse) == Some(&of.into()));
            (target, children.map(|(id, _)| *id).collect())
        }
        _ => panic!("{} is no relation", field.name),
    }
}

/// The value as a loaded record holds it.
fn value(field: &FieldDef, json: &Json) -> Value {
    let text = || json.as_str().unwrap().to_owned();
    match field.kind {
        Kind::Bool => json.as_bool().map_or(Value::Null, Value::Bool),
        Kind::One2many { .. } | Kind::Many2many { .. } => Value::Null,
        _ if *json == false => Value::Null,
        Kind::Id | Kind::Int | Kind::BigInt | Kind::Many2one { .. } => Value::Int(id(json)),
        Kind::Float => Value::Float(json.as_f64().unwrap()),
        Kind::Decimal { .. } | Kind::Monetary { .. } => Value::Decimal(number(json)),
        Kind::Date => Value::Date(text().parse().unwrap()),
        Kind::DateTime => Value::DateTime(DateTime::parse_from_str(&text(), "%Y-%m-%d %H:%M:%S%.f").unwrap()),
        Kind::Binary => from_text(&field.kind, &text()).unwrap(),
        Kind::Json { .. } => Value::Json(json.clone()),
        _ => Value::Text(text()),
    }
}

#[test]
fn the_samples_of_the_documentation_are_there() {
    let demo = demo();
    let named = [
        ("res.partner", 11, "Gemini Furniture"),
        ("res.country", 233, "United States"),
        ("res.country.state", 13, "California"),
        ("product.category", 8, "Office Furniture"),
        ("sale.order", 35, "Your Sale Order Name"),
        ("sale.order", 40, "Your Sale Order Name"),
    ];
    for (model, id, name) in named {
        assert_eq!(demo[model][&id]["name"], name, "{model} {id}");
    }
    for (product, name) in [(23, "Conference Chair"), (27, "Drawer Black")] {
        let template = id(&demo["product.product"][&product]["product_tmpl_id"]);
        assert_eq!(demo["product.template"][&template]["name"], name);
    }
    let admin = &demo["res.users"][&2];
    assert_eq!(demo["res.partner"][&id(&admin["partner_id"])]["name"], "Mitchell Admin");
    assert_eq!(demo["sale.order"][&43]["state"], "draft");
    for partner in [12, 42] {
        assert!(demo["res.partner"].contains_key(&partner));
    }
}
