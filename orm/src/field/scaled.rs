//! The SQL type of exact decimals: `Scaled<2>` is a scaled integer on SQLite, where it sorts, compares and sums exactly,
//! and NUMERIC on PostgreSQL. The scale stands in the column's type, so that plain Diesel statements are right too.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql};
use diesel::pg::Pg;
use diesel::query_builder::QueryId;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{BigInt, HasSqlType, Numeric, SqlType, is_nullable};
use diesel::sqlite::Sqlite;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::db::MultiBackend;

/// SQL type of a decimal column with `SCALE` digits after the point.
#[derive(Debug, Clone, Copy, Default, QueryId)]
pub struct Scaled<const SCALE: u8>;

impl<const SCALE: u8> SqlType for Scaled<SCALE> {
    type IsNull = is_nullable::NotNull;
    const IS_ARRAY: bool = false;
}

impl<const SCALE: u8> diesel::sql_types::SingleValue for Scaled<SCALE> {}
impl<const SCALE: u8> diesel::sql_types::SqlOrd for Scaled<SCALE> {}

impl<const SCALE: u8> HasSqlType<Scaled<SCALE>> for Sqlite {
    fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
        <Sqlite as HasSqlType<BigInt>>::metadata(lookup)
    }
}

impl<const SCALE: u8> HasSqlType<Scaled<SCALE>> for Pg {
    fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
        <Pg as HasSqlType<Numeric>>::metadata(lookup)
    }
}

impl<const SCALE: u8> HasSqlType<Scaled<SCALE>> for MultiBackend {
    fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
        MultiBackend::lookup_sql_type::<Scaled<SCALE>>(lookup)
    }
}

impl<const SCALE: u8> FromSql<Scaled<SCALE>, Sqlite> for Decimal {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(from_scaled(<i64 as FromSql<BigInt, Sqlite>>::from_sql(value)?, SCALE))
    }
}

impl<const SCALE: u8> FromSql<Scaled<SCALE>, Pg> for Decimal {
    fn from_sql(value: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        <Decimal as FromSql<Numeric, Pg>>::from_sql(value)
    }
}

impl<const SCALE: u8> FromSql<Scaled<SCALE>, MultiBackend> for Decimal {
    fn from_sql(value: <MultiBackend as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        value.from_sql::<Decimal, Scaled<SCALE>>()
    }
}

impl<const SCALE: u8> ToSql<Scaled<SCALE>, Sqlite> for Decimal {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(to_scaled(*self, SCALE).ok_or("the decimal does not fit its column")?);
        Ok(IsNull::No)
    }
}

impl<const SCALE: u8> ToSql<Scaled<SCALE>, Pg> for Decimal {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <Decimal as ToSql<Numeric, Pg>>::to_sql(self, &mut out.reborrow())
    }
}

impl<const SCALE: u8> ToSql<Scaled<SCALE>, MultiBackend> for Decimal {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
        out.set_value((Scaled::<SCALE>, self));
        Ok(IsNull::No)
    }
}

/// What a decimal column holds, before its scale is known to the reader: the dynamic core's way to read one.
#[derive(Debug, Clone, Copy)]
pub enum StoredDecimal {
    /// SQLite: the integer, to be divided by ten to the power of the field's scale.
    Scaled(i64),
    /// PostgreSQL: the number itself.
    Exact(Decimal),
}

impl StoredDecimal {
    /// The number, given the field's scale.
    pub fn with_scale(self, scale: u8) -> Decimal {
        match self {
            StoredDecimal::Scaled(units) => from_scaled(units, scale),
            StoredDecimal::Exact(number) => number,
        }
    }
}

impl FromSql<Scaled<0>, Sqlite> for StoredDecimal {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        <i64 as FromSql<BigInt, Sqlite>>::from_sql(value).map(StoredDecimal::Scaled)
    }
}

impl FromSql<Scaled<0>, Pg> for StoredDecimal {
    fn from_sql(value: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        <Decimal as FromSql<Numeric, Pg>>::from_sql(value).map(StoredDecimal::Exact)
    }
}

/// The number that `units` of the last digit are.
pub(crate) fn from_scaled(units: i64, scale: u8) -> Decimal {
    Decimal::new(units, scale.into())
}

/// `number` in units of the last digit, rounded half-up; `None` when it does not fit.
pub fn to_scaled(number: Decimal, scale: u8) -> Option<i64> {
    let mut rounded = round(number, scale);
    rounded.rescale(scale.into());
    (rounded.scale() == u32::from(scale))
        .then(|| i64::try_from(rounded.mantissa()).ok())
        .flatten()
}

/// The most digits of a column: SQLite's decimals are scaled integers of 64 bits.
const MOST_DIGITS: u8 = 18;

/// What a decimal of so many digits, `scale` of them after the point, is less than, either way.
pub(crate) fn limit(precision: u8, scale: u8) -> Decimal {
    let whole = u32::from(precision.min(MOST_DIGITS).saturating_sub(scale));
    Decimal::from_i128_with_scale(10_i128.pow(whole), 0)
}

/// `number` as a column of so many digits, `scale` of them after the point, gives it back; `None` when it does not fit.
pub(crate) fn kept(number: Decimal, precision: u8, scale: u8) -> Option<Decimal> {
    let kept = from_scaled(to_scaled(number, scale)?, scale);
    (kept.abs() < limit(precision, scale)).then_some(kept)
}

/// `number` with at most `scale` digits after the point, half away from zero.
pub fn round(number: Decimal, scale: u8) -> Decimal {
    number.round_dp_with_strategy(scale.into(), RoundingStrategy::MidpointAwayFromZero)
}
