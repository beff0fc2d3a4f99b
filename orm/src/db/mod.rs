//! The only folder that names SQLite or PostgreSQL: connections, statements, transactions, pools.

mod connection;
mod dialect;
pub mod file;
mod like;
mod pool;
mod postgres;
mod queue;
mod replica;
mod row;
mod session;
mod statement;
mod threads;
mod trouble;

pub use connection::{Address, AnyConnection, MultiBackend};
pub use dialect::{Dialect, Lock};
pub use pool::Pool;
pub use postgres::PostgresUrl;
pub use queue::Turn;
pub use row::Row;
pub(crate) use row::time_text;
pub use session::{Client, Session};
pub use statement::{Bind, Ids, ScaledValue, Statement, Values};
