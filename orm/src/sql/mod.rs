//! The text of every statement over a model. Names come from definitions and are quoted; values are bound.
//!
//! A statement is built under somebody's access rights ([`Access`]), and lists the tables that it touches: before `env`
//! runs it, pending rows of these tables are inserted. [`Dialect`] gives the SQL that differs between SQLite and
//! PostgreSQL. Who else holds SQL over models, and why, is listed in `tests/contract/architecture.rs`.

mod aggregate;
mod allowed;
mod audit;
mod change;
mod comparison;
mod condition;
mod group;
mod having;
mod hierarchy;
mod order;
mod rows;
mod scope;
mod select;
mod trigrams;
mod unique;

pub(crate) use aggregate::{Aggregate, Column, Function, Parts};
pub(crate) use audit::{Ends, MissingSide};
pub(crate) use change::{MOST_ROWS, batches};
pub(crate) use group::{GroupOrder, Grouping, Key};
pub(crate) use having::Having;
pub(crate) use order::Place;
pub(crate) use scope::stored;
pub(crate) use select::{Among, LateralJoin, Root, Route, Search, Select, Selection};

use crate::access::Access;
use crate::db::{self, Bind, Dialect, Ids, ScaledValue};
use crate::def::Kind;
use crate::error::{Code, Error, Result};
use crate::registry::{Link, ModelInfo, Registry};
use crate::value::Value;

/// A statement, ready to run.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    /// Its text, with the properties that do not depend on the binds.
    pub(crate) text: Text,
    /// The bind parameters, one for each `?` of the text.
    pub(crate) binds: Vec<Bind>,
}

/// The text of a statement, which may be kept and run again with other binds.
#[derive(Debug, Clone)]
pub(crate) struct Text {
    /// SQL with `?` marks.
    pub(crate) sql: String,
    /// The tables that it reads or writes.
    pub(crate) tables: Vec<&'static str>,
    /// Connections may keep it prepared, because it is likely to be run again.
    pub(crate) cached: bool,
    /// The access rights under which it was built.
    pub(crate) access: Access,
    /// The index, among its binds, of the ids that say which records it reads, where these are in it.
    pub(crate) ids_at: Option<usize>,
}

/// Builds a statement.
#[derive(Debug)]
pub(crate) struct Sql<'r> {
    /// The catalogue.
    pub(crate) registry: &'r Registry,
    /// The database that it is for.
    pub(crate) dialect: Dialect,
    access: Access,
    /// The text so far.
    text: String,
    /// The binds so far, one for each `?`.
    binds: Vec<Bind>,
    tables: Vec<&'static str>,
    cached: bool,
    /// The rules of the access apply: it is a search or a read, and no rule itself is being written.
    ruled: bool,
    /// What is appended is a rule: the relations that it follows are no part of what the caller asks.
    in_rule: bool,
    /// Rules are asked of few records, which ids name: the database begins at these.
    of_few: bool,
    /// Conditions that follow a relation to many ignore archived records.
    hide_archived: bool,
    /// The many2ones whose targets are joined for every record, and the aliases of these.
    joined: Vec<(String, String)>,
    ids_at: Option<usize>,
    /// The number of aliases that were given out.
    aliases: usize,
    /// The number of relations that its conditions follow.
    followed: usize,
    /// The number of indexes of trigrams that its conditions look into.
    looks: usize,
}

/// The most relations that the conditions of a statement may follow: PostgreSQL takes longer to plan with each.
const MOST_FOLLOWED: usize = 200;
/// For up to this many relations, PostgreSQL may search for the best order in which to join them. For more, the search
/// would take longer than it saves: further ones are planned as separate subqueries.
const FREELY_FOLLOWED: usize = 5;
/// The most bind parameters that both databases take in one statement.
const MOST_BINDS: usize = 32_766;

impl<'r> Sql<'r> {
    pub(crate) fn new(registry: &'r Registry, dialect: Dialect, access: Access) -> Self {
        Sql {
            registry,
            dialect,
            access,
            text: String::new(),
            binds: Vec::new(),
            tables: Vec::new(),
            cached: true,
            ruled: false,
            in_rule: false,
            of_few: false,
            hide_archived: false,
            joined: Vec::new(),
            ids_at: None,
            aliases: 0,
            followed: 0,
            looks: 0,
        }
    }

    /// The same statement, not kept prepared: it is not likely to be run again.
    pub(crate) fn once(self) -> Self {
        Sql { cached: false, ..self }
    }

    /// The quoted name of a model's table; notes that the statement touches it.
    fn table(&mut self, model: &ModelInfo) -> String {
        self.touch(model.def.table)
    }

    /// The quoted name of the table that stores a relation; notes that the statement touches it.
    fn link(&mut self, link: Link) -> String {
        self.touch(link.table)
    }

    fn touch(&mut self, table: &'static str) -> String {
        if !self.tables.contains(&table) {
            self.tables.push(table);
        }
        quoted(table)
    }

    /// A table alias that no other part of the statement uses.
    fn alias(&mut self) -> String {
        self.aliases += 1;
        format!("t{}", self.aliases)
    }

    /// Counts one more relation that the conditions follow. Answers the text to put before and after its subquery.
    ///
    /// # Errors
    /// 400 when there are too many of them.
    fn follow(&mut self) -> Result<(&'static str, &'static str)> {
        self.followed += usize::from(!self.in_rule);
        match self.followed {
            ..=FREELY_FOLLOWED => Ok(("", "")),
            followed if followed <= MOST_FOLLOWED => Ok(self.dialect.planned_apart()),
            _ => Err(Error::new(
                Code::Malformed,
                format!("the conditions follow more than {MOST_FOLLOWED} relations: ask with fewer, or shorter paths"),
            )),
        }
    }

    /// Appends text.
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Appends a bind parameter.
    fn push_bind(&mut self, bind: Bind) {
        self.text.push('?');
        self.binds.push(bind);
    }

    /// Appends the condition that `column` is one of `ids`. There are two texts: one for a single id (`= ?`), one for
    /// any other number.
    fn push_in_ids(&mut self, column: &str, ids: &[i64]) {
        match ids {
            [_] => self.text.push_str(&format!("{column} = ?")),
            _ => self.text.push_str(&self.dialect.in_ids(column)),
        }
        self.binds.push(ids_bind(ids));
    }

    /// Appends the condition that `column` is one of `ids`, in the same text for any number of them.
    fn push_one_of(&mut self, column: &str, ids: &[i64]) {
        self.text.push_str(&self.dialect.in_ids(column));
        self.binds.push(Bind::Ids(Ids(ids.to_vec())));
    }

    /// Ends the statement.
    ///
    /// # Errors
    /// 400 when it has more bind parameters than the databases take.
    fn finish(self) -> Result<Statement> {
        if self.binds.len() > MOST_BINDS {
            let why = format!("the conditions compare with more than {MOST_BINDS} values: ask with fewer");
            return Err(Error::new(Code::Malformed, why));
        }
        Ok(Statement {
            text: Text {
                sql: self.text,
                tables: self.tables,
                cached: self.cached,
                access: self.access,
                ids_at: self.ids_at,
            },
            binds: self.binds,
        })
    }
}

impl Statement {
    /// The statement in the form that `orm-database` runs.
    pub(crate) fn into_plain(self) -> db::Statement {
        db::Statement {
            text: self.text.sql,
            binds: self.binds,
        }
    }
}

/// The bind parameter for a list of ids in the text of [`Sql::push_in_ids`], which differs for one id and for many.
pub(crate) fn ids_bind(ids: &[i64]) -> Bind {
    match ids {
        [id] => Bind::Int(Some(*id)),
        ids => Bind::Ids(Ids(ids.to_vec())),
    }
}

/// A quoted name.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

/// `alias."name"`.
fn column(alias: &str, name: &str) -> String {
    format!("{alias}.\"{name}\"")
}

/// The quoted names, joined by commas.
fn names<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    names.into_iter().map(quoted).collect::<Vec<_>>().join(", ")
}

/// The bind parameter for a value that is stored in, or compared with, a column of this kind.
pub(crate) fn bind(kind: &Kind, value: Value) -> Bind {
    let scaled = |value: Value, scale| match value {
        Value::Decimal(number) => Bind::Decimal(Some(ScaledValue(number, scale))),
        Value::Int(number) => Bind::Decimal(Some(ScaledValue(number.into(), scale))),
        _ => Bind::Decimal(None),
    };
    match (kind, value) {
        (Kind::Decimal { digits } | Kind::Monetary { digits, .. }, value) => scaled(value, digits.scale),
        (_, Value::Bool(value)) => Bind::Bool(Some(value)),
        (Kind::Float, Value::Int(value)) => Bind::Float(Some(value as f64)),
        (_, Value::Int(value)) => Bind::Int(Some(value)),
        (_, Value::Float(value)) => Bind::Float(Some(value)),
        (_, Value::Decimal(value)) => Bind::Decimal(Some(ScaledValue(value, 0))),
        (_, Value::Text(value)) => Bind::Text(Some(value)),
        (_, Value::Date(value)) => Bind::Date(Some(value)),
        (_, Value::DateTime(value)) => Bind::DateTime(Some(value)),
        (_, Value::Binary(value)) => Bind::Binary(Some(value)),
        (_, Value::Json(value)) => Bind::Text(Some(value.to_string())),
        (_, Value::Ids(ids)) => Bind::Ids(Ids(ids)),
        (kind, Value::Null) => match kind {
            Kind::Bool => Bind::Bool(None),
            Kind::Id | Kind::Int | Kind::BigInt | Kind::Many2one { .. } => Bind::Int(None),
            Kind::Float => Bind::Float(None),
            Kind::Date => Bind::Date(None),
            Kind::DateTime => Bind::DateTime(None),
            Kind::Binary => Bind::Binary(None),
            _ => Bind::Text(None),
        },
    }
}
