//! Statements built at run time, as Diesel query fragments: the names in their text come from definitions, and all
//! values are bind parameters.

use std::borrow::Cow;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{
    Array, BigInt, Binary, Bool, Date, Double, HasSqlType, Nullable, SqlType, Text, Timestamp, Untyped,
};
use diesel::sqlite::Sqlite;
use rust_decimal::Decimal;
use serde_json::json;

use super::connection::MultiBackend;
use super::time_text;
use crate::Scaled;
use crate::error::{Error, Result};
use orm_definition::field::{self, to_scaled};

/// A bind parameter: a value with its SQL type, so that NULL is typed too.
#[derive(Debug, Clone, PartialEq)]
pub enum Bind {
    /// `bool`.
    Bool(Option<bool>),
    /// Integers and ids.
    Int(Option<i64>),
    /// `f64`.
    Float(Option<f64>),
    /// A decimal, with the scale of its column.
    Decimal(Option<ScaledValue>),
    /// Text.
    Text(Option<String>),
    /// Date.
    Date(Option<NaiveDate>),
    /// Point in time.
    DateTime(Option<NaiveDateTime>),
    /// Bytes.
    Binary(Option<Vec<u8>>),
    /// A list of ids, for [`Dialect::in_ids`](super::Dialect::in_ids).
    Ids(Ids),
    /// A list of other values without NULL, for [`Dialect::in_values`](super::Dialect::in_values).
    Values(Values),
}

/// A statement: text in which the n-th `?` stands for the n-th bind parameter. The text has no other `?`: names come
/// from definitions, and values that a caller gives are always bound.
#[derive(Debug, Clone, Default)]
pub struct Statement {
    /// SQL with a `?` for each bind parameter.
    pub text: String,
    /// One for each `?`.
    pub binds: Vec<Bind>,
}

/// SQL type of [`Bind::Ids`]: JSON text on SQLite, `int8[]` on PostgreSQL.
#[derive(Debug, Clone, Copy, Default, QueryId)]
pub(crate) struct IdList;

/// SQL type of [`Bind::Values`]: JSON text on SQLite, `text[]` on PostgreSQL.
#[derive(Debug, Clone, Copy, Default, QueryId)]
pub(crate) struct ValueList;

/// SQL type of decimals with a scale known at run time: an integer on SQLite, NUMERIC on PostgreSQL.
type AnyScale = Scaled<0>;

/// A list of ids, bound as one value.
#[derive(Debug, Clone, PartialEq)]
pub struct Ids(pub Vec<i64>);

/// A list of values, bound as one value, so that a statement's text is the same for every length.
#[derive(Debug, Clone, PartialEq)]
pub struct Values(pub Vec<Bind>);

/// A decimal with its column's scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScaledValue(pub Decimal, pub u8);

impl SqlType for IdList {
    type IsNull = diesel::sql_types::is_nullable::NotNull;
    const IS_ARRAY: bool = false;
}

impl SqlType for ValueList {
    type IsNull = diesel::sql_types::is_nullable::NotNull;
    const IS_ARRAY: bool = false;
}

impl HasSqlType<ValueList> for Sqlite {
    fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
        <Sqlite as HasSqlType<Text>>::metadata(lookup)
    }
}

impl HasSqlType<ValueList> for Pg {
    fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
        <Pg as HasSqlType<Array<Text>>>::metadata(lookup)
    }
}

impl HasSqlType<ValueList> for MultiBackend {
    fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
        MultiBackend::lookup_sql_type::<ValueList>(lookup)
    }
}

impl HasSqlType<IdList> for Sqlite {
    fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
        <Sqlite as HasSqlType<Text>>::metadata(lookup)
    }
}

impl HasSqlType<IdList> for Pg {
    fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
        <Pg as HasSqlType<Array<BigInt>>>::metadata(lookup)
    }
}

impl HasSqlType<IdList> for MultiBackend {
    fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
        MultiBackend::lookup_sql_type::<IdList>(lookup)
    }
}

impl ToSql<IdList, Sqlite> for Ids {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        let mut list = String::with_capacity(8 * self.0.len() + 2);
        let mut number = itoa::Buffer::new();
        list.push('[');
        for (index, id) in self.0.iter().enumerate() {
            if index > 0 {
                list.push(',');
            }
            list.push_str(number.format(*id));
        }
        list.push(']');
        out.set_value(list);
        Ok(IsNull::No)
    }
}

impl ToSql<IdList, Pg> for Ids {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <Vec<i64> as ToSql<Array<BigInt>, Pg>>::to_sql(&self.0, &mut out.reborrow())
    }
}

impl ToSql<IdList, MultiBackend> for Ids {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
        out.set_value((IdList, self));
        Ok(IsNull::No)
    }
}

/// As a JSON array, whose items `json_each` returns in the form in which SQLite's columns store them.
impl ToSql<ValueList, Sqlite> for Values {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        let json = |value: &Bind| match value {
            Bind::Bool(value) => json!(value.map(i64::from)),
            Bind::Int(value) => json!(value),
            Bind::Float(value) => json!(value),
            Bind::Decimal(value) => json!(value.and_then(|value| to_scaled(value.0, value.1))),
            Bind::DateTime(value) => json!(value.map(time_text)),
            value => json!(value.text()),
        };
        let list: Vec<serde_json::Value> = self.0.iter().map(json).collect();
        out.set_value(serde_json::to_string(&list)?);
        Ok(IsNull::No)
    }
}

/// As an array of texts, which the statement casts to the column's type.
impl ToSql<ValueList, Pg> for Values {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let texts: Vec<Option<Cow<'_, str>>> = self.0.iter().map(Bind::text).collect();
        <Vec<Option<Cow<'_, str>>> as ToSql<Array<Nullable<Text>>, Pg>>::to_sql(&texts, &mut out.reborrow())
    }
}

impl ToSql<ValueList, MultiBackend> for Values {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
        out.set_value((ValueList, self));
        Ok(IsNull::No)
    }
}

impl ToSql<AnyScale, Sqlite> for ScaledValue {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(to_scaled(self.0, self.1).ok_or("the decimal does not fit its column")?);
        Ok(IsNull::No)
    }
}

impl ToSql<AnyScale, Pg> for ScaledValue {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <Decimal as ToSql<diesel::sql_types::Numeric, Pg>>::to_sql(&self.0, &mut out.reborrow())
    }
}

impl ToSql<AnyScale, MultiBackend> for ScaledValue {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
        out.set_value((Scaled::<0>, self));
        Ok(IsNull::No)
    }
}

/// A statement that is being run, as Diesel takes it. Text and binds are borrowed, so that a caller can keep a text for
/// several runs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Running<'a> {
    pub(crate) text: &'a str,
    pub(crate) binds: &'a [Bind],
    /// Whether it stays prepared.
    pub(crate) keep: bool,
}

impl QueryId for Running<'_> {
    type QueryId = ();
    // The text is the identity: Diesel caches the prepared statement under it.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Running<'_> {
    type SqlType = Untyped;
}

/// Implemented for both backends that are used: Diesel's wrapper of both databases, and PostgreSQL directly, for
/// streaming.
macro_rules! runs_on {
    ($backend:ty) => {
        impl QueryFragment<$backend> for Running<'_> {
            fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, $backend>) -> QueryResult<()> {
                if !self.keep {
                    pass.unsafe_to_cache_prepared();
                }
                let mut from = 0;
                for (place, bind) in memchr::memchr_iter(b'?', self.text.as_bytes()).zip(self.binds) {
                    pass.push_sql(&self.text[from..place]);
                    bind.walk_ast(pass.reborrow())?;
                    from = place + 1;
                }
                pass.push_sql(&self.text[from..]);
                Ok(())
            }
        }

        impl QueryFragment<$backend> for Bind {
            fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, $backend>) -> QueryResult<()> {
                match self {
                    Bind::Bool(value) => pass.push_bind_param::<Nullable<Bool>, _>(value),
                    Bind::Int(value) => pass.push_bind_param::<Nullable<BigInt>, _>(value),
                    Bind::Float(value) => pass.push_bind_param::<Nullable<Double>, _>(value),
                    Bind::Decimal(value) => pass.push_bind_param::<Nullable<AnyScale>, _>(value),
                    Bind::Text(Some(value)) => pass.push_bind_param::<Text, str>(value),
                    Bind::Text(None) => pass.push_bind_param::<Nullable<Text>, _>(&None::<&str>),
                    Bind::Date(value) => pass.push_bind_param::<Nullable<Date>, _>(value),
                    Bind::DateTime(value) => pass.push_bind_param::<Nullable<Timestamp>, _>(value),
                    Bind::Binary(Some(value)) => pass.push_bind_param::<Binary, [u8]>(value),
                    Bind::Binary(None) => pass.push_bind_param::<Nullable<Binary>, _>(&None::<&[u8]>),
                    Bind::Ids(ids) => pass.push_bind_param::<IdList, _>(ids),
                    Bind::Values(values) => pass.push_bind_param::<ValueList, _>(values),
                }
            }
        }
    };
}
runs_on!(MultiBackend);
runs_on!(Pg);

/// Refuses texts that SQLite could store but PostgreSQL cannot (those with the character NUL), on both databases.
///
/// # Errors
/// 422.
pub(crate) fn storable(binds: &[Bind]) -> Result<()> {
    let is_storable = |bind: &Bind| match bind {
        Bind::Text(Some(text)) => field::storable(text),
        _ => Ok(()),
    };
    binds.iter().try_for_each(is_storable).map_err(Error::refused)
}

impl Bind {
    /// What kind of value it is, and how many are in a list, without telling the value.
    pub fn kind(&self) -> String {
        let kind = match self {
            Bind::Bool(_) => "bool",
            Bind::Int(_) => "integer",
            Bind::Float(_) => "float",
            Bind::Decimal(_) => "decimal",
            Bind::Text(_) => "text",
            Bind::Date(_) => "date",
            Bind::DateTime(_) => "date-time",
            Bind::Binary(_) => "bytes",
            Bind::Ids(ids) => return format!("{} ids", ids.0.len()),
            Bind::Values(values) => return format!("{} values", values.0.len()),
        };
        kind.to_owned()
    }

    /// A single value as text, for [`Values`]; `None` for NULL, and for binds that cannot be in a list.
    fn text(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Bind::Text(value) => Cow::Borrowed(value.as_deref()?),
            Bind::Bool(value) => Cow::Owned((*value)?.to_string()),
            Bind::Int(value) => Cow::Owned((*value)?.to_string()),
            Bind::Float(value) => Cow::Owned((*value)?.to_string()),
            Bind::Decimal(value) => Cow::Owned((*value)?.0.to_string()),
            Bind::Date(value) => Cow::Owned((*value)?.to_string()),
            Bind::DateTime(value) => Cow::Owned(time_text((*value)?)),
            Bind::Binary(_) | Bind::Ids(_) | Bind::Values(_) => return None,
        })
    }
}
