//! What is told of a group: values that are made from those of its records, and how groups are compared by them.

use crate::db::Dialect;
use crate::def::Kind;
use crate::registry::FieldId;

/// A value that is made from those that the records of a group have.
#[derive(Debug, Clone)]
pub(crate) struct Aggregate {
    pub(crate) function: Function,
    /// Many2ones, then the field.
    pub(crate) path: Vec<FieldId>,
    /// The kind of the field.
    pub(crate) kind: Kind,
    /// Of an amount of money that is added up or compared: the path to its currency.
    pub(crate) currency: Option<Vec<FieldId>>,
}

/// How values are aggregated. Empty values do not count, except in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Function {
    Sum,
    Avg,
    Min,
    Max,
    Count,
    CountDistinct,
    /// The values as a list.
    ArrayAgg,
    BoolAnd,
    BoolOr,
}

/// What groups are sorted and picked by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
    /// A key, by its index.
    Key(usize),
    /// The number of records.
    Count,
    /// An aggregate, by its index.
    Aggregate(usize),
}

/// The columns of an aggregate after its first one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parts {
    /// The second part of a sum ([`Dialect::exact_sum`], [`Dialect::float_sum`]).
    pub(crate) second: bool,
    /// The number of values, of an average; the first column is their sum.
    pub(crate) count: bool,
    /// Whether the amounts are in several currencies.
    pub(crate) mixed: bool,
}

impl Aggregate {
    /// The columns after the first one.
    pub(crate) fn parts(&self, dialect: Dialect) -> Parts {
        let adds_up = matches!(self.function, Function::Sum | Function::Avg);
        Parts {
            second: adds_up && self.sum(dialect, "").1.is_some(),
            count: self.function == Function::Avg,
            mixed: self.currency.is_some(),
        }
    }

    /// The expressions of the sum of a value.
    pub(super) fn sum(&self, dialect: Dialect, value: &str) -> (String, Option<String>) {
        match self.is_exact() {
            true => dialect.exact_sum(value),
            false => dialect.float_sum(value),
        }
    }

    /// Whether sums are exact: they are not of floats.
    pub(crate) fn is_exact(&self) -> bool {
        !matches!(self.kind, Kind::Float)
    }
}

/// The expressions by which groups are compared in a column that is no key, the first one first. There is none where
/// amounts are in several currencies.
pub(super) fn comparable(dialect: Dialect, aggregates: &[Aggregate], column: Column) -> Vec<String> {
    let Column::Aggregate(number) = column else {
        return vec!["g.n".to_owned()];
    };
    let (parts, is_exact) = (aggregates[number].parts(dialect), aggregates[number].is_exact());
    let value = format!("g.a{number}");
    let mut values = match (parts.count, is_exact) {
        (true, true) => vec![dialect.average(&value, &format!("{value}_second"), &format!("{value}_count"))],
        (true, false) => vec![format!("({value} / {value}_count)")],
        (false, true) if parts.second => vec![value.clone(), format!("{value}_second")],
        (false, _) => vec![value.clone()],
    };
    if parts.mixed {
        for part in &mut values {
            *part = format!("CASE WHEN NOT {value}_mixed THEN {part} END");
        }
    }
    values
}
