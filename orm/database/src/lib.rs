//! The only crate that names SQLite or PostgreSQL: connections, statements, transactions, pools.

mod claim;
mod connection;
pub mod constraints;
mod dialect;
pub mod file;
mod fit;
mod kept;
mod like;
mod parameter;
mod pool;
mod postgres;
mod queue;
mod readers;
mod replica;
mod row;
mod scaled;
mod session;
mod sqlite;
mod statement;
mod threads;
mod trouble;

pub use claim::Claim;
pub use connection::{Address, AnyConnection, MultiBackend};
pub use dialect::{Dialect, Lock};
pub use pool::Pool;
pub use postgres::PostgresUrl;
pub use queue::MOST_WAITING;
pub use row::Row;
pub use row::time_text;
pub use scaled::{Scaled, StoredDecimal};
pub use session::{Client, Session};
pub use sqlite::SqliteFile;
pub use statement::{Bind, Ids, ScaledValue, Statement, Values};

use orm_definition::{def, error, value};
