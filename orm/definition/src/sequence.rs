//! The numberings that fields take their defaults from, a record for each.
//!
//! A catalogue may declare the model itself (`role = sequence`), so that administrators can read and change prefix,
//! padding and next number over HTTP; then this definition, which has the same table, is not used.

use crate::def::{Default, FieldDef, Kind, ModelDef, Role, SelectionItem, Source, UniqueDef};
use crate::value::MOST_ID;

/// The field that fields name the sequence by.
pub const CODE: &str = "code";
/// The field of the number that comes next.
pub const NEXT: &str = "number_next";
/// The field of the least digits.
pub const PADDING: &str = "padding";
/// The most digits that numbers are filled up to.
pub const MOST_PADDING: i64 = 32;

/// The highest number that a record can hold, which is never given: none could follow.
pub fn most(kind: &Kind) -> i64 {
    match kind {
        Kind::Int => i32::MAX.into(),
        _ => MOST_ID,
    }
}

/// What a catalogue's own model must declare.
pub const FIELDS: [&str; 7] = ["name", CODE, "prefix", "suffix", PADDING, NEXT, "implementation"];

/// The field, besides, that numberings need which start again: the year, month or day of the last number.
pub const PERIOD: &str = "period";

/// `implementation`: numbers may be left out.
pub const STANDARD: &str = "standard";
/// `implementation`: no number is ever left out.
pub const GAPLESS: &str = "no_gap";

const fn field(name: &'static str) -> FieldDef {
    FieldDef {
        name,
        kind: Kind::Char { size: 0 },
        stored: true,
        copy: true,
        ..FieldDef::PLAIN
    }
}

const fn required(name: &'static str, kind: Kind, default: &'static str) -> FieldDef {
    FieldDef {
        kind,
        required: true,
        default: Default::Const(default),
        ..field(name)
    }
}

/// The model of a catalogue that does not declare it.
pub static MODEL: ModelDef = ModelDef {
    name: "ir.sequence",
    table: "ir_sequence",
    role: Some(Role::Sequence),
    label: "Sequence",
    fields: &[
        FieldDef {
            kind: Kind::Id,
            required: true,
            ..field("id")
        },
        required("name", Kind::Char { size: 0 }, ""),
        FieldDef {
            required: true,
            ..field(CODE)
        },
        field("prefix"),
        field("suffix"),
        required(PADDING, Kind::Int, "0"),
        required(NEXT, Kind::BigInt, "1"),
        field(PERIOD),
        required(
            "implementation",
            Kind::Selection {
                items: &[
                    SelectionItem {
                        value: STANDARD,
                        label: "Standard",
                    },
                    SelectionItem {
                        value: GAPLESS,
                        label: "No gap",
                    },
                ],
            },
            STANDARD,
        ),
        FieldDef {
            kind: Kind::DisplayName,
            readonly: true,
            stored: false,
            ..field("display_name")
        },
    ],
    uniques: &[UniqueDef {
        fields: &[CODE],
        condition: None,
        nulls_equal: false,
        message: "",
    }],
    source: Source {
        file: file!(),
        line: line!(),
    },
    ..ModelDef::PLAIN
};
