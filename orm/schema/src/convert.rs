//! How the values of a column are converted when its kind changes, with the same results on both databases; and what
//! existing rows get in a new column.

use super::schema::{Column, ColumnKind, Fill};
use orm_database::Dialect;
use orm_definition::field::to_scaled;

/// A conversion from one kind of column to another.
pub(super) struct Conversion {
    /// The SQL expression for the new value.
    pub(super) sql: String,
    /// Some values may be lost: they are rounded, truncated, or become NULL.
    pub(super) lossy: bool,
}

/// The conversion of the SQL expression `value` from the kind `from` to the kind `to`; `None` if there is none.
pub(super) fn conversion(from: &ColumnKind, to: &ColumnKind, value: &str, dialect: Dialect) -> Option<Conversion> {
    use ColumnKind::{BigInt, Bool, Date, DateTime, Decimal, Float, Int, Json, Reference, Selection, Text};
    let sqlite = dialect == Dialect::Sqlite;
    let exact = |sql: String| Some(Conversion { sql, lossy: false });
    let cast = |to: &str| {
        if sqlite {
            value.to_owned()
        } else {
            format!("{value}::{to}")
        }
    };
    match (from, to) {
        (from, to) if from == to => exact(value.to_owned()),
        (Reference(from, _), Reference(to, _)) => (from == to).then(|| Conversion {
            sql: value.to_owned(),
            lossy: false,
        }),
        (Selection(_) | Json, Text) | (Reference(..), BigInt) => exact(value.to_owned()),
        (Selection(from), Selection(to)) if from.iter().all(|item| to.contains(item)) => exact(value.to_owned()),
        (Text | Selection(_), Selection(items)) => {
            let items: Vec<String> = items.iter().map(|item| quoted(item)).collect();
            Some(Conversion {
                sql: format!("CASE WHEN {value} IN ({}) THEN {value} END", items.join(", ")),
                lossy: true,
            })
        }
        (Bool, Int) => exact(cast("INTEGER")),
        (Bool, BigInt) => exact(cast("INTEGER::BIGINT")),
        (Bool, Text) => exact(format!(
            "CASE WHEN {value} THEN 'true' WHEN NOT {value} THEN 'false' END"
        )),
        (Int, BigInt) => exact(cast("BIGINT")),
        (Int, Float) => exact(if sqlite {
            format!("{value} * 1.0")
        } else {
            cast("DOUBLE PRECISION")
        }),
        (BigInt, Int) => Some(Conversion {
            sql: cast_in(
                &format!("CASE WHEN {value} BETWEEN -2147483648 AND 2147483647 THEN {value} END"),
                "INTEGER",
                sqlite,
            ),
            lossy: true,
        }),
        (Int, Decimal(..)) => Some(decimal(value, (10, 0), to, dialect)),
        (BigInt, Decimal(..)) => Some(decimal(value, (19, 0), to, dialect)),
        (Decimal(precision, scale), Decimal(..) | Int | BigInt) => {
            Some(decimal(value, (*precision, *scale), to, dialect))
        }
        (Int | BigInt, Text) if sqlite => exact(format!("CAST({value} AS TEXT)")),
        (Int | BigInt, Text) => exact(cast("TEXT")),
        (Decimal(_, scale), Text) if sqlite => exact(digits(value, *scale)),
        (Decimal(..), Text) => exact(cast("TEXT")),
        (Date, DateTime) => exact(if sqlite {
            format!("{value} || ' 00:00:00'")
        } else {
            cast("TIMESTAMP")
        }),
        (DateTime, Date) => Some(Conversion {
            sql: if sqlite {
                format!("SUBSTR({value}, 1, 10)")
            } else {
                cast("DATE")
            },
            lossy: true,
        }),
        (Date, Text) => exact(if sqlite {
            value.to_owned()
        } else {
            format!("TO_CHAR({value}, 'YYYY-MM-DD')")
        }),
        _ => None,
    }
}

/// The conversion of a decimal or an integer with this `(precision, scale)` to `to`, a decimal or integer kind. Values
/// that do not fit become NULL.
fn decimal(value: &str, (precision, scale): (u8, u8), to: &ColumnKind, dialect: Dialect) -> Conversion {
    let (new_precision, new_scale) = match to {
        ColumnKind::Decimal(precision, scale) => (*precision, *scale),
        ColumnKind::Int => (10, 0),
        _ => (19, 0),
    };
    let rounds = new_scale < scale;
    // Compares the digits before the point; rounding may add one (9.9 becomes 10).
    let fits = new_precision - new_scale >= precision - scale + u8::from(rounds);
    let rounded = match dialect {
        Dialect::Postgres if rounds => format!("ROUND({value}, {new_scale})"),
        Dialect::Postgres => value.to_owned(),
        Dialect::Sqlite if rounds => {
            let unit = power(scale - new_scale);
            let half = unit / 2;
            format!("(CASE WHEN {value} < 0 THEN -((-{value} + {half}) / {unit}) ELSE ({value} + {half}) / {unit} END)")
        }
        Dialect::Sqlite => value.to_owned(),
    };
    let (low, most) = match (to, dialect) {
        (ColumnKind::Int, _) => (-2_147_483_648, 2_147_483_647),
        (ColumnKind::BigInt, _) => (i128::from(i64::MIN), i128::from(i64::MAX)),
        // SQLite: in units of the last digit of `rounded`, as it is a scaled integer.
        (_, Dialect::Sqlite) => {
            let most = power(new_precision - new_scale + scale.min(new_scale)) - 1;
            (-most, most)
        }
        (_, Dialect::Postgres) => {
            let most = power(new_precision - new_scale) - 1;
            (-most, most)
        }
    };
    let grown = match dialect {
        Dialect::Sqlite if new_scale > scale => format!("{rounded} * {}", power(new_scale - scale)),
        Dialect::Sqlite | Dialect::Postgres => rounded.clone(),
    };
    let sql = match (fits, dialect) {
        (true, _) => grown,
        (false, Dialect::Sqlite) => format!("CASE WHEN {rounded} BETWEEN {low} AND {most} THEN {grown} END"),
        (false, Dialect::Postgres) if matches!(to, ColumnKind::Decimal(..)) => {
            format!("CASE WHEN ABS({rounded}) < {} THEN {grown} END", most + 1)
        }
        (false, Dialect::Postgres) => format!("CASE WHEN {rounded} BETWEEN {low} AND {most} THEN {grown} END"),
    };
    Conversion {
        sql: cast_in(&sql, &super::create::storage(to, dialect), dialect == Dialect::Sqlite),
        lossy: rounds || !fits,
    }
}

/// The expression; on PostgreSQL with a cast.
fn cast_in(sql: &str, to: &str, sqlite: bool) -> String {
    match sqlite {
        true => sql.to_owned(),
        false => format!("({sql})::{to}"),
    }
}

fn power(exponent: u8) -> i128 {
    10i128.pow(u32::from(exponent))
}

/// A scaled integer of SQLite as text, in the form that PostgreSQL gives a NUMERIC: `-0.50`.
fn digits(value: &str, scale: u8) -> String {
    match scale {
        0 => format!("CAST({value} AS TEXT)"),
        scale => {
            let one = power(scale);
            format!(
                "CASE WHEN {value} IS NOT NULL THEN CASE WHEN {value} < 0 THEN '-' ELSE '' END || \
                 printf('%d.%0{scale}d', ABS({value}) / {one}, ABS({value}) % {one}) END"
            )
        }
    }
}

/// The SQL expression for what existing rows get in a new column; `None` for NULL.
pub(super) fn fill(column: &Column, dialect: Dialect) -> Option<String> {
    match (&column.default, dialect) {
        (Some(Fill::Constant(text)), _) => Some(constant(&column.kind, text, dialect)),
        (Some(Fill::Now), Dialect::Sqlite) => Some("datetime('now')".to_owned()),
        (Some(Fill::Now), Dialect::Postgres) => Some("date_trunc('second', now() AT TIME ZONE 'UTC')".to_owned()),
        (Some(Fill::Today), Dialect::Sqlite) => Some("date('now')".to_owned()),
        (Some(Fill::Today), Dialect::Postgres) => Some("(now() AT TIME ZONE 'UTC')::date".to_owned()),
        (None, _) if column.computed && column.required => Some(stand_in(&column.kind, dialect)),
        (None, _) => None,
    }
}

/// A placeholder for existing rows in a new column that is required, until its values are computed.
fn stand_in(kind: &ColumnKind, dialect: Dialect) -> String {
    let text = match (kind, dialect) {
        (ColumnKind::Reference(target, _), _) => return format!("(SELECT MIN(\"id\") FROM \"{target}\")"),
        (ColumnKind::Bool, Dialect::Postgres) => "FALSE",
        (ColumnKind::Date, _) => "'1970-01-01'",
        (ColumnKind::DateTime, _) => "'1970-01-01 00:00:00'",
        (ColumnKind::Binary, Dialect::Sqlite) => "X''",
        (ColumnKind::Json, _) => "'null'",
        (ColumnKind::Text | ColumnKind::Selection(_) | ColumnKind::Binary, _) => "''",
        (ColumnKind::Bool | ColumnKind::Int | ColumnKind::BigInt | ColumnKind::Float | ColumnKind::Decimal(..), _) => {
            "0"
        }
    };
    text.to_owned()
}

/// A default of a definition as an SQL literal, in the form in which the column stores it.
fn constant(kind: &ColumnKind, text: &str, dialect: Dialect) -> String {
    match (kind, dialect) {
        (ColumnKind::Bool, Dialect::Sqlite) => i32::from(text == "true").to_string(),
        (ColumnKind::Bool, Dialect::Postgres) => text.to_uppercase(),
        (ColumnKind::Decimal(_, scale), Dialect::Sqlite) => text
            .parse()
            .ok()
            .and_then(|number| to_scaled(number, *scale))
            .map_or_else(|| "NULL".to_owned(), |number| number.to_string()),
        (
            ColumnKind::Decimal(..)
            | ColumnKind::Int
            | ColumnKind::BigInt
            | ColumnKind::Float
            | ColumnKind::Reference(..),
            _,
        ) => text.to_owned(),
        (
            ColumnKind::Text
            | ColumnKind::Selection(_)
            | ColumnKind::Json
            | ColumnKind::Binary
            | ColumnKind::Date
            | ColumnKind::DateTime,
            _,
        ) => quoted(text),
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
