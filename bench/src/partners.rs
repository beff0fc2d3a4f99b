//! Partners: a page of four columns, and one of five.

use rusqlite::{Connection, Row, Statement};

use crate::error::Result;
use crate::{json, sql};

/// The prepared statements.
#[derive(Debug)]
pub(crate) struct Partners {
    page: Statement<'static>,
    one: Statement<'static>,
}

/// Columns after `id`, all text. A page has all but the last.
const COLUMNS: [&[u8]; 4] = [b",\"name\":", b",\"city\":", b",\"email\":", b",\"phone\":"];

impl Partners {
    /// Prepares the statements.
    ///
    /// # Errors
    /// When the schema is another than [`sql`] knows.
    pub(crate) fn new(connection: &'static Connection) -> Result<Self> {
        Ok(Partners {
            page: connection.prepare(sql::PARTNER_PAGE)?,
            one: connection.prepare(sql::PARTNER_ONE)?,
        })
    }

    /// A page of partners: a JSON array of objects with `id`, `name`, `city` and `email`.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn page(&mut self, limit: usize, offset: usize) -> Result<Vec<u8>> {
        let mut out = Vec::with_capacity(128 * limit.min(1_000) + 2);
        out.push(b'[');
        let mut rows = self.page.query([limit, offset])?;
        while let Some(row) = rows.next()? {
            if out.len() > 1 {
                out.push(b',');
            }
            render(&mut out, row, &COLUMNS[..3])?;
        }
        out.push(b']');
        Ok(out)
    }

    /// One partner: a JSON object.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn one(&mut self, id: i64) -> Result<Option<Vec<u8>>> {
        let mut rows = self.one.query([id])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let mut out = Vec::with_capacity(256);
        render(&mut out, row, &COLUMNS)?;
        Ok(Some(out))
    }
}

fn render(out: &mut Vec<u8>, row: &Row<'_>, columns: &[&[u8]]) -> rusqlite::Result<()> {
    out.extend_from_slice(b"{\"id\":");
    json::integer(out, row.get(0)?);
    for (at, key) in columns.iter().enumerate() {
        out.extend_from_slice(key);
        json::text_or_false(out, row.get_ref(at + 1)?);
    }
    out.push(b'}');
    Ok(())
}
