//! The kind of a field, recognized by the name of its type.

use syn::{GenericArgument, PathArguments, Type};

use crate::ctxt::Ctxt;
use crate::naming;

/// The kind of a field.
pub(crate) enum Kind {
    Char,
    Text,
    Html,
    Bool,
    Int,
    BigInt,
    Float,
    Decimal,
    Monetary,
    Date,
    DateTime,
    Selection,
    Binary,
    /// Any JSON, or that of the author's own type.
    Json(Option<Type>),
    Many2one(Type),
    One2many(Type),
    Many2many(Type),
    /// No type of a field, which is reported. The field stays in the struct and the definition, without a column.
    Unknown,
}

const TYPES: [&str; 16] = [
    "String",
    "Text",
    "Html",
    "bool",
    "i32",
    "i64",
    "f64",
    "Decimal",
    "Monetary",
    "Date",
    "DateTime",
    "Binary",
    "Json",
    "Many2one",
    "One2many",
    "Many2many",
];

/// The types that may have an argument.
const WITH_ARGUMENT: [&str; 4] = ["Many2one", "One2many", "Many2many", "Json"];

/// Types that an author may try, and the field type to write instead.
const INSTEAD: [(&str, &str); 19] = [
    ("Vec", "One2many<…>` or `Many2many<…>"),
    ("Box", "Many2one<…>"),
    ("str", "String"),
    ("char", "String"),
    ("HashMap", "Json"),
    ("BTreeMap", "Json"),
    ("Uuid", "String"),
    ("i8", "i32"),
    ("isize", "i64"),
    ("u8", "i32"),
    ("u16", "i32"),
    ("u32", "i64"),
    ("u64", "i64"),
    ("usize", "i64"),
    ("i16", "i32"),
    ("f32", "f64"),
    ("NaiveDate", "Date"),
    ("NaiveDateTime", "DateTime"),
    ("Value", "Json"),
];

/// The argument of `name<…>`.
pub(super) fn generic<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    let Type::Path(path) = ty else { return None };
    let segment = path.path.segments.last().filter(|segment| segment.ident == name)?;
    match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => match arguments.args.first()? {
            GenericArgument::Type(ty) => Some(ty),
            _ => None,
        },
        _ => None,
    }
}

/// The last name of a type's path, such as `ResPartner`; empty for a type without a path.
pub(super) fn last_name(ty: &Type) -> String {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|last| naming::name(&last.ident)),
        _ => None,
    }
    .unwrap_or_default()
}

/// The kind, by the last name of the type's path. An unknown type is taken for a selection: rustc then checks that it
/// implements `Selection`.
pub(super) fn kind(cx: &Ctxt, ty: &Type) -> Kind {
    let Type::Path(path) = ty else {
        return unknown(cx, ty, "");
    };
    let Some(segment) = path.path.segments.last() else {
        return unknown(cx, ty, "");
    };
    let target = |make: fn(Type) -> Kind, name: &str| match generic(ty, name) {
        Some(target) => make(target.clone()),
        None => {
            cx.error_on(ty, format!("a relation names its model: `{name}<ResPartner>`"));
            Kind::Unknown
        }
    };
    match segment.ident.to_string().as_str() {
        // `chrono::DateTime<Utc>`.
        name if !segment.arguments.is_none() && !WITH_ARGUMENT.contains(&name) => unknown(cx, ty, name),
        "String" => Kind::Char,
        "Text" => Kind::Text,
        "Html" => Kind::Html,
        "bool" => Kind::Bool,
        "i32" => Kind::Int,
        "i64" => Kind::BigInt,
        "f64" => Kind::Float,
        "Decimal" => Kind::Decimal,
        "Monetary" => Kind::Monetary,
        "Date" => Kind::Date,
        "DateTime" => Kind::DateTime,
        "Binary" => Kind::Binary,
        "Json" => match (generic(ty, "Json"), segment.arguments.is_none()) {
            (None, false) => {
                cx.error_on(ty, "write `Json<LabelLayout>`, or `Json` for any JSON");
                Kind::Unknown
            }
            (of, _) => Kind::Json(of.cloned()),
        },
        "Many2one" => target(Kind::Many2one, "Many2one"),
        "One2many" => target(Kind::One2many, "One2many"),
        "Many2many" => target(Kind::Many2many, "Many2many"),
        name if INSTEAD.iter().any(|(other, _)| *other == name) => unknown(cx, ty, name),
        _ => Kind::Selection,
    }
}

fn unknown(cx: &Ctxt, ty: &Type, name: &str) -> Kind {
    let hint = match INSTEAD.iter().find(|(other, _)| *other == name) {
        Some((_, instead)) => format!("; write `{instead}`"),
        None if TYPES.contains(&name) => format!("; write `{name}`"),
        None => naming::hint(name, "field types", TYPES),
    };
    cx.error_on(ty, format!("this is no type of a field{hint}"));
    Kind::Unknown
}
