use super::*;
use crate::def::{CheckDef, ComputeDef, Digits, FieldDef, Kind};

const FIELD: FieldDef = FieldDef {
    kind: Kind::Decimal {
        digits: Digits::new(16, 2),
    },
    stored: true,
    ..FieldDef::PLAIN
};

static DEF: ModelDef = ModelDef {
    name: "x.line",
    table: "x_line",
    fields: &[
        FieldDef {
            name: "discount",
            ..FIELD
        },
        FieldDef { name: "most", ..FIELD },
        FieldDef {
            name: "total",
            required: true,
            compute: Some(ComputeDef::PLAIN),
            ..FIELD
        },
    ],
    ..ModelDef::PLAIN
};

const fn compare(field: &'static str, op: Comparison, with: OperandDef) -> ConditionDef {
    ConditionDef::Compare { field, op, with }
}

const AT_MOST: ConditionDef = compare("discount", Comparison::Le, OperandDef::Literal("99.5"));
const ORDERED: ConditionDef = compare("discount", Comparison::Lt, OperandDef::Field("most"));
const BOTH: ConditionDef = ConditionDef::All(&[AT_MOST, ORDERED]);
const EITHER: ConditionDef = ConditionDef::Any(&[ConditionDef::Empty("most"), ORDERED]);

fn row(discount: &str, most: Option<&str>) -> Vec<Value> {
    let number = |text: &str| Value::Decimal(text.parse().expect("a number"));
    vec![number(discount), most.map_or(Value::Null, number), number("0")]
}

#[test]
fn what_is_unknown_is_neither_true_nor_false() {
    assert_eq!(holds(&AT_MOST, &DEF, &row("99.50", None)), Some(true));
    assert_eq!(holds(&AT_MOST, &DEF, &row("99.51", None)), Some(false));
    assert_eq!(holds(&ORDERED, &DEF, &row("1", None)), None);
    assert_eq!(holds(&BOTH, &DEF, &row("1", None)), None);
    assert_eq!(holds(&BOTH, &DEF, &row("100", None)), Some(false));
    assert_eq!(holds(&BOTH, &DEF, &row("1", Some("2"))), Some(true));
    assert_eq!(holds(&EITHER, &DEF, &row("1", None)), Some(true));
    assert_eq!(holds(&EITHER, &DEF, &row("3", Some("2"))), Some(false));
    assert_eq!(broken(&BOTH, &DEF, &row("3", Some("2"))), Some(&ORDERED));
}

#[test]
fn a_condition_reads_as_it_is_meant() {
    assert_eq!(BOTH.to_string(), "discount <= 99.5 && discount < most");
}

#[test]
fn the_database_keeps_what_no_row_under_way_can_break() {
    let kept = |condition| CheckDef { condition, message: "" }.is_kept_by_database(&DEF);
    assert!(kept(BOTH));
    assert!(kept(compare("total", Comparison::Ge, OperandDef::Literal("0"))));
    assert!(!kept(compare("total", Comparison::Ge, OperandDef::Field("discount"))));
}
