//! The same trade in plain structs. It gives the expected value of every field in the simplest way, without
//! dependencies, layers or batches: for each write, it notes which values equal their computed ones, makes the change,
//! and computes everything again.

use std::collections::{BTreeMap, BTreeSet};

use orm::field::{Decimal, round};

/// The names of the fields of an order or a line that a write gives.
pub(crate) type Given = BTreeSet<&'static str>;

#[derive(Debug, Clone, Default)]
pub(crate) struct Partner {
    pub(crate) name: String,
    pub(crate) parent: Option<i64>,
    pub(crate) pricelist: Option<i64>,
}

/// A product and its template.
#[derive(Debug, Clone, Default)]
pub(crate) struct Product {
    pub(crate) name: String,
    pub(crate) list_price: Decimal,
    pub(crate) uom: i64,
    pub(crate) taxes: BTreeSet<i64>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Order {
    pub(crate) partner: i64,
    pub(crate) pricelist: Option<i64>,
    pub(crate) note: Option<String>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Line {
    pub(crate) order: i64,
    pub(crate) product: i64,
    pub(crate) qty: Decimal,
    pub(crate) name: String,
    pub(crate) uom: i64,
    pub(crate) price: Decimal,
    pub(crate) taxes: BTreeSet<i64>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Trade {
    pub(crate) partners: BTreeMap<i64, Partner>,
    pub(crate) pricelists: BTreeMap<i64, Decimal>,
    pub(crate) taxes: BTreeMap<i64, Decimal>,
    pub(crate) products: BTreeMap<i64, Product>,
    pub(crate) orders: BTreeMap<i64, Order>,
    pub(crate) lines: BTreeMap<i64, Line>,
}

impl Trade {
    /// Makes a change and computes everything. `given` lists the fields that the change gives, by whether the record is
    /// a line and its id.
    pub(crate) fn change(&mut self, given: &BTreeMap<(bool, i64), Given>, change: impl FnOnce(&mut Trade)) {
        let before = self.clone();
        change(self);
        let given = |is_line: bool, id: i64, field: &str| {
            given.get(&(is_line, id)).is_some_and(|fields| fields.contains(field))
        };
        for id in self.orders.keys().copied().collect::<Vec<_>>() {
            let old = before.orders.get(&id);
            let follows = |field, untouched: bool| !given(false, id, field) && (old.is_none() || untouched);
            if follows(
                "pricelist",
                old.is_some_and(|old| old.pricelist == before.pricelist_of(old)),
            ) {
                let pricelist = self.pricelist_of(&self.orders[&id]);
                self.orders.get_mut(&id).unwrap().pricelist = pricelist;
            }
            if follows("note", old.is_some_and(|old| old.note == before.note_of(id))) {
                let note = self.note_of(id);
                self.orders.get_mut(&id).unwrap().note = note;
            }
        }
        for id in self.lines.keys().copied().collect::<Vec<_>>() {
            let old = before.lines.get(&id);
            let mut line = self.lines[&id].clone();
            let product = &self.products[&line.product];
            let reset = old.is_none_or(|old| old.product != line.product);
            let was = |old: &Line| before.products[&old.product].clone();
            let follows = |field, untouched: bool| !given(true, id, field) && (reset || untouched);
            if follows("name", old.is_some_and(|old| old.name == was(old).name)) {
                line.name.clone_from(&product.name);
            }
            if follows("uom", old.is_some_and(|old| old.uom == was(old).uom)) {
                line.uom = product.uom;
            }
            if follows("taxes", old.is_some_and(|old| old.taxes == was(old).taxes)) {
                line.taxes.clone_from(&product.taxes);
            }
            let unit_changed = old.is_some_and(|old| old.uom != line.uom);
            if follows(
                "price",
                unit_changed || old.is_some_and(|old| old.price == before.price_of(old)),
            ) {
                line.price = self.price_of(&line);
            }
            self.lines.insert(id, line);
        }
    }

    fn pricelist_of(&self, order: &Order) -> Option<i64> {
        self.partners[&order.partner].pricelist
    }

    fn note_of(&self, order: i64) -> Option<String> {
        let lines = self.lines.values().filter(|line| line.order == order).count();
        (lines > 0).then(|| format!("{lines} lines"))
    }

    fn price_of(&self, line: &Line) -> Decimal {
        let pricelist = self.orders[&line.order].pricelist;
        let factor = pricelist.map_or(Decimal::ONE, |id| self.pricelists[&id]);
        let rebate = if line.qty >= Decimal::TEN {
            Decimal::new(90, 2)
        } else {
            Decimal::ONE
        };
        round(self.products[&line.product].list_price * factor * rebate, 2)
    }

    fn amounts(&self, line: &Line) -> (Decimal, Decimal) {
        let subtotal = round(line.qty * line.price * Decimal::TWO, 2);
        let rate: Decimal = line.taxes.iter().map(|tax| self.taxes[tax]).sum();
        (subtotal, round(subtotal * rate / Decimal::ONE_HUNDRED, 2))
    }

    /// Id, name, unit, price, subtotal, tax, taxes of every line.
    pub(crate) fn line_rows(&self) -> Vec<Vec<String>> {
        let row = |(id, line): (&i64, &Line)| {
            let (subtotal, tax) = self.amounts(line);
            let taxes: Vec<String> = line.taxes.iter().map(i64::to_string).collect();
            let [price, subtotal, tax] = [line.price, subtotal, tax].map(cents);
            vec![
                id.to_string(),
                line.name.clone(),
                line.uom.to_string(),
                price,
                subtotal,
                tax,
                taxes.join(","),
            ]
        };
        self.lines.iter().map(row).collect()
    }

    /// Id, pricelist, note and total of every order.
    pub(crate) fn order_rows(&self) -> Vec<Vec<String>> {
        let row = |(id, order): (&i64, &Order)| {
            let lines = self.lines.values().filter(|line| line.order == *id);
            let total = lines
                .map(|line| self.amounts(line))
                .map(|(subtotal, tax)| subtotal + tax)
                .sum();
            let pricelist = order.pricelist.map_or("-".to_owned(), |id| id.to_string());
            let note = order.note.clone().unwrap_or("-".to_owned());
            vec![id.to_string(), pricelist, note, cents(total)]
        };
        self.orders.iter().map(row).collect()
    }

    /// Id, complete name and turnover of every partner.
    pub(crate) fn partner_rows(&self) -> Vec<Vec<String>> {
        let row = |id: &i64| {
            let lines = (self.lines.values()).filter(|line| self.orders[&line.order].partner == *id);
            let turnover = lines.map(|line| self.amounts(line).0).sum();
            vec![id.to_string(), self.complete_name(*id), cents(turnover)]
        };
        self.partners.keys().map(row).collect()
    }

    fn complete_name(&self, id: i64) -> String {
        let partner = &self.partners[&id];
        match partner.parent {
            Some(parent) => format!("{} / {}", self.complete_name(parent), partner.name),
            None => partner.name.clone(),
        }
    }
}

fn cents(amount: Decimal) -> String {
    (amount * Decimal::ONE_HUNDRED).trunc().normalize().to_string()
}
