//! The SQL type of exact decimals: `Scaled<2>` is a scaled integer on SQLite, where it sorts, compares and sums
//! exactly, and NUMERIC on PostgreSQL. The scale is part of the column's type, so that plain Diesel statements are
//! right too.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql};
use diesel::pg::Pg;
use diesel::query_builder::QueryId;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{BigInt, HasSqlType, Numeric, SqlType, is_nullable};
use diesel::sqlite::Sqlite;
use orm_definition::field::{from_scaled, to_scaled};
use rust_decimal::Decimal;

use crate::MultiBackend;

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

/// The value of a decimal column whose scale is not in its Rust type: how the dynamic core reads decimals.
#[derive(Debug, Clone, Copy)]
pub enum StoredDecimal {
    /// SQLite: the scaled integer, to be divided by ten to the power of the field's scale.
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
