//! Reads orders with their nested records: one statement for each relation.

use rusqlite::{Connection, Row, Rows, Statement};

use super::sql;
use crate::error::Result;
use crate::fragments::Fragments;
use crate::json;
use crate::store::Page;
use crate::tree::{self, Tree};

/// The prepared statements that read orders, and buffers that every answer uses again.
#[derive(Debug)]
pub(super) struct Orders {
    page: Statement<'static>,
    one: Statement<'static>,
    many: Statement<'static>,
    related: Related,
    tree: Tree,
    /// The JSON array of ids that is bound to a statement.
    text: String,
}

#[derive(Debug)]
struct Related {
    lines: Statement<'static>,
    products: Statement<'static>,
    attribute_lines: Statement<'static>,
    line_taxes: Statement<'static>,
    taxes: Statement<'static>,
    partners: Statement<'static>,
    users: Statement<'static>,
    terms: Statement<'static>,
}

impl Orders {
    /// Prepares the statements.
    ///
    /// # Errors
    /// When the database does not have the schema that [`sql`] expects.
    pub(super) fn new(connection: &'static Connection) -> Result<Self> {
        Ok(Orders {
            page: connection.prepare(sql::ORDER_PAGE)?,
            one: connection.prepare(sql::ORDER_ONE)?,
            many: connection.prepare(sql::ORDER_MANY)?,
            related: Related {
                lines: connection.prepare(sql::LINES)?,
                products: connection.prepare(sql::PRODUCTS)?,
                attribute_lines: connection.prepare(sql::ATTRIBUTE_LINES)?,
                line_taxes: connection.prepare(sql::LINE_TAXES)?,
                taxes: connection.prepare(sql::TAXES)?,
                partners: connection.prepare(sql::PARTNERS)?,
                users: connection.prepare(sql::USERS)?,
                terms: connection.prepare(sql::TERMS)?,
            },
            tree: Tree::default(),
            text: String::new(),
        })
    }

    /// A page of orders as a JSON array.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) fn page(&mut self, page: Page) -> Result<Vec<u8>> {
        self.tree.clear();
        add_orders(&mut self.tree, self.page.query([page.limit, page.offset])?)?;
        self.related.read(&mut self.tree, &mut self.text)?;
        Ok(self.tree.array())
    }

    /// One order as a JSON object, or `None` if there is no such order.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) fn one(&mut self, id: i64) -> Result<Option<Vec<u8>>> {
        self.tree.clear();
        add_orders(&mut self.tree, self.one.query([id])?)?;
        self.related.read(&mut self.tree, &mut self.text)?;
        Ok(self.tree.objects().pop())
    }

    /// Each of several existing orders as a JSON object, in the order of `ids`.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) fn many(&mut self, ids: &[i64]) -> Result<Vec<Vec<u8>>> {
        self.tree.clear();
        json::ids(&mut self.text, ids.iter().copied());
        add_orders(&mut self.tree, self.many.query([self.text.as_str()])?)?;
        self.related.read(&mut self.tree, &mut self.text)?;
        Ok(self.tree.objects())
    }
}

fn add_orders(tree: &mut Tree, mut rows: Rows<'_>) -> Result<()> {
    while let Some(row) = rows.next()? {
        tree.order(row)?;
    }
    Ok(())
}

impl Related {
    fn read(&mut self, tree: &mut Tree, text: &mut String) -> Result<()> {
        if tree.is_empty() {
            return Ok(());
        }
        json::ids(text, tree.order_ids());
        let mut rows = self.lines.query([text.as_str()])?;
        while let Some(row) = rows.next()? {
            tree.line(row.get(0)?, row)?;
        }
        drop(rows);
        tree.sort_lines();
        load(&mut tree.partners, &mut self.partners, text, |out, row| {
            tree::partner(out, row)
        })?;
        load(&mut tree.users, &mut self.users, text, |out, row| {
            tree::named_only(out, row)
        })?;
        load(&mut tree.terms, &mut self.terms, text, |out, row| {
            tree::named_only(out, row)
        })?;
        load(&mut tree.products, &mut self.products, text, |out, row| {
            tree::product(out, row)
        })?;
        if text != "[]" {
            let mut rows = self.attribute_lines.query([text.as_str()])?;
            while let Some(row) = rows.next()? {
                tree.attribute_line(row)?;
            }
        }
        self.read_taxes(tree, text)
    }

    fn read_taxes(&mut self, tree: &mut Tree, text: &mut String) -> Result<()> {
        json::ids(text, tree.line_ids());
        let mut rows = self.line_taxes.query([text.as_str()])?;
        while let Some(row) = rows.next()? {
            tree.line_tax(row.get(0)?, row.get(1)?);
        }
        json::ids(text, tree.taxes.wanted().iter().copied());
        let mut rows = self.taxes.query([text.as_str()])?;
        while let Some(row) = rows.next()? {
            tree.tax(row)?;
        }
        tree.sort_taxes();
        Ok(())
    }
}

/// Reads the records that were noted as wanted. Leaves the JSON array of their ids, which are ascending, in `text`.
fn load(
    fragments: &mut Fragments,
    statement: &mut Statement<'_>,
    text: &mut String,
    render: impl Fn(&mut Vec<u8>, &Row<'_>) -> Result<()>,
) -> Result<()> {
    json::ids(text, fragments.wanted().iter().copied());
    if text != "[]" {
        let mut rows = statement.query([text.as_str()])?;
        while let Some(row) = rows.next()? {
            fragments.put(row.get(0)?, |out| render(out, row))?;
        }
    }
    Ok(())
}
