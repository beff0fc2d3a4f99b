//! A model's constraints (checks and unique rules) as SQL text over the columns of its own table, for the database to
//! enforce. As usual in SQL, a comparison with NULL is unknown, and an unknown check is not violated.

use orm_definition::def::{ConditionDef, Digits, FieldDef, Kind, ModelDef, OperandDef, UniqueDef};
use orm_definition::field::{from_text, to_scaled};
use orm_definition::value::Value;

use crate::Dialect;

/// A condition of a definition as SQL.
pub fn condition(condition: &ConditionDef, def: &ModelDef, dialect: Dialect) -> String {
    let joined = |parts: &[ConditionDef], word| {
        let parts: Vec<String> = parts.iter().map(|part| self::condition(part, def, dialect)).collect();
        format!("({})", parts.join(word))
    };
    match condition {
        ConditionDef::All(parts) => joined(parts, " AND "),
        ConditionDef::Any(parts) => joined(parts, " OR "),
        ConditionDef::Empty(field) => format!("\"{field}\" IS NULL"),
        ConditionDef::Given(field) => format!("\"{field}\" IS NOT NULL"),
        ConditionDef::Compare { field, op, with } => {
            let right = match with {
                // `self.` is the record itself here; the macro knows it in the `domain` of a relation only.
                OperandDef::Field(other) | OperandDef::Own(other) => format!("\"{other}\""),
                OperandDef::Literal(text) => match def.position(field) {
                    Some(field) => constant(&def.fields[field], text, dialect),
                    None => "NULL".to_owned(),
                },
            };
            format!("\"{field}\" {} {right}", op.sql())
        }
    }
}

/// A constant of a definition as an SQL literal, in the form in which the field's column stores it.
fn constant(field: &FieldDef, text: &str, dialect: Dialect) -> String {
    let digits = match field.kind {
        Kind::Decimal { digits } => digits,
        _ => Digits::MONEY,
    };
    match (from_text(&field.kind, text), dialect) {
        (Ok(Value::Decimal(number)), Dialect::Sqlite) => {
            to_scaled(number, digits.scale).map_or_else(|| "NULL".to_owned(), |number| number.to_string())
        }
        (Ok(Value::Decimal(number)), Dialect::Postgres) => number.normalize().to_string(),
        (Ok(Value::Int(number)), _) => number.to_string(),
        (Ok(Value::Float(number)), _) => format!("{number:?}"),
        (Ok(Value::Bool(value)), Dialect::Sqlite) => i32::from(value).to_string(),
        (Ok(Value::Bool(value)), Dialect::Postgres) => value.to_string().to_uppercase(),
        _ => literal(text, dialect),
    }
}

/// The expressions that a unique index contains for one field, over the SQL expression `given`, or over the field's own
/// column if `given` is empty. Usually that expression itself, with the case of a text folded where it is ignored;
/// where NULLs count as equal, two: the value with NULL replaced by a constant, and whether it is NULL.
pub fn unique_parts(def: &ModelDef, unique: &UniqueDef, field: &str, given: &str, dialect: Dialect) -> Vec<String> {
    let own = format!("\"{field}\"");
    let column = if given.is_empty() { own.as_str() } else { given };
    let field = def.fields.iter().find(|known| known.name == field);
    let folded = |value: &str| match field.is_some_and(|field| unique.folds(&field.kind)) {
        true => dialect.ignoring_case(value),
        false => value.to_owned(),
    };
    match field {
        Some(field) if unique.nulls_equal && !field.required => vec![
            folded(&format!("COALESCE({column}, {})", dialect.stand_in(&field.kind))),
            format!("({column} IS NULL)"),
        ],
        _ => vec![folded(column)],
    }
}

/// A text of a definition as an SQL literal. A `?` in it would be taken for a bind parameter, so it is written by its
/// code.
pub fn literal(text: &str, dialect: Dialect) -> String {
    let question_mark = match dialect {
        Dialect::Sqlite => " || CHAR(63) || ",
        Dialect::Postgres => " || CHR(63) || ",
    };
    let parts: Vec<String> = text
        .split('?')
        .map(|part| format!("'{}'", part.replace('\'', "''")))
        .collect();
    match parts.as_slice() {
        [one] => one.clone(),
        parts => format!("({})", parts.join(question_mark)),
    }
}

#[cfg(test)]
mod tests {
    use orm_definition::def::Comparison;

    use super::*;

    const FIELD: FieldDef = FieldDef {
        kind: Kind::Decimal {
            digits: Digits::new(16, 2),
        },
        ..FieldDef::PLAIN
    };

    static DEF: ModelDef = ModelDef {
        fields: &[
            FieldDef {
                name: "discount",
                ..FIELD
            },
            FieldDef { name: "most", ..FIELD },
        ],
        ..ModelDef::PLAIN
    };

    const ORDERED: ConditionDef = ConditionDef::Compare {
        field: "discount",
        op: Comparison::Lt,
        with: OperandDef::Field("most"),
    };

    #[test]
    fn decimals_are_scaled_where_the_column_is() {
        let at_most = ConditionDef::Compare {
            field: "discount",
            op: Comparison::Le,
            with: OperandDef::Literal("99.5"),
        };
        assert_eq!(condition(&at_most, &DEF, Dialect::Sqlite), "\"discount\" <= 9950");
        assert_eq!(condition(&at_most, &DEF, Dialect::Postgres), "\"discount\" <= 99.5");
        let either = ConditionDef::Any(&[ConditionDef::Empty("most"), ORDERED]);
        let text = "(\"most\" IS NULL OR \"discount\" < \"most\")";
        assert_eq!(condition(&either, &DEF, Dialect::Postgres), text);
    }
}
