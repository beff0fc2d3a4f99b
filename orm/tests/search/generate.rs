//! Random rows and random domains.

use orm::prelude::Json;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;
use serde_json::json;

use super::evaluate::{Type, fields};

/// How many records of each model there are.
pub(crate) const PLACES: i64 = 4;
pub(crate) const LABELS: i64 = 4;
pub(crate) const PARCELS: i64 = 10;

/// Names that differ by case, by accents, by how they are composed, and by what patterns take for wildcards.
const NAMES: [&str; 14] = [
    "Straße",
    "STRASSE",
    "Café",
    "Cafe\u{301}",
    "cafe",
    "ΟΔΟΣ",
    "οδος",
    "İzmir",
    "izmir",
    "ısı",
    "50%",
    "a_b",
    "a\\b",
    "",
];
/// Patterns, and parts of names.
const PATTERNS: [&str; 22] = [
    "straße",
    "STRASSE",
    "strasse",
    "ss",
    "café",
    "CAFE\u{301}",
    "cafe",
    "caf_",
    "é",
    "e",
    "οδος",
    "Σ",
    "ς",
    "i\u{307}",
    "iz",
    "i",
    "50\\%",
    "%\\_b",
    "a\\\\b",
    "_",
    "%",
    "",
];
const DAYS: [&str; 3] = ["2024-01-01", "2024-01-02", "2024-01-03"];
const MOMENTS: [&str; 5] = [
    "2024-01-01 00:00:00",
    "2024-01-02 00:00:00",
    "2024-01-02 12:30:00",
    "2024-01-02 23:59:59",
    "2024-01-03 08:00:00",
];

/// A value that a record has; `null` where it is empty.
fn stored(ty: Type) -> BoxedStrategy<Json> {
    let value = value(ty);
    prop_oneof![1 => Just(Json::Null), 3 => value].boxed()
}

/// A value of this type, never empty.
fn value(ty: Type) -> BoxedStrategy<Json> {
    match ty {
        Type::Id => (1..=PARCELS + 1).prop_map(|id| json!(id)).boxed(),
        Type::Text => select(&NAMES[..]).prop_map(|name| json!(name)).boxed(),
        Type::Size => select(&["small", "large"][..]).prop_map(|size| json!(size)).boxed(),
        Type::Number => (-1..3).prop_map(|number| json!(number)).boxed(),
        Type::Price => select(&[-0.5, 0.0, 0.25, 1.0, 1.5][..])
            .prop_map(|price| json!(price))
            .boxed(),
        Type::Day => select(&DAYS[..]).prop_map(|day| json!(day)).boxed(),
        Type::Moment => select(&MOMENTS[..]).prop_map(|moment| json!(moment)).boxed(),
        Type::Bool => any::<bool>().prop_map(|sent| json!(sent)).boxed(),
        Type::One(model) => (1..=count(model)).prop_map(|id| json!(id)).boxed(),
        Type::Many(model) => prop::collection::btree_set(1..=count(model), 0..3)
            .prop_map(|ids| json!(ids))
            .boxed(),
    }
}

fn count(model: &str) -> i64 {
    match model {
        "x.parcel" => PARCELS,
        "x.place" => PLACES,
        _ => LABELS,
    }
}

/// The values of one record; those of one2many relations are left to the other side.
pub(crate) fn record(model: &'static str) -> BoxedStrategy<Json> {
    let mut record = Just(serde_json::Map::new()).boxed();
    for (name, ty) in fields(model) {
        let required = *name == "name" && model != "x.parcel";
        let value = match ty {
            Type::Id => continue,
            Type::Many(_) if *name != "label_ids" => continue,
            Type::Many(_) => value(*ty),
            _ if required => value(*ty),
            ty => stored(*ty),
        };
        record = (record, value)
            .prop_map(|(mut record, value)| {
                record.insert((*name).to_owned(), value);
                record
            })
            .boxed();
    }
    record.prop_map(Json::Object).boxed()
}

/// What a field is compared with that is no value of its type: more digits, a date for a time, the time of a date.
fn given(ty: Type) -> BoxedStrategy<Json> {
    let other = match ty {
        Type::Price => Just(json!(0.255)).boxed(),
        Type::Day => Just(json!("2024-01-02 00:00:00")).boxed(),
        Type::Moment => select(&DAYS[..]).prop_map(|day| json!(day)).boxed(),
        ty => value(ty),
    };
    prop_oneof![2 => value(ty), 1 => other].boxed()
}

fn list(one: BoxedStrategy<Json>) -> BoxedStrategy<Json> {
    prop::collection::vec(one, 0..4).prop_map(Json::Array).boxed()
}

fn ops(names: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    select(names)
}

const NOTHING: Json = Json::Bool(false);

/// The operator and the value of a comparison of a scalar field.
fn comparison(ty: Type) -> BoxedStrategy<(&'static str, Json)> {
    let one = given(ty);
    let empty = || Just(NOTHING).boxed();
    let any = prop_oneof![3 => one.clone(), 1 => empty()].boxed();
    let mut kinds = vec![
        (ops(&["=", "!=", "<>", "=?"]), any.clone()).boxed(),
        (ops(&["in", "not in", "=", "!="]), list(any.clone())).boxed(),
    ];
    match ty {
        Type::Bool => {}
        Type::Text | Type::Size => {
            let pattern = select(&PATTERNS[..]).prop_map(|pattern| json!(pattern)).boxed();
            let pattern = prop_oneof![8 => pattern, 1 => empty()].boxed();
            let like = ops(&["like", "not like", "ilike", "not ilike", "=like", "=ilike"]);
            kinds.push((like, pattern.clone()).boxed());
            kinds.push((ops(&["ILIKE", "not ilike"]), pattern).boxed());
        }
        _ => kinds.push((ops(&["<", "<=", ">", ">="]), any).boxed()),
    }
    if ty == Type::Id {
        let given = prop_oneof![(1..=PARCELS).prop_map(|id| json!(id)), list(value(Type::Id))].boxed();
        kinds.push((ops(&["child_of", "parent_of"]), given).boxed());
    }
    Union::new(kinds).boxed()
}

/// The operator and the value of a condition on a relation to `model`.
fn relation(model: &'static str, depth: usize) -> BoxedStrategy<(&'static str, Json)> {
    let id = value(Type::One(model));
    let name = || select(&NAMES[..]).prop_map(|name| json!(name)).boxed();
    let pattern = select(&PATTERNS[..]).prop_map(|pattern| json!(pattern)).boxed();
    let any = prop_oneof![3 => id, 1 => Just(NOTHING), 2 => name()].boxed();
    let like = ops(&["like", "not like", "ilike", "not ilike", "=like", "=ilike"]);
    let mut kinds = vec![
        (ops(&["=", "!=", "=?"]), any.clone()).boxed(),
        (ops(&["in", "not in", "="]), list(any)).boxed(),
        (like, pattern.clone()).boxed(),
    ];
    if model == "x.parcel" {
        let one = prop_oneof![(1..=PARCELS).prop_map(|id| json!(id)), pattern].boxed();
        let given = prop_oneof![one.clone(), list(one)].boxed();
        kinds.push((ops(&["child_of", "parent_of"]), given).boxed());
    }
    if depth > 0 {
        let inner = domain(model, depth - 1).prop_map(Json::Array);
        kinds.push((ops(&["any", "not any"]), inner).boxed());
    }
    Union::new(kinds).boxed()
}

/// A condition on a field at the end of a path of at most three names.
fn leaf(model: &'static str, depth: usize) -> BoxedStrategy<Json> {
    let mut paths: Vec<(String, &'static str)> = vec![(String::new(), model)];
    let mut ends = Vec::new();
    for _ in 0..3 {
        let mut further = Vec::new();
        for (before, model) in &paths {
            for (name, ty) in fields(model) {
                let path = format!("{before}{name}");
                if let Type::One(target) | Type::Many(target) = ty {
                    further.push((format!("{path}."), *target));
                }
                ends.push((path, *model, *ty));
            }
        }
        paths = further;
    }
    let conditions = select(ends).prop_flat_map(move |(path, model, ty)| {
        let hierarchical = move |op: &str| ty != Type::Id || model == "x.parcel" || !op.ends_with("_of");
        let compared = match ty {
            Type::One(target) | Type::Many(target) => relation(target, depth),
            ty => comparison(ty),
        };
        let compared = compared.prop_filter("a model without hierarchy", move |(op, _)| hierarchical(op));
        compared.prop_map(move |(op, value)| json!([path, op, value]))
    });
    let constants = select(vec![json!([1, "=", 1]), json!([0, "=", 1])]);
    prop_oneof![20 => conditions, 1 => constants].boxed()
}

/// A condition, or several joined by operators in front.
fn group(model: &'static str, depth: usize) -> BoxedStrategy<Vec<Json>> {
    let one = leaf(model, depth).prop_map(|leaf| vec![leaf]).boxed();
    one.prop_recursive(3, 8, 2, |inner| {
        let joined = (select(&["&", "|"][..]), inner.clone(), inner.clone())
            .prop_map(|(operator, one, other)| [vec![json!(operator)], one, other].concat());
        let not = inner.prop_map(|one| [vec![json!("!")], one].concat());
        prop_oneof![joined, not]
    })
    .boxed()
}

/// A domain of up to three groups.
pub(crate) fn domain(model: &'static str, depth: usize) -> BoxedStrategy<Vec<Json>> {
    prop::collection::vec(group(model, depth), 0..3)
        .prop_map(|groups| groups.concat())
        .boxed()
}
