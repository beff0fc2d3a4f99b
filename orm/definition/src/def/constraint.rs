//! Constraints of a model: unique fields and conditions. (Methods that check records are in `hook.rs`.)

use std::borrow::Cow;
use std::fmt;

use super::{Kind, ModelDef};
use crate::value::Value;

/// Fields that together are unique.
#[derive(Debug, Clone, Copy)]
pub struct UniqueDef {
    /// Field names of this model.
    pub fields: &'static [&'static str],
    /// Only records that fulfil this condition are compared; `None`: all records.
    pub condition: Option<ConditionDef>,
    /// Empty values count as equal; otherwise a record with an empty field conflicts with no other.
    pub nulls_equal: bool,
    /// Texts that differ only in the case of the letters A to Z count as equal.
    pub ignore_case: bool,
    /// The message to the caller; empty for the standard text.
    pub message: &'static str,
}

/// A condition that each record of a model must fulfil.
#[derive(Debug, Clone, Copy)]
pub struct CheckDef {
    /// The condition.
    pub condition: ConditionDef,
    /// The message to the caller; empty for the standard text.
    pub message: &'static str,
}

/// A condition on one record's own columns; that of a relation's `domain` is on the columns of the related record.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ConditionDef {
    /// Every part is true.
    All(&'static [ConditionDef]),
    /// At least one part is true.
    Any(&'static [ConditionDef]),
    /// `field.is_none()`
    Empty(&'static str),
    /// `field.is_some()`
    Given(&'static str),
    /// `field <= 100`: unknown, neither true nor false, when a side is empty.
    Compare {
        /// The field on the left.
        field: &'static str,
        /// How it is compared.
        op: Comparison,
        /// The right side.
        with: OperandDef,
    },
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
}

/// The right side of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperandDef {
    /// A constant, as text in the field's own stored form.
    Literal(&'static str),
    /// Another field of the same kind.
    Field(&'static str),
    /// `self.company_id`, in the `domain` of a relation: a field, of the same kind, of the record that has the relation.
    Own(&'static str),
}

impl ConditionDef {
    /// A condition that is a limit of a field alone: the field, `Ge` for the least or `Le` for the greatest value, and
    /// the value.
    pub fn limit(&self) -> Option<(&'static str, Comparison, &'static str)> {
        match *self {
            ConditionDef::Compare {
                field,
                op: op @ (Comparison::Ge | Comparison::Le),
                with: OperandDef::Literal(limit),
            } => Some((field, op, limit)),
            _ => None,
        }
    }

    /// The rule that a record breaks, for messages to which the definition gives no words.
    pub fn broken_rule(&self) -> String {
        match self.limit() {
            Some((field, Comparison::Ge, least)) => format!("`{field}` is at least {least}"),
            Some((field, _, most)) => format!("`{field}` is at most {most}"),
            None => format!("the rule `{self}` is broken"),
        }
    }

    /// The parts of which every one must hold.
    fn parts(&self) -> &[ConditionDef] {
        match self {
            ConditionDef::All(parts) => parts,
            other => std::slice::from_ref(other),
        }
    }

    /// The fields that the condition names, each once; without those of `self.`.
    pub fn fields(&self) -> Vec<&'static str> {
        self.names(|part| match *part {
            ConditionDef::Empty(field) | ConditionDef::Given(field) => vec![field],
            ConditionDef::Compare {
                field,
                with: OperandDef::Field(other),
                ..
            } => vec![field, other],
            ConditionDef::Compare { field, .. } => vec![field],
            ConditionDef::All(_) | ConditionDef::Any(_) => Vec::new(),
        })
    }

    /// The fields that the condition names by `self.`, each once.
    pub fn own_fields(&self) -> Vec<&'static str> {
        self.names(|part| match *part {
            ConditionDef::Compare {
                with: OperandDef::Own(field),
                ..
            } => vec![field],
            _ => Vec::new(),
        })
    }

    /// The names in its parts that are no `&&` and `||`, each once.
    fn names(&self, named: impl Fn(&ConditionDef) -> Vec<&'static str>) -> Vec<&'static str> {
        let mut names = Vec::new();
        self.each_part(&mut |part| {
            for name in named(part) {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        });
        names
    }

    /// Calls `each` with every part that is no `&&` and `||`.
    pub fn each_part(&self, each: &mut impl FnMut(&ConditionDef)) {
        match self {
            ConditionDef::All(parts) | ConditionDef::Any(parts) => parts.iter().for_each(|part| part.each_part(each)),
            part => each(part),
        }
    }
}

impl ModelDef {
    /// The least and the greatest value that the checks of the model leave to a field of this name, each as text.
    pub fn limits(&self, field: &str) -> [Option<&'static str>; 2] {
        [Comparison::Ge, Comparison::Le].map(|op| {
            let limit = |(name, found, limit)| (name == field && found == op).then_some(limit);
            let mut parts = self.checks.iter().flat_map(|check| check.condition.parts());
            parts.find_map(|part| part.limit().and_then(limit))
        })
    }
}

impl UniqueDef {
    /// Whether values of this kind are compared without regard to case.
    pub fn folds(&self, kind: &Kind) -> bool {
        self.ignore_case && matches!(kind, Kind::Char { .. } | Kind::Text)
    }

    /// A value of this kind as it is compared: two that become the same are equal. The letters A to Z only are folded,
    /// which SQLite and PostgreSQL do alike, in every version and with every tool.
    pub fn compared<'v>(&self, kind: &Kind, value: &'v Value) -> Cow<'v, Value> {
        match value {
            Value::Text(text) if self.folds(kind) => Cow::Owned(Value::Text(text.to_ascii_lowercase())),
            value => Cow::Borrowed(value),
        }
    }
}

impl CheckDef {
    /// Whether the database enforces the condition, as a CHECK. It cannot when several fields are compared of which one
    /// is computed: a row is also written when only some of its fields are computed again, and would then be refused.
    pub fn is_kept_by_database(&self, def: &ModelDef) -> bool {
        let fields = self.condition.fields();
        let computed = |name: &&str| {
            def.position(name)
                .is_some_and(|field| def.fields[field].compute.is_some())
        };
        fields.len() == 1 || !fields.iter().any(computed)
    }
}

impl Comparison {
    /// The operator in SQL.
    pub fn sql(self) -> &'static str {
        match self {
            Comparison::Eq => "=",
            Comparison::Ne => "<>",
            Comparison::Lt => "<",
            Comparison::Le => "<=",
            Comparison::Gt => ">",
            Comparison::Ge => ">=",
        }
    }

    /// The operator in Rust.
    pub fn rust(self) -> &'static str {
        match self {
            Comparison::Eq => "==",
            Comparison::Ne => "!=",
            op => op.sql(),
        }
    }
}

/// The condition as messages show it: `discount <= 99.5 && discount < most`.
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
                    OperandDef::Own(right) => write!(f, "{field} {op} self.{right}"),
                }
            }
        }
    }
}
