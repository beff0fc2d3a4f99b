//! The text of every statement over a model. Names come from definitions and are quoted; values are bound.
//!
//! A statement is begun for somebody's [`Access`], and knows the tables that it touches. What runs it stores rows that wait to
//! be inserted there first (`env`), and what SQLite and PostgreSQL spell differently is asked of [`Dialect`]. Nothing outside
//! this room and the crates `orm-database` and `orm-schema` holds SQL over models, but for the numbering of sequences
//! (`write/sequence.rs`); a test looks for it.

mod audit;
mod change;
mod comparison;
mod condition;
mod hierarchy;
mod rows;
mod scope;
mod select;
mod unique;

pub(crate) use audit::{Broken, Ends};
pub(crate) use change::batches;
pub(crate) use scope::stored;
pub(crate) use select::{LateralJoin, Root, Route, Search, Select, Selection};

use crate::access::Access;
use crate::db::{self, Bind, Dialect, Ids, ScaledValue};
use crate::def::{Kind, MONETARY_SCALE};
use crate::error::{Code, Error, Result};
use crate::registry::{Link, ModelInfo, Registry};
use crate::value::Value;

/// A statement, ready to run.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    /// Its text, and what is known of it.
    pub(crate) text: Text,
    /// One for each `?` of the text.
    pub(crate) binds: Vec<Bind>,
}

/// The text of a statement, which may be kept and run again with other binds.
#[derive(Debug, Clone)]
pub(crate) struct Text {
    /// SQL with `?` marks.
    pub(crate) sql: String,
    /// The tables that it reads or writes.
    pub(crate) tables: Vec<&'static str>,
    /// Connections may keep it prepared: it is likely to be run again.
    pub(crate) cached: bool,
    /// Whose access it is under.
    pub(crate) access: Access,
}

/// A statement in the making.
#[derive(Debug)]
pub(crate) struct Sql<'r> {
    /// The catalogue.
    pub(crate) registry: &'r Registry,
    /// Which database it is for.
    pub(crate) dialect: Dialect,
    access: Access,
    /// The text so far.
    text: String,
    /// The binds so far, one for each `?`.
    binds: Vec<Bind>,
    tables: Vec<&'static str>,
    cached: bool,
    /// Conditions on records behind a relation to many are not about archived ones.
    hide_archived: bool,
    aliases: usize,
    /// How many relations its conditions follow.
    followed: usize,
}

/// The most relations that the conditions of a statement may follow: PostgreSQL plans each with all others.
const MOST_FOLLOWED: usize = 200;
/// Of so many relations PostgreSQL looks for the best order to follow them; of more, that would take longer than it saves.
const FREELY_FOLLOWED: usize = 5;
/// The most binds that both databases take in one statement.
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
            hide_archived: false,
            aliases: 0,
            followed: 0,
        }
    }

    /// The same, not likely to be run again.
    pub(crate) fn once(self) -> Self {
        Sql { cached: false, ..self }
    }

    /// The quoted name of a model's table, which the statement touches.
    fn table(&mut self, model: &ModelInfo) -> String {
        self.touch(model.def.table)
    }

    /// The quoted name of the table that keeps a relation, which the statement touches.
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

    /// A condition follows one relation more; answers what is to stand before and behind it.
    ///
    /// # Errors
    /// 400 when those are too many.
    fn follow(&mut self) -> Result<(&'static str, &'static str)> {
        self.followed += 1;
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

    /// Appends a bound value.
    fn push_bind(&mut self, bind: Bind) {
        self.text.push('?');
        self.binds.push(bind);
    }

    /// Appends the condition that `column` is one of `ids`; two texts, for one id and for many.
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

    /// The statement.
    ///
    /// # Errors
    /// 400 when it holds more values than the databases take.
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
            },
            binds: self.binds,
        })
    }
}

impl Statement {
    /// As the databases take it.
    pub(crate) fn into_plain(self) -> db::Statement {
        db::Statement {
            text: self.text.sql,
            binds: self.binds,
        }
    }
}

/// The bind of a list of ids, whose text differs for one and for many.
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

/// The quoted names of a model's fields, joined.
fn names<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    names.into_iter().map(quoted).collect::<Vec<_>>().join(", ")
}

/// The bind for a value that is stored in, or compared with, a column of this kind.
pub(crate) fn bind(kind: &Kind, value: Value) -> Bind {
    let scaled = |value: Value, scale| match value {
        Value::Decimal(number) => Bind::Decimal(Some(ScaledValue(number, scale))),
        Value::Int(number) => Bind::Decimal(Some(ScaledValue(number.into(), scale))),
        _ => Bind::Decimal(None),
    };
    match (kind, value) {
        (Kind::Decimal { scale, .. }, value) => scaled(value, *scale),
        (Kind::Monetary { .. }, value) => scaled(value, MONETARY_SCALE),
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
