//! Renders orders with their nested records as JSON. Rows are added in the order in which the statements return them,
//! and each becomes a piece of JSON. At the end, orders and lines are put together from these pieces.

use std::ops::Range;

use crate::error::Result;
use crate::fragments::Fragments;
use crate::json;
use crate::row::Row;

/// The pieces of one answer. The next answer uses the same value again, so that the memory is not allocated anew.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    orders: Vec<Order>,
    lines: Vec<Line>,
    /// Pairs of a line's index in `lines` and the id of one of its taxes.
    line_taxes: Vec<(usize, i64)>,
    /// JSON of orders up to their first relation, of lines between product and taxes, and of attribute lines.
    bytes: Vec<u8>,
    pub(crate) partners: Fragments,
    pub(crate) users: Fragments,
    pub(crate) terms: Fragments,
    pub(crate) products: Fragments,
    /// Pairs of a product's id and the JSON of one of its attribute lines (a range of `bytes`), sorted by product.
    attribute_lines: Vec<(i64, Range<usize>)>,
    pub(crate) taxes: Fragments,
    /// The ids of the taxes in the model's order.
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

impl Tree {
    /// Removes the last answer but keeps the allocated memory.
    pub(crate) fn clear(&mut self) {
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

    /// Whether there are no orders.
    pub(crate) fn is_empty(&self) -> bool {
        self.orders.is_empty()
    }

    /// The ids of the orders, in the order in which they were added.
    pub(crate) fn order_ids(&self) -> impl Iterator<Item = i64> {
        self.orders.iter().map(|order| order.id)
    }

    /// The ids of the lines, in their current order.
    pub(crate) fn line_ids(&self) -> impl Iterator<Item = i64> {
        self.lines.iter().map(|line| line.id)
    }

    /// Adds an order. Columns: id, name, date, time of creation, tax, total, state, partner, user, payment term (these
    /// three as ids).
    pub(crate) fn order(&mut self, row: &impl Row) -> Result<()> {
        let (start, id) = (self.bytes.len(), row.id(0)?);
        let out = &mut self.bytes;
        out.extend_from_slice(b"{\"id\":");
        json::integer(out, id);
        out.extend_from_slice(b",\"name\":");
        json::text_or_false(out, row.text(1)?);
        out.extend_from_slice(b",\"date_order\":");
        row.date_time(2, out)?;
        out.extend_from_slice(b",\"create_date\":");
        row.date_time(3, out)?;
        out.extend_from_slice(b",\"amount_tax\":");
        json::scaled(out, row.units(4, 4)?, 4);
        out.extend_from_slice(b",\"amount_total\":");
        json::scaled(out, row.units(5, 4)?, 4);
        out.extend_from_slice(b",\"state\":");
        json::text_or_false(out, row.text(6)?);
        let order = Order {
            id,
            head: start..out.len(),
            partner: row.int(7)?,
            user: row.int(8)?,
            term: row.int(9)?,
        };
        order.partner.into_iter().for_each(|id| self.partners.want(id));
        order.user.into_iter().for_each(|id| self.users.want(id));
        order.term.into_iter().for_each(|id| self.terms.want(id));
        self.orders.push(order);
        Ok(())
    }

    /// Adds a line of the order at index `order`. Columns: (not read), sequence, id, product, name, quantity, price,
    /// subtotal.
    pub(crate) fn line(&mut self, order: usize, row: &impl Row) -> Result<()> {
        let start = self.bytes.len();
        let out = &mut self.bytes;
        out.extend_from_slice(b",\"name\":");
        json::text_or_false(out, row.text(4)?);
        out.extend_from_slice(b",\"product_uom_qty\":");
        json::scaled(out, row.units(5, 2)?, 2);
        out.extend_from_slice(b",\"price_unit\":");
        json::scaled(out, row.units(6, 2)?, 2);
        let line = Line {
            order,
            sequence: row.int(1)?.unwrap_or(i64::MAX),
            id: row.id(2)?,
            product: row.int(3)?,
            middle: start..out.len(),
            subtotal: row.units(7, 4)?,
        };
        line.product.into_iter().for_each(|id| self.products.want(id));
        self.lines.push(line);
        Ok(())
    }

    /// Sorts the lines by order, sequence and id. To be called when all have been added, before [`Self::line_ids`].
    pub(crate) fn sort_lines(&mut self) {
        let key = |line: &Line| (line.order, line.sequence, line.id);
        if !self.lines.is_sorted_by_key(key) {
            self.lines.sort_unstable_by_key(key);
        }
    }

    /// Adds an attribute line of a product. They must be added in the order of the products' ids. Columns: product, id,
    /// name.
    pub(crate) fn attribute_line(&mut self, row: &impl Row) -> Result<()> {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(b"{\"id\":");
        json::integer(&mut self.bytes, row.id(1)?);
        self.bytes.extend_from_slice(b",\"display_name\":");
        json::text_or_false(&mut self.bytes, row.text(2)?);
        self.bytes.push(b'}');
        self.attribute_lines.push((row.id(0)?, start..self.bytes.len()));
        Ok(())
    }

    /// Notes that the line at index `line` has this tax.
    pub(crate) fn line_tax(&mut self, line: usize, tax: i64) {
        self.line_taxes.push((line, tax));
        self.taxes.want(tax);
    }

    /// Adds a tax. Taxes must be added in the model's order. Columns: id, name.
    pub(crate) fn tax(&mut self, row: &impl Row) -> Result<()> {
        let id = row.id(0)?;
        self.tax_order.push(id);
        self.taxes.put(id, |out| named_only(out, row))
    }

    /// Sorts the taxes of each line in the model's order. To be called when all have been added. Most lines have one
    /// tax, so that there is mostly nothing to sort.
    pub(crate) fn sort_taxes(&mut self) {
        let rank = |tax: i64| self.tax_order.iter().position(|&other| other == tax);
        let key = |&(line, tax): &(usize, i64)| (line, rank(tax));
        if !self.line_taxes.is_sorted_by_key(key) {
            self.line_taxes.sort_by_cached_key(key);
        }
    }

    /// The orders as a JSON array.
    pub(crate) fn array(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(1_536 * self.orders.len() + 2);
        out.push(b'[');
        let (mut line, mut tax) = (0, 0);
        for place in 0..self.orders.len() {
            if place > 0 {
                out.push(b',');
            }
            self.render(place, &mut line, &mut tax, &mut out);
        }
        out.push(b']');
        out
    }

    /// Each order as a JSON object.
    pub(crate) fn objects(&self) -> Vec<Vec<u8>> {
        let (mut line, mut tax) = (0, 0);
        let render = |place| {
            let mut out = Vec::with_capacity(2_048);
            self.render(place, &mut line, &mut tax, &mut out);
            out
        };
        (0..self.orders.len()).map(render).collect()
    }

    /// Appends the order at index `place`. `line` and `tax` are the indexes of the first line and of the first pair in
    /// `line_taxes` that earlier orders have not used; they are moved on.
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
        let first = self.attribute_lines.partition_point(|line| line.0 < product);
        let mut some = false;
        for (_, range) in self.attribute_lines[first..]
            .iter()
            .take_while(|line| line.0 == product)
        {
            out.extend_from_slice(if some { b"," } else { b",\"attribute_line_ids\":[" });
            out.extend_from_slice(&self.bytes[range.clone()]);
            some = true;
        }
        out.extend_from_slice(if some { b"]}" } else { b"}" });
    }
}

/// Appends a partner. Columns: id, name, city.
pub(crate) fn partner(out: &mut Vec<u8>, row: &impl Row) -> Result<()> {
    named(out, row)?;
    out.extend_from_slice(b",\"city\":");
    json::text_or_false(out, row.text(2)?);
    out.push(b'}');
    Ok(())
}

/// Appends a product without the closing brace, because its attribute lines follow. Columns: id, name, type, barcode,
/// category's id, category's name.
pub(crate) fn product(out: &mut Vec<u8>, row: &impl Row) -> Result<()> {
    named(out, row)?;
    out.extend_from_slice(b",\"type\":");
    json::text_or_false(out, row.text(2)?);
    out.extend_from_slice(b",\"barcode\":");
    json::text_or_false(out, row.text(3)?);
    if let Some(category) = row.int(4)? {
        out.extend_from_slice(b",\"categ_id\":{\"id\":");
        json::integer(out, category);
        out.extend_from_slice(b",\"name\":");
        json::text_or_false(out, row.text(5)?);
        out.push(b'}');
    }
    Ok(())
}

/// Appends a record with two columns: id, name.
pub(crate) fn named_only(out: &mut Vec<u8>, row: &impl Row) -> Result<()> {
    named(out, row)?;
    out.push(b'}');
    Ok(())
}

/// The same without the closing brace.
fn named(out: &mut Vec<u8>, row: &impl Row) -> Result<()> {
    out.extend_from_slice(b"{\"id\":");
    json::integer(out, row.id(0)?);
    out.extend_from_slice(b",\"name\":");
    json::text_or_false(out, row.text(1)?);
    Ok(())
}
