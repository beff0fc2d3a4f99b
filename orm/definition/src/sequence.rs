//! The model behind `default = sequence(…)`: one record for each sequence.
//!
//! A catalogue may declare the model itself (`role = sequence`), so that administrators can read and change prefix,
//! padding and next number over HTTP; then this definition is not used.

use crate::def::{Default, FieldDef, Kind, ModelDef, Role, SelectionItem, Source, UniqueDef};
use crate::value::MOST_ID;

/// The name of the sequence, by which `sequence("code")` finds its record.
pub const CODE: &str = "code";
/// The next number.
pub const NEXT: &str = "number_next";
/// The fewest digits of a number: shorter ones are filled with zeros.
pub const PADDING: &str = "padding";
/// The highest value of [`PADDING`].
pub const MOST_PADDING: i64 = 32;

/// The highest value of [`NEXT`]. It is never given as a number, since the record could not hold the one after it.
pub fn most(kind: &Kind) -> i64 {
    match kind {
        Kind::Int => i32::MAX.into(),
        _ => MOST_ID,
    }
}

/// The stored fields that a model with this role must declare.
pub const FIELDS: [&str; 7] = ["name", CODE, "prefix", "suffix", PADDING, NEXT, "implementation"];

/// A further field, needed when a sequence has a `range`: the year, month or day of the last number.
pub const PERIOD: &str = "period";

/// `implementation`: refused writes may leave numbers out.
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

/// The definition for a catalogue that does not declare the model itself.
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
        ignore_case: false,
        message: "",
    }],
    source: Source {
        file: file!(),
        line: line!(),
    },
    ..ModelDef::PLAIN
};
