//! The family of a field's type, by the name of the type.

use syn::{GenericArgument, PathArguments, Type};

use crate::ctxt::Ctxt;
use crate::naming;

/// The family of a field's type.
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
    Json,
    Many2one(Type),
    One2many(Type),
    Many2many(Type),
    /// Reported; only the author's struct keeps it.
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

/// Types that somebody will try, and the field type that is meant.
const INSTEAD: [(&str, &str); 14] = [
    ("Vec", "One2many<…>` or `Many2many<…>"),
    ("Box", "Many2one<…>"),
    ("str", "String"),
    ("char", "String"),
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

/// The family, by the last name of the type. A type that is not one of ours is a selection: rustc then asks it for the
/// `Selection` trait.
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
        "Json" => Kind::Json,
        "Many2one" => target(Kind::Many2one, "Many2one"),
        "One2many" => target(Kind::One2many, "One2many"),
        "Many2many" => target(Kind::Many2many, "Many2many"),
        name if INSTEAD.iter().any(|(other, _)| *other == name) || !segment.arguments.is_none() => {
            unknown(cx, ty, name)
        }
        _ => Kind::Selection,
    }
}

fn unknown(cx: &Ctxt, ty: &Type, name: &str) -> Kind {
    let hint = match INSTEAD.iter().find(|(other, _)| *other == name) {
        Some((_, instead)) => format!("; write `{instead}`"),
        None => naming::hint(name, "field types", TYPES),
    };
    cx.error_on(ty, format!("this is no type of a field{hint}"));
    Kind::Unknown
}
