//! Opens connections, and answers reads over them with prepared statements.

use std::path::Path;

use orm::db::Folding;
use rusqlite::config::DbConfig;
use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, OpenFlags, OptionalExtension as _, Row, Rows, Statement};

use super::orders::Orders;
use super::sql;
use crate::clock;
use crate::error::{Error, Result};
use crate::json::Array;
use crate::store::{Caller, Country, Page};
use crate::{found, partners, token};

/// The prepared statements of one thread that reads.
#[derive(Debug)]
pub(super) struct Reader {
    begin: Statement<'static>,
    commit: Statement<'static>,
    rollback: Statement<'static>,
    token: Statement<'static>,
    partner_page: Statement<'static>,
    partner: Statement<'static>,
    orders_of: Statement<'static>,
    months: Statement<'static>,
    /// Reads orders with their nested records.
    pub(super) orders: Orders,
}

/// Opens an existing database. The connection is leaked, so that statements that borrow from it can be stored beside
/// it.
///
/// # Errors
/// When the file is missing or is no database.
pub(super) fn open(path: &Path) -> Result<&'static Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.execute_batch(sql::SETTINGS)?;
    // Makes plans independent of bound values. Otherwise SQLite prepares a statement anew whenever a value that could
    // change the plan is bound again, for example a page's limit.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // The triggers behind indexes of trigrams call it.
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("declarest_fold", 3, flags, |call| {
        let text: Option<String> = call.get(0)?;
        let folding = Folding {
            ignore_case: call.get(1)?,
            ignore_accents: call.get(2)?,
        };
        Ok(text.map(|text| folding.apply(&text).into_owned()))
    })?;
    Ok(Box::leak(Box::new(connection)))
}

impl Reader {
    /// Opens a connection and prepares its statements.
    ///
    /// # Errors
    /// When the file is missing, is no database, or has another schema.
    pub(super) fn open(path: &Path) -> Result<Self> {
        Self::new(open(path)?)
    }

    /// Prepares the statements.
    ///
    /// # Errors
    /// When the database does not have the schema that [`sql`] expects.
    pub(super) fn new(connection: &'static Connection) -> Result<Self> {
        Ok(Reader {
            begin: connection.prepare("BEGIN")?,
            commit: connection.prepare("COMMIT")?,
            rollback: connection.prepare("ROLLBACK")?,
            token: connection.prepare(sql::TOKEN)?,
            partner_page: connection.prepare(sql::PARTNER_PAGE)?,
            partner: connection.prepare(sql::PARTNER_ONE)?,
            orders_of: connection.prepare(sql::ORDERS_OF)?,
            months: connection.prepare(sql::MONTHS)?,
            orders: Orders::new(connection)?,
        })
    }

    /// Runs `read` in a transaction: all its statements see one snapshot of the database.
    ///
    /// # Errors
    /// Those of `read`, or when the database fails.
    pub(super) fn snapshot<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.begin.execute([])?;
        let answer = read(self);
        match answer {
            Ok(_) => self.commit.execute([])?,
            Err(_) => self.rollback.execute([])?,
        };
        answer
    }

    /// A page of partners as a JSON array.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) fn partners(&mut self, page: Page) -> Result<Vec<u8>> {
        let rows = self.partner_page.query([page.limit, page.offset])?;
        list(rows, Array::new(page.limit, partners::LISTED), |out, row| {
            partners::listed(out, row)
        })
    }

    /// One partner as a JSON object, or `None` if there is no such partner.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) fn partner(&mut self, id: i64) -> Result<Option<Vec<u8>>> {
        let mut rows = self.partner.query([id])?;
        rows.next()?.map(partners::partner).transpose()
    }

    /// The latest orders of customers in a country as a JSON array.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) fn orders_of(&mut self, country: &Country) -> Result<Vec<u8>> {
        let rows = self.orders_of.query((&country.code, country.limit))?;
        list(rows, Array::new(country.limit, found::FOUND), |out, row| {
            found::order(out, row)
        })
    }

    /// The months of the orders in a currency as a JSON array.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) fn months(&mut self, currency: i64) -> Result<Vec<u8>> {
        let rows = self.months.query([currency])?;
        list(rows, Array::new(64, found::FOUND), |out, row| found::month(out, row))
    }

    /// The user that a token belongs to.
    ///
    /// # Errors
    /// When the token is unknown, expired or unused for a day, or its user is archived.
    pub(super) fn caller(&mut self, token: &[u8]) -> Result<Caller> {
        let (seconds, _) = clock::now();
        let (now, idle) = (clock::text(seconds, 0), clock::text(seconds - clock::DAY, 0));
        let hash = token::hash(token);
        let found = |row: &Row<'_>| {
            Ok(Caller {
                user: row.get(0)?,
                company: row.get(1)?,
            })
        };
        self.token
            .query_row([&hash, &now, &idle], found)
            .optional()?
            .ok_or(Error::Unauthenticated)
    }
}

/// Writes the records of the rows, each by `render`, into `array`.
fn list(
    mut rows: Rows<'_>,
    mut array: Array,
    render: impl Fn(&mut Vec<u8>, &Row<'_>) -> Result<()>,
) -> Result<Vec<u8>> {
    while let Some(row) = rows.next()? {
        render(array.item(), row)?;
    }
    Ok(array.finish())
}
