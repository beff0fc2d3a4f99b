//! Orders by their read tree: one statement per relation, each related record rendered once.

use std::ops::Range;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row, Statement};

use crate::error::Result;
use crate::fragments::Fragments;
use crate::{json, sql};

/// The prepared statements of the tree, and the memory of the last answer.
#[derive(Debug)]
pub(crate) struct Orders {
    page: Statement<'static>,
    one: Statement<'static>,
    many: Statement<'static>,
    lines: Statement<'static>,
    products: Statement<'static>,
    attribute_lines: Statement<'static>,
    line_taxes: Statement<'static>,
    taxes: Statement<'static>,
    partners: Statement<'static>,
    users: Statement<'static>,
    terms: Statement<'static>,
    work: Work,
}

/// What one answer is put together from.
#[derive(Debug, Default)]
struct Work {
    text: String,
    orders: Vec<Order>,
    lines: Vec<Line>,
    /// Pairs of a line's place and its tax.
    line_taxes: Vec<(usize, i64)>,
    /// Beginnings of orders, middles of lines.
    bytes: Vec<u8>,
    partners: Fragments,
    users: Fragments,
    terms: Fragments,
    products: Fragments,
    /// Pairs of a product's place and the JSON of one of its attribute lines.
    attribute_lines: Vec<(usize, Range<usize>)>,
    taxes: Fragments,
    /// Tax ids in the model's order.
    tax_order: Vec<i64>,
}

#[derive(Debug)]
struct Order {
    id: i64,
    head: Range<usize>,
    partner: Option<i64>,
    user: Option<i64>,
    term: Option<i64>,
}

#[derive(Debug)]
struct Line {
    order: usize,
    sequence: i64,
    id: i64,
    product: Option<i64>,
    middle: Range<usize>,
    subtotal: i64,
}

impl Orders {
    /// Prepares the statements.
    ///
    /// # Errors
    /// When the schema is another than [`sql`] knows.
    pub(crate) fn new(connection: &'static Connection) -> Result<Self> {
        Ok(Orders {
            page: connection.prepare(sql::ORDER_PAGE)?,
            one: connection.prepare(sql::ORDER_ONE)?,
            many: connection.prepare(sql::ORDER_MANY)?,
            lines: connection.prepare(sql::LINES)?,
            products: connection.prepare(sql::PRODUCTS)?,
            attribute_lines: connection.prepare(sql::ATTRIBUTE_LINES)?,
            line_taxes: connection.prepare(sql::LINE_TAXES)?,
            taxes: connection.prepare(sql::TAXES)?,
            partners: connection.prepare(sql::PARTNERS)?,
            users: connection.prepare(sql::USERS)?,
            terms: connection.prepare(sql::TERMS)?,
            work: Work::default(),
        })
    }

    /// A page of orders: a JSON array.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn page(&mut self, limit: usize, offset: usize) -> Result<Vec<u8>> {
        self.work.clear();
        self.work.read_orders(self.page.query([limit, offset])?)?;
        self.relations()?;
        let mut out = Vec::with_capacity(1_536 * self.work.orders.len() + 2);
        out.push(b'[');
        let (mut line, mut tax) = (0, 0);
        for place in 0..self.work.orders.len() {
            if place > 0 {
                out.push(b',');
            }
            self.work.render(place, &mut line, &mut tax, &mut out);
        }
        out.push(b']');
        Ok(out)
    }

    /// One order: a JSON object.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn one(&mut self, id: i64) -> Result<Option<Vec<u8>>> {
        self.work.clear();
        self.work.read_orders(self.one.query([id])?)?;
        self.relations()?;
        let mut out = Vec::with_capacity(2_048);
        if self.work.orders.is_empty() {
            return Ok(None);
        }
        self.work.render(0, &mut 0, &mut 0, &mut out);
        Ok(Some(out))
    }

    /// Several orders that exist: a JSON object each, in the order of `ids`.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn many(&mut self, ids: &[i64]) -> Result<Vec<Vec<u8>>> {
        self.work.clear();
        json::ids(&mut self.work.text, ids.iter().copied());
        let text = std::mem::take(&mut self.work.text);
        self.work.read_orders(self.many.query([text.as_str()])?)?;
        self.work.text = text;
        self.relations()?;
        let (mut line, mut tax) = (0, 0);
        let render = |place| {
            let mut out = Vec::with_capacity(2_048);
            self.work.render(place, &mut line, &mut tax, &mut out);
            out
        };
        Ok((0..self.work.orders.len()).map(render).collect())
    }

    fn relations(&mut self) -> Result<()> {
        let work = &mut self.work;
        if work.orders.is_empty() {
            return Ok(());
        }
        work.read_lines(&mut self.lines)?;
        let text = &mut work.text;
        work.partners.load(&mut self.partners, text, |out, row| {
            named(out, row)?;
            out.extend_from_slice(b",\"city\":");
            json::text_or_false(out, row.get_ref(3)?);
            out.push(b'}');
            Ok(())
        })?;
        work.users.load(&mut self.users, text, named_only)?;
        work.terms.load(&mut self.terms, text, named_only)?;
        work.read_products(&mut self.products, &mut self.attribute_lines)?;
        work.read_taxes(&mut self.line_taxes, &mut self.taxes)
    }
}

impl Work {
    fn clear(&mut self) {
        self.orders.clear();
        self.lines.clear();
        self.line_taxes.clear();
        self.bytes.clear();
        self.attribute_lines.clear();
        self.tax_order.clear();
        for fragments in [
            &mut self.partners,
            &mut self.users,
            &mut self.terms,
            &mut self.products,
            &mut self.taxes,
        ] {
            fragments.clear();
        }
    }

    fn read_orders(&mut self, mut rows: rusqlite::Rows<'_>) -> Result<()> {
        while let Some(row) = rows.next()? {
            let (start, id) = (self.bytes.len(), row.get(0)?);
            let out = &mut self.bytes;
            out.extend_from_slice(b"{\"id\":");
            json::integer(out, id);
            out.extend_from_slice(b",\"name\":");
            json::text_or_false(out, row.get_ref(1)?);
            out.extend_from_slice(b",\"date_order\":");
            json::date_time_or_false(out, row.get_ref(2)?);
            out.extend_from_slice(b",\"create_date\":");
            json::date_time_or_false(out, row.get_ref(3)?);
            out.extend_from_slice(b",\"amount_tax\":");
            json::scaled(out, row.get(4)?, 4);
            out.extend_from_slice(b",\"amount_total\":");
            json::scaled(out, row.get(5)?, 4);
            out.extend_from_slice(b",\"state\":");
            json::text_or_false(out, row.get_ref(6)?);
            let order = Order {
                id,
                head: start..out.len(),
                partner: row.get(7)?,
                user: row.get(8)?,
                term: row.get(9)?,
            };
            order.partner.into_iter().for_each(|id| self.partners.want(id));
            order.user.into_iter().for_each(|id| self.users.want(id));
            order.term.into_iter().for_each(|id| self.terms.want(id));
            self.orders.push(order);
        }
        Ok(())
    }

    fn read_lines(&mut self, lines: &mut Statement<'_>) -> Result<()> {
        json::ids(&mut self.text, self.orders.iter().map(|order| order.id));
        let mut rows = lines.query([self.text.as_str()])?;
        while let Some(row) = rows.next()? {
            let start = self.bytes.len();
            let out = &mut self.bytes;
            out.extend_from_slice(b",\"name\":");
            json::text_or_false(out, row.get_ref(4)?);
            out.extend_from_slice(b",\"product_uom_qty\":");
            json::scaled(out, row.get(5)?, 2);
            out.extend_from_slice(b",\"price_unit\":");
            json::scaled(out, row.get(6)?, 2);
            let line = Line {
                order: row.get(0)?,
                sequence: row.get::<_, Option<i64>>(1)?.unwrap_or(i64::MAX),
                id: row.get(2)?,
                product: row.get(3)?,
                middle: start..out.len(),
                subtotal: row.get(7)?,
            };
            line.product.into_iter().for_each(|id| self.products.want(id));
            self.lines.push(line);
        }
        let key = |line: &Line| (line.order, line.sequence, line.id);
        if !self.lines.is_sorted_by_key(key) {
            self.lines.sort_unstable_by_key(key);
        }
        Ok(())
    }

    fn read_products(&mut self, products: &mut Statement<'_>, attributes: &mut Statement<'_>) -> Result<()> {
        self.products.load(products, &mut self.text, |out, row| {
            named(out, row)?;
            out.extend_from_slice(b",\"type\":");
            json::text_or_false(out, row.get_ref(3)?);
            out.extend_from_slice(b",\"barcode\":");
            json::text_or_false(out, row.get_ref(4)?);
            if let Some(category) = row.get(5)? {
                out.extend_from_slice(b",\"categ_id\":{\"id\":");
                json::integer(out, category);
                out.extend_from_slice(b",\"name\":");
                json::text_or_false(out, row.get_ref(6)?);
                out.push(b'}');
            }
            Ok(())
        })?;
        if self.text != "[]" {
            let mut rows = attributes.query([self.text.as_str()])?;
            while let Some(row) = rows.next()? {
                let start = self.bytes.len();
                self.bytes.extend_from_slice(b"{\"id\":");
                json::integer(&mut self.bytes, row.get(1)?);
                self.bytes.extend_from_slice(b",\"display_name\":");
                json::text_or_false(&mut self.bytes, row.get_ref(2)?);
                self.bytes.push(b'}');
                self.attribute_lines.push((row.get(0)?, start..self.bytes.len()));
            }
        }
        Ok(())
    }

    fn read_taxes(&mut self, line_taxes: &mut Statement<'_>, taxes: &mut Statement<'_>) -> Result<()> {
        if self.lines.is_empty() {
            return Ok(());
        }
        json::ids(&mut self.text, self.lines.iter().map(|line| line.id));
        let mut rows = line_taxes.query([self.text.as_str()])?;
        while let Some(row) = rows.next()? {
            let (line, tax) = (row.get(0)?, row.get(1)?);
            self.line_taxes.push((line, tax));
            self.taxes.want(tax);
        }
        drop(rows);
        let order = &mut self.tax_order;
        self.taxes.load(taxes, &mut self.text, |out, row| {
            order.push(row.get(1)?);
            named_only(out, row)
        })?;
        // Lines mostly have one tax; those with several have them in the model's order.
        let rank = |tax: i64| order.iter().position(|&other| other == tax);
        let key = |&(line, tax): &(usize, i64)| (line, rank(tax));
        if order.len() > 1 && !self.line_taxes.is_sorted_by_key(key) {
            self.line_taxes.sort_by_cached_key(key);
        }
        Ok(())
    }

    /// Appends the order at `place`; `line` and `tax` are how far the earlier orders have come.
    fn render(&self, place: usize, line: &mut usize, tax: &mut usize, out: &mut Vec<u8>) {
        let order = &self.orders[place];
        out.extend_from_slice(&self.bytes[order.head.clone()]);
        for (key, id, fragments) in [
            (&b",\"partner_id\":"[..], order.partner, &self.partners),
            (b",\"user_id\":", order.user, &self.users),
            (b",\"payment_term_id\":", order.term, &self.terms),
        ] {
            if let Some(id) = id {
                out.extend_from_slice(key);
                out.extend_from_slice(fragments.get(id));
            }
        }
        let first = *line;
        while let Some(row) = self.lines.get(*line).filter(|row| row.order == place) {
            out.extend_from_slice(if *line == first {
                b",\"order_line\":[{\"id\":"
            } else {
                b",{\"id\":"
            });
            self.render_line(*line, row, tax, out);
            *line += 1;
        }
        if *line > first {
            out.push(b']');
        }
        out.push(b'}');
    }

    fn render_line(&self, place: usize, line: &Line, tax: &mut usize, out: &mut Vec<u8>) {
        json::integer(out, line.id);
        if let Some(product) = line.product {
            out.extend_from_slice(b",\"product_id\":");
            self.render_product(product, out);
        }
        out.extend_from_slice(&self.bytes[line.middle.clone()]);
        let first = *tax;
        while let Some(&(_, id)) = self.line_taxes.get(*tax).filter(|pair| pair.0 == place) {
            out.extend_from_slice(if *tax == first { b",\"tax_id\":[" } else { b"," });
            out.extend_from_slice(self.taxes.get(id));
            *tax += 1;
        }
        if *tax > first {
            out.push(b']');
        }
        out.extend_from_slice(b",\"price_subtotal\":");
        json::scaled(out, line.subtotal, 4);
        out.push(b'}');
    }

    fn render_product(&self, product: i64, out: &mut Vec<u8>) {
        out.extend_from_slice(self.products.get(product));
        let place = self.products.place(product).unwrap_or(usize::MAX);
        let first = self.attribute_lines.partition_point(|line| line.0 < place);
        let mut some = false;
        for (_, range) in self.attribute_lines[first..].iter().take_while(|line| line.0 == place) {
            out.extend_from_slice(if some { b"," } else { b",\"attribute_line_ids\":[" });
            out.extend_from_slice(&self.bytes[range.clone()]);
            some = true;
        }
        out.extend_from_slice(if some { b"]}" } else { b"}" });
    }
}

/// Appends `{"id":…,"name":…` from the second and third column.
fn named(out: &mut Vec<u8>, row: &Row<'_>) -> rusqlite::Result<()> {
    out.extend_from_slice(b"{\"id\":");
    json::integer(out, row.get(1)?);
    out.extend_from_slice(b",\"name\":");
    let name: ValueRef<'_> = row.get_ref(2)?;
    json::text_or_false(out, name);
    Ok(())
}

/// The same, closed.
fn named_only(out: &mut Vec<u8>, row: &Row<'_>) -> rusqlite::Result<()> {
    named(out, row)?;
    out.push(b'}');
    Ok(())
}
