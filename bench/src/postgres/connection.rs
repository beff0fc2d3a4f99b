//! A connection with its prepared statements. tokio-postgres sends statements in a pipeline: statements whose futures
//! are joined with `try_join!` share a round trip.

use std::time::{Duration, SystemTime};

use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, NoTls, Row, Statement};

use super::sql;
use crate::error::{Error, Result};
use crate::row::Row as _;
use crate::store::Caller;
use crate::{clock, token};

macro_rules! statements {
    ($($name:ident: $sql:ident),+ $(,)?) => {
        /// The prepared statements of a connection.
        #[derive(Debug)]
        pub(super) struct Statements {
            $(pub(super) $name: Statement),+
        }

        impl Statements {
            async fn prepare(client: &Client) -> Result<Self> {
                Ok(Statements { $($name: client.prepare(sql::$sql).await?),+ })
            }
        }
    };
}

statements! {
    token: TOKEN,
    order_page: ORDER_PAGE,
    order_many: ORDER_MANY,
    lines: LINES,
    products: PRODUCTS,
    attribute_lines: ATTRIBUTE_LINES,
    taxes: TAXES,
    partner_page: PARTNER_PAGE,
    partner: PARTNER_ONE,
    customers: CUSTOMERS,
    contacts: CONTACTS,
    products_sold: PRODUCTS_SOLD,
    order_ids: ORDER_IDS,
    insert_orders: INSERT_ORDERS,
    insert_lines: INSERT_LINES,
    hold_order: HOLD_ORDER,
    change_line: CHANGE_LINE,
    change_order: CHANGE_ORDER,
    change_reference: CHANGE_REFERENCE,
    orders_of: ORDERS_OF,
    months: MONTHS,
}

/// A connection with its prepared statements.
#[derive(Debug)]
pub(super) struct Connection {
    client: Client,
    pub(super) statements: Statements,
}

impl Connection {
    /// Connects and prepares the statements.
    ///
    /// # Errors
    /// When the server cannot be reached or the database has another schema.
    pub(super) async fn open(url: &str) -> Result<Self> {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        // The error is dropped: if the connection breaks, every pending and later query fails anyway.
        tokio::spawn(async { drop(connection.await) });
        client.batch_execute(sql::SETTINGS).await?;
        let statements = Statements::prepare(&client).await?;
        Ok(Connection { client, statements })
    }

    /// Runs a prepared statement.
    ///
    /// # Errors
    /// When the database refuses it.
    pub(super) async fn query(&self, statement: &Statement, values: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>> {
        Ok(self.client.query(statement, values).await?)
    }

    /// Runs `BEGIN`, `COMMIT` or `ROLLBACK`.
    ///
    /// # Errors
    /// When the database refuses it.
    pub(super) async fn control(&self, statement: &str) -> Result<()> {
        Ok(self.client.batch_execute(statement).await?)
    }

    /// The user that a token belongs to.
    ///
    /// # Errors
    /// When the token is unknown, expired or unused for a day, or its user is archived.
    pub(super) async fn caller(&self, token: &[u8]) -> Result<Caller> {
        let now = SystemTime::now();
        let idle = now - Duration::from_secs(clock::DAY);
        let hash = token::hash(token);
        let found = self.query(&self.statements.token, &[&hash, &now, &idle]).await?;
        let row = found.first().ok_or(Error::Unauthenticated)?;
        Ok(Caller {
            user: row.id(0)?,
            company: row.id(1)?,
        })
    }
}
