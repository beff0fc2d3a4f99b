//! SQLite and PostgreSQL behind one interface: connections, transactions, statements, pools, and the SQL that the two
//! spell differently ([`Dialect`]). The runtime above it names neither of them.

mod calendar;
mod claim;
mod connection;
pub mod constraints;
mod database_error;
mod dialect;
pub mod file;
mod folding;
mod like;
mod panics;
mod parameter;
mod pool;
mod positions;
mod postgres;
mod queue;
mod readers;
mod replica;
mod requirements;
mod row;
mod scaled;
mod session;
mod slow_clients;
mod sqlite;
mod statement;
mod statement_cache;
mod threads;

pub use calendar::Period;
pub use claim::Claim;
pub use connection::{Address, AnyConnection, MultiBackend};
pub use dialect::{Dialect, Lock};
pub use folding::Folding;
pub use panics::{naming, panic_text};
pub use pool::{Pool, QueueLength, TRACES};
pub use postgres::PostgresUrl;
pub use queue::MOST_WAITING;
pub use requirements::install_extension;
pub use row::Row;
pub use row::time_text;
pub use scaled::{Scaled, StoredDecimal};
pub use session::{Client, Session};
pub use sqlite::SqliteFile;
pub use statement::{Bind, Ids, ScaledValue, Statement, Values};

use orm_definition::{def, error, value};
