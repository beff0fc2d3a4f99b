//! Conditions on one record's own columns: judged in memory, and written as SQL for the database to keep. Both know a
//! third answer, unknown, where a value is empty; what is unknown breaks no rule.

use std::cmp::Ordering;
use std::fmt;

use crate::db::Dialect;
use crate::def::{CheckDef, Comparison, ConditionDef, FieldDef, Kind, MONETARY_SCALE, ModelDef, OperandDef};
use crate::field::input::from_text;
use crate::field::to_scaled;
use crate::sql;
use crate::value::Value;

impl ConditionDef {
    /// The fields that it names, each once.
    pub fn fields(&self) -> Vec<&'static str> {
        fn add(condition: &ConditionDef, fields: &mut Vec<&'static str>) {
            let mut put = |field| {
                if !fields.contains(&field) {
                    fields.push(field);
                }
            };
            match *condition {
                ConditionDef::All(parts) | ConditionDef::Any(parts) => parts.iter().for_each(|part| add(part, fields)),
                ConditionDef::Empty(field) | ConditionDef::Given(field) => put(field),
                ConditionDef::Compare { field, with, .. } => {
                    put(field);
                    if let OperandDef::Field(other) = with {
                        put(other);
                    }
                }
            }
        }
        let mut fields = Vec::new();
        add(self, &mut fields);
        fields
    }

    /// Whether it is true of a row, which has a value for each field of the definition; `None` where that is unknown.
    pub(crate) fn holds(&self, def: &ModelDef, row: &[Value]) -> Option<bool> {
        let value = |name: &str| {
            position(def, name)
                .and_then(|field| row.get(field))
                .unwrap_or(&Value::Null)
        };
        match self {
            ConditionDef::All(parts) => all(parts.iter().map(|part| part.holds(def, row))),
            ConditionDef::Any(parts) => {
                all(parts.iter().map(|part| part.holds(def, row).map(|holds| !holds))).map(|none| !none)
            }
            ConditionDef::Empty(field) => Some(value(field).is_null()),
            ConditionDef::Given(field) => Some(!value(field).is_null()),
            ConditionDef::Compare { field, op, with } => {
                let order = match with {
                    OperandDef::Field(other) => compare(value(field), value(other)),
                    OperandDef::Literal(text) => {
                        let kind = &def.fields[position(def, field)?].kind;
                        compare(value(field), &from_text(kind, text).ok()?)
                    }
                };
                order.map(|order| op.accepts(order))
            }
        }
    }

    /// The first part of a conjunction that is false of a row.
    pub(crate) fn broken(&self, def: &ModelDef, row: &[Value]) -> Option<&ConditionDef> {
        match self {
            ConditionDef::All(parts) => parts.iter().find_map(|part| part.broken(def, row)),
            other => (other.holds(def, row) == Some(false)).then_some(other),
        }
    }

    /// The condition over the columns of the model's table.
    pub fn sql(&self, def: &ModelDef, dialect: Dialect) -> String {
        let joined = |parts: &[ConditionDef], word| {
            let parts: Vec<String> = parts.iter().map(|part| part.sql(def, dialect)).collect();
            format!("({})", parts.join(word))
        };
        match self {
            ConditionDef::All(parts) => joined(parts, " AND "),
            ConditionDef::Any(parts) => joined(parts, " OR "),
            ConditionDef::Empty(field) => format!("\"{field}\" IS NULL"),
            ConditionDef::Given(field) => format!("\"{field}\" IS NOT NULL"),
            ConditionDef::Compare { field, op, with } => {
                let right = match with {
                    OperandDef::Field(other) => format!("\"{other}\""),
                    OperandDef::Literal(text) => match position(def, field) {
                        Some(field) => literal(&def.fields[field], text, dialect),
                        None => "NULL".to_owned(),
                    },
                };
                format!("\"{field}\" {} {right}", op.sql())
            }
        }
    }
}

/// All of these: false where one is false, else unknown where one is.
fn all(mut parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    parts
        .try_fold(Some(true), |so_far, part| match part {
            Some(false) => Err(Some(false)),
            part => Ok(so_far.and(part)),
        })
        .unwrap_or_else(|end| end)
}

impl CheckDef {
    /// Whether the database itself can keep the rule. It looks at every row that is written, also at one of whose fields
    /// only some are computed anew.
    pub fn is_kept_by_database(&self, def: &ModelDef) -> bool {
        let fields = self.condition.fields();
        let computed = |name: &&str| position(def, name).is_some_and(|field| def.fields[field].compute.is_some());
        fields.len() == 1 || !fields.iter().any(computed)
    }
}

impl Comparison {
    fn accepts(self, order: Ordering) -> bool {
        match self {
            Comparison::Eq => order.is_eq(),
            Comparison::Ne => order.is_ne(),
            Comparison::Lt => order.is_lt(),
            Comparison::Le => order.is_le(),
            Comparison::Gt => order.is_gt(),
            Comparison::Ge => order.is_ge(),
        }
    }

    fn sql(self) -> &'static str {
        match self {
            Comparison::Eq => "=",
            Comparison::Ne => "<>",
            Comparison::Lt => "<",
            Comparison::Le => "<=",
            Comparison::Gt => ">",
            Comparison::Ge => ">=",
        }
    }
}

fn position(def: &ModelDef, name: &str) -> Option<usize> {
    def.fields.iter().position(|field| field.name == name)
}

/// The order of two values of one kind.
fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
        (Value::Int(left), Value::Int(right)) => Some(left.cmp(right)),
        (Value::Float(left), Value::Float(right)) => left.partial_cmp(right),
        (Value::Decimal(left), Value::Decimal(right)) => Some(left.cmp(right)),
        (Value::Text(left), Value::Text(right)) => Some(left.cmp(right)),
        (Value::Date(left), Value::Date(right)) => Some(left.cmp(right)),
        (Value::DateTime(left), Value::DateTime(right)) => Some(left.cmp(right)),
        _ => None,
    }
}

/// A constant as the column holds it.
fn literal(field: &FieldDef, text: &str, dialect: Dialect) -> String {
    let scale = match field.kind {
        Kind::Decimal { scale, .. } => scale,
        _ => MONETARY_SCALE,
    };
    match (from_text(&field.kind, text), dialect) {
        (Ok(Value::Decimal(number)), Dialect::Sqlite) => {
            to_scaled(number, scale).map_or_else(|| "NULL".to_owned(), |number| number.to_string())
        }
        (Ok(Value::Decimal(number)), Dialect::Postgres) => number.normalize().to_string(),
        (Ok(Value::Int(number)), _) => number.to_string(),
        (Ok(Value::Float(number)), _) => format!("{number:?}"),
        (Ok(Value::Bool(value)), Dialect::Sqlite) => i32::from(value).to_string(),
        (Ok(Value::Bool(value)), Dialect::Postgres) => value.to_string().to_uppercase(),
        _ => sql::literal(text, dialect),
    }
}

/// As messages show it.
impl fmt::Display for ConditionDef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |f: &mut fmt::Formatter<'_>, parts: &[ConditionDef], word: &str| {
            parts.iter().enumerate().try_for_each(|(index, part)| {
                f.write_str(if index > 0 { word } else { "" })?;
                match part {
                    ConditionDef::All(_) | ConditionDef::Any(_) => write!(f, "({part})"),
                    part => part.fmt(f),
                }
            })
        };
        match self {
            ConditionDef::All(parts) => joined(f, parts, " && "),
            ConditionDef::Any(parts) => joined(f, parts, " || "),
            ConditionDef::Empty(field) => write!(f, "{field} is empty"),
            ConditionDef::Given(field) => write!(f, "{field} is given"),
            ConditionDef::Compare { field, op, with } => {
                let op = match op {
                    Comparison::Eq => "=",
                    Comparison::Ne => "!=",
                    op => op.sql(),
                };
                match with {
                    OperandDef::Literal(right) | OperandDef::Field(right) => write!(f, "{field} {op} {right}"),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
