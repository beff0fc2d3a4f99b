//! Reading the rows of a result column by column, in the Rust type that the caller needs.

use chrono::{Datelike as _, Timelike as _};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql};
use diesel::pg::Pg;
use diesel::row::{Field as _, Row as _};
use diesel::sql_types::{BigInt, Binary, Bool, Date, Double, Integer, Text, Timestamp};
use diesel::sqlite::Sqlite;

use super::connection::MultiRow;
use crate::def::Kind;
use crate::error::{Error, Result};
use crate::value::Value;
use crate::{Scaled, StoredDecimal};
use orm_definition::field::{Date as NaiveDate, DateTime};

/// One row of a result. Columns are read by position; NULL is `None`.
pub struct Row<'a, 'conn, 'query>(pub(crate) &'a MultiRow<'conn, 'query>);

/// A point in time as text, `2024-01-26 13:37:58.701565`, without the fraction when it is zero. SQLite stores exactly
/// this text, so that it need not be parsed to be read.
#[derive(Debug)]
struct TimeText(String);

/// A point in time as text, in the form of [`Row::time_text`]: the year with four digits, which is enough for all
/// stored times, and a fraction of 0, 3, 6 or 9 digits, as short as possible.
pub fn time_text(time: DateTime) -> String {
    let mut text = String::with_capacity("2024-01-26 13:37:58.701565".len());
    let mut push = |before: &str, number: u32, digits: u32| {
        text.push_str(before);
        text.extend((0..digits).rev().map(|place| digit(number / 10_u32.pow(place))));
    };
    push("", time.year().unsigned_abs(), 4);
    push("-", time.month(), 2);
    push("-", time.day(), 2);
    push(" ", time.hour(), 2);
    push(":", time.minute(), 2);
    push(":", time.second(), 2);
    match time.nanosecond() {
        0 => {}
        nanos if nanos % 1_000_000 == 0 => push(".", nanos / 1_000_000, 3),
        nanos if nanos % 1_000 == 0 => push(".", nanos / 1_000, 6),
        nanos => push(".", nanos, 9),
    }
    text
}

/// The last decimal digit of a number.
fn digit(number: u32) -> char {
    char::from_digit(number % 10, 10).unwrap_or('0')
}

impl Row<'_, '_, '_> {
    fn get<T, ST>(&self, column: usize) -> Result<Option<T>>
    where
        T: FromSql<ST, Sqlite> + FromSql<ST, Pg>,
    {
        let field = self
            .0
            .get(column)
            .ok_or_else(|| Error::internal(format!("the row has no column {column}")))?;
        match field.value() {
            None => Ok(None),
            Some(raw) => raw
                .from_sql::<T, ST>()
                .map(Some)
                .map_err(|error| Error::internal(format!("column {column} cannot be read: {error}"))),
        }
    }

    /// An integer of any width, or an id.
    ///
    /// # Errors
    /// When the column holds something else.
    pub fn int(&self, column: usize) -> Result<Option<i64>> {
        self.get::<i64, BigInt>(column)
    }

    /// An integer of 32 bits.
    ///
    /// # Errors
    /// When the column holds something else.
    pub fn small(&self, column: usize) -> Result<Option<i64>> {
        Ok(self.get::<i32, Integer>(column)?.map(i64::from))
    }

    /// Text.
    ///
    /// # Errors
    /// When the column holds something else.
    pub fn text(&self, column: usize) -> Result<Option<String>> {
        self.get::<String, Text>(column)
    }

    /// `bool`.
    ///
    /// # Errors
    /// When the column holds something else.
    pub fn bool(&self, column: usize) -> Result<Option<bool>> {
        self.get::<bool, Bool>(column)
    }

    /// `f64`.
    ///
    /// # Errors
    /// When the column holds something else.
    pub fn float(&self, column: usize) -> Result<Option<f64>> {
        self.get::<f64, Double>(column)
    }

    /// Bytes.
    ///
    /// # Errors
    /// When the column holds something else.
    pub fn binary(&self, column: usize) -> Result<Option<Vec<u8>>> {
        self.get::<Vec<u8>, Binary>(column)
    }

    /// A decimal as it is stored.
    ///
    /// # Errors
    /// When the column holds something else.
    pub fn decimal(&self, column: usize) -> Result<Option<StoredDecimal>> {
        self.get::<StoredDecimal, Scaled<0>>(column)
    }

    /// A date.
    ///
    /// # Errors
    /// When the column holds something else.
    pub fn date(&self, column: usize) -> Result<Option<NaiveDate>> {
        self.get::<NaiveDate, Date>(column)
    }

    /// A point in time as `2024-01-26 13:37:58.701565`, without the fraction when it is zero.
    ///
    /// # Errors
    /// When the column holds something else.
    pub fn time_text(&self, column: usize) -> Result<Option<String>> {
        Ok(self.get::<TimeText, Timestamp>(column)?.map(|text| text.0))
    }

    /// The value of a column of this kind; [`Value::Null`] for NULL.
    ///
    /// # Errors
    /// When the column holds something else, or the kind has no column.
    pub fn value(&self, column: usize, kind: &Kind) -> Result<Value> {
        let scaled = |scale| {
            Ok(self
                .decimal(column)?
                .map(|stored| Value::Decimal(stored.with_scale(scale))))
        };
        let value = match kind {
            Kind::Id | Kind::BigInt | Kind::Many2one { .. } => self.int(column)?.map(Value::Int),
            Kind::Int => self.small(column)?.map(Value::Int),
            Kind::Char { .. } | Kind::Text | Kind::Html | Kind::Selection { .. } | Kind::DisplayName => {
                self.text(column)?.map(Value::Text)
            }
            Kind::Bool => self.bool(column)?.map(Value::Bool),
            Kind::Float => self.float(column)?.map(Value::Float),
            Kind::Decimal { digits } | Kind::Monetary { digits, .. } => scaled(digits.scale)?,
            Kind::Date => self.date(column)?.map(Value::Date),
            Kind::DateTime => self.get::<DateTime, Timestamp>(column)?.map(Value::DateTime),
            Kind::Binary => self.binary(column)?.map(Value::Binary),
            Kind::Json { .. } => match self.text(column)? {
                Some(text) => Some(Value::Json(
                    serde_json::from_str(&text).map_err(|error| Error::internal(format!("stored JSON: {error}")))?,
                )),
                None => None,
            },
            Kind::One2many { .. } | Kind::Many2many { .. } => {
                return Err(Error::internal("an x2many field has no column"));
            }
        };
        Ok(value.unwrap_or(Value::Null))
    }
}

impl FromSql<Timestamp, Sqlite> for TimeText {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        <String as FromSql<Text, Sqlite>>::from_sql(value).map(TimeText)
    }
}

impl FromSql<Timestamp, Pg> for TimeText {
    fn from_sql(value: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let time = <DateTime as FromSql<Timestamp, Pg>>::from_sql(value)?;
        Ok(TimeText(time_text(time)))
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    #[test]
    fn times_have_the_digits_they_need() {
        let day = NaiveDate::from_ymd_opt(824, 2, 29).unwrap();
        for (micros, text) in [
            (0, "0824-02-29 03:04:05"),
            (701_565, "0824-02-29 03:04:05.701565"),
            (700_000, "0824-02-29 03:04:05.700"),
            (1, "0824-02-29 03:04:05.000001"),
        ] {
            let time = day.and_hms_micro_opt(3, 4, 5, micros).unwrap();
            assert_eq!(super::time_text(time), text);
            assert_eq!(time.format("%F %T%.f").to_string(), text);
        }
    }
}
