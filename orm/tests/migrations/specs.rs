//! Generates random sets of models. The names of models and fields come from small pools, so that two sets have many
//! names in common, with different kinds and constraints.

use std::collections::BTreeMap;

use orm::def::{
    CheckDef, Comparison, ConditionDef, Default as DefaultDef, Digits, FieldDef, FieldIndex, Kind, ModelDef, OnDelete,
    OperandDef, OrderDef, Role, SelectionItem, UniqueDef,
};
use orm::env::ModelOps;
use orm::{Entry, Runtime};
use proptest::prelude::*;

/// A set of models. The key is the index of a model's name.
pub(crate) type Set = BTreeMap<usize, ModelSpec>;

/// A model. The keys of its fields are the indexes of their names.
#[derive(Debug, Clone)]
pub(crate) struct ModelSpec {
    fields: BTreeMap<usize, FieldSpec>,
    /// The index of the former name (`renamed_from`). The set has no model of that name.
    renamed_from: Option<usize>,
    ordered: bool,
}

#[derive(Debug, Clone)]
struct FieldSpec {
    kind: KindSpec,
    required: bool,
    default: bool,
    index: bool,
    /// The index, if there is one, is of trigrams. Only a text's.
    trigram: bool,
    unique: bool,
    ignore_case: bool,
    check: bool,
    renamed_from: Option<usize>,
}

#[derive(Debug, Clone, Copy)]
enum KindSpec {
    Char,
    Bool,
    Int,
    BigInt,
    Float,
    Decimal(u8, u8),
    Date,
    DateTime,
    Selection(usize),
    Binary,
    Json,
    Many2one(usize, OnDelete),
    Many2many(usize),
}

const MODELS: usize = 4;
const FIELDS: usize = 6;

/// Two sets of models: before and after. Models and fields of the second may be renamed from names of the first.
pub(crate) fn pairs() -> impl Strategy<Value = (Set, Set)> {
    (set(), set()).prop_map(|(old, new)| (without_renames(old), sound(new)))
}

fn set() -> impl Strategy<Value = Set> {
    proptest::collection::btree_map(0..MODELS, model(), 1..=MODELS)
}

fn model() -> impl Strategy<Value = ModelSpec> {
    let fields = proptest::collection::btree_map(0..FIELDS, field(), 1..FIELDS);
    (fields, proptest::option::weighted(0.4, 0..MODELS), any::<bool>()).prop_map(|(fields, renamed_from, ordered)| {
        ModelSpec {
            fields,
            renamed_from,
            ordered,
        }
    })
}

fn field() -> impl Strategy<Value = FieldSpec> {
    let flags = (any::<bool>(), proptest::bool::weighted(0.8), any::<bool>());
    let rules = (
        proptest::bool::weighted(0.2),
        any::<bool>(),
        proptest::bool::weighted(0.3),
        any::<bool>(),
    );
    let renamed = proptest::option::weighted(0.4, 0..FIELDS);
    (kind(), flags, rules, renamed).prop_map(
        |(kind, (required, default, index), (unique, ignore_case, check, trigram), renamed_from)| FieldSpec {
            kind,
            required,
            default,
            index,
            trigram,
            unique,
            ignore_case,
            check,
            renamed_from,
        },
    )
}

fn kind() -> impl Strategy<Value = KindSpec> {
    let decimals = prop_oneof![Just((8, 2)), Just((16, 2)), Just((16, 4)), Just((12, 0))];
    let actions = prop_oneof![
        Just(OnDelete::Restrict),
        Just(OnDelete::Cascade),
        Just(OnDelete::SetNull)
    ];
    prop_oneof![
        3 => Just(KindSpec::Char),
        1 => Just(KindSpec::Bool),
        2 => Just(KindSpec::Int),
        1 => Just(KindSpec::BigInt),
        1 => Just(KindSpec::Float),
        3 => decimals.prop_map(|(precision, scale)| KindSpec::Decimal(precision, scale)),
        1 => Just(KindSpec::Date),
        1 => Just(KindSpec::DateTime),
        2 => (1usize..=3).prop_map(KindSpec::Selection),
        1 => Just(KindSpec::Binary),
        1 => Just(KindSpec::Json),
        3 => (0..MODELS, actions).prop_map(|(target, action)| KindSpec::Many2one(target, action)),
        2 => (0..MODELS).prop_map(KindSpec::Many2many),
    ]
}

fn without_renames(mut set: Set) -> Set {
    for model in set.values_mut() {
        model.renamed_from = None;
        model.fields.values_mut().for_each(|field| field.renamed_from = None);
    }
    set
}

/// Removes renames from a name that still exists or that is used twice.
fn sound(mut set: Set) -> Set {
    let names: Vec<usize> = set.keys().copied().collect();
    let mut taken = Vec::new();
    for model in set.values_mut() {
        model.renamed_from = model
            .renamed_from
            .filter(|name| !names.contains(name) && !taken.contains(name));
        taken.extend(model.renamed_from);
        let (fields, mut former) = (model.fields.keys().copied().collect::<Vec<_>>(), Vec::new());
        for field in model.fields.values_mut() {
            field.renamed_from = field
                .renamed_from
                .filter(|name| !fields.contains(name) && !former.contains(name));
            former.extend(field.renamed_from);
        }
    }
    set
}

/// The resolved definitions of a set. Their memory is leaked, because definitions are `'static`.
pub(crate) fn registry(set: &Set) -> Runtime {
    let mut catalogue = vec![model_def(
        "res.users",
        vec![field_def("name", Kind::Char { size: 0 })],
        ModelDefParts::default(),
    )];
    for (name, spec) in set {
        let table = format!("x_m{name}");
        let mut parts = ModelDefParts {
            renamed_from: spec.renamed_from.map(model_name).unwrap_or_default(),
            ..ModelDefParts::default()
        };
        let fields = spec
            .fields
            .iter()
            .map(|(field, spec)| definition(set, &table, *field, spec, &mut parts))
            .collect();
        parts.order = if spec.ordered { "create_date" } else { "id" };
        catalogue.push(model_def(&model_name(*name), fields, parts));
    }
    let catalogue: Vec<Entry> = catalogue.into_iter().map(|def| (def, &ModelOps::NONE)).collect();
    Runtime::new(&catalogue).unwrap_or_else(|error| panic!("{error}"))
}

fn model_name(name: usize) -> String {
    format!("x.m{name}")
}

#[derive(Default)]
struct ModelDefParts {
    renamed_from: String,
    order: &'static str,
    uniques: Vec<UniqueDef>,
    checks: Vec<CheckDef>,
}

fn definition(set: &Set, table: &str, name: usize, spec: &FieldSpec, parts: &mut ModelDefParts) -> FieldDef {
    let name = leak(format!("f{name}"));
    // If the target is not in this set, a model that always is.
    let target = |target: usize| match set.contains_key(&target) {
        true => leak(model_name(target)),
        false => "res.users",
    };
    let items =
        [("one", "One"), ("two", "Two"), ("three", "Three")].map(|(value, label)| SelectionItem { value, label });
    let (kind, default) = match spec.kind {
        KindSpec::Char => (Kind::Char { size: 0 }, "it's new"),
        KindSpec::Bool => (Kind::Bool, "true"),
        KindSpec::Int => (Kind::Int, "7"),
        KindSpec::BigInt => (Kind::BigInt, "70000000000"),
        KindSpec::Float => (Kind::Float, "0.5"),
        KindSpec::Decimal(precision, scale) => (
            Kind::Decimal {
                digits: Digits::new(precision, scale),
            },
            "5",
        ),
        KindSpec::Date => (Kind::Date, "2024-02-29"),
        KindSpec::DateTime => (Kind::DateTime, "2024-02-29 12:00:00"),
        KindSpec::Selection(count) => {
            let items: &[SelectionItem] = Box::leak(Box::new(items));
            (Kind::Selection { items: &items[..count] }, "one")
        }
        KindSpec::Binary => (Kind::Binary, ""),
        KindSpec::Json => (Kind::Json { of: None }, "{}"),
        KindSpec::Many2one(other, on_delete) => (
            Kind::Many2one {
                target: target(other),
                on_delete: if spec.required && on_delete == OnDelete::SetNull {
                    OnDelete::Restrict
                } else {
                    on_delete
                },
                delegate: false,
            },
            "",
        ),
        KindSpec::Many2many(other) => (
            Kind::Many2many {
                target: target(other),
                relation: leak(format!("{table}_{name}_rel")),
                column: "own_id",
                target_column: "other_id",
            },
            "",
        ),
    };
    let scalar = !matches!(kind, Kind::Many2many { .. });
    if spec.unique && matches!(spec.kind, KindSpec::Char | KindSpec::Int) {
        parts.uniques.push(UniqueDef {
            fields: Box::leak(Box::new([name])),
            condition: None,
            nulls_equal: !spec.index,
            ignore_case: spec.ignore_case,
            message: "",
        });
    }
    if spec.check && matches!(spec.kind, KindSpec::Int | KindSpec::Decimal(..)) {
        let condition = ConditionDef::Compare {
            field: name,
            op: Comparison::Ge,
            with: OperandDef::Literal("-1.5").integral(spec.kind),
        };
        parts.checks.push(CheckDef { condition, message: "" });
    }
    FieldDef {
        required: spec.required && scalar,
        index: match spec.index && scalar {
            true if spec.trigram && matches!(spec.kind, KindSpec::Char) => FieldIndex::Trigram,
            true => FieldIndex::BTree,
            false => FieldIndex::None,
        },
        default: match spec.default && !default.is_empty() {
            true => DefaultDef::Const(default),
            false => DefaultDef::None,
        },
        renamed_from: spec.renamed_from.map_or("", |former| leak(format!("f{former}"))),
        ..field_def(name, kind)
    }
}

/// Adapts a literal to a kind without decimals.
trait Integral {
    fn integral(self, kind: KindSpec) -> Self;
}

impl Integral for OperandDef {
    fn integral(self, kind: KindSpec) -> Self {
        match kind {
            KindSpec::Int | KindSpec::Decimal(_, 0) => OperandDef::Literal("-1"),
            _ => self,
        }
    }
}

fn field_def(name: &'static str, kind: Kind) -> FieldDef {
    FieldDef {
        name,
        kind,
        ..FieldDef::PLAIN
    }
}

fn model_def(name: &str, declared: Vec<FieldDef>, parts: ModelDefParts) -> &'static ModelDef {
    let by = |name| FieldDef {
        kind: Kind::Many2one {
            target: "res.users",
            on_delete: OnDelete::SetNull,
            delegate: false,
        },
        ..field_def(name, Kind::Id)
    };
    let id = FieldDef {
        required: true,
        ..field_def("id", Kind::Id)
    };
    let display = FieldDef {
        stored: false,
        ..field_def("display_name", Kind::DisplayName)
    };
    let mut fields = vec![id];
    fields.extend(declared);
    fields.extend([
        display,
        by("create_uid"),
        field_def("create_date", Kind::DateTime),
        by("write_uid"),
    ]);
    fields.push(field_def("write_date", Kind::DateTime));
    let order = if parts.order.is_empty() { "id" } else { parts.order };
    Box::leak(Box::new(ModelDef {
        name: leak(name.to_owned()),
        table: leak(name.replace('.', "_")),
        role: (name == "res.users").then_some(Role::User),
        renamed_from: leak(parts.renamed_from),
        api: true,
        fields: fields.leak(),
        order: Box::leak(Box::new([OrderDef {
            path: Box::leak(Box::new([order])),
            desc: false,
        }])),
        uniques: parts.uniques.leak(),
        checks: parts.checks.leak(),
        ..ModelDef::PLAIN
    }))
}

fn leak(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}
