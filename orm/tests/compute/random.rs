//! After any sequence of writes, every computed field has the value that computing everything from scratch gives.

use std::collections::{BTreeMap, BTreeSet};

use orm::field::Decimal;
use serde_json::{Map, Value as Json, json};

use super::oracle::{Given, Line, Partner, Product, Trade};
use super::world::World;

/// A generator of pseudo-random numbers, which are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        // Xorshift: enough to shuffle writes.
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).unwrap()
    }

    fn one_in(&mut self, sides: usize) -> bool {
        self.below(sides) == 0
    }

    fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    fn key<V>(&mut self, map: &BTreeMap<i64, V>) -> i64 {
        let keys: Vec<i64> = map.keys().copied().collect();
        self.of(&keys)
    }

    fn key_or_none<V>(&mut self, map: &BTreeMap<i64, V>) -> Option<i64> {
        (!self.one_in(3)).then(|| self.key(map))
    }

    fn some<V>(&mut self, map: &BTreeMap<i64, V>) -> BTreeSet<i64> {
        map.keys().copied().filter(|_| self.one_in(2)).collect()
    }
}

/// The trade in the database, and the same trade as it must be.
struct Game {
    world: World,
    trade: Trade,
    uoms: [i64; 2],
    dice: Dice,
    /// The number of lines created so far, which is the id of the last one. Ids of deleted lines are not used again.
    lines: i64,
    given: BTreeMap<(bool, i64), Given>,
}

impl Game {
    fn new(seed: u64) -> Self {
        let mut world = World::new();
        let mut trade = Trade::default();
        for (name, factor) in [("Half", 0.5), ("Double", 2.0)] {
            let id = world.create("x.pricelist", &json!({"name": name, "factor": factor}));
            trade.pricelists.insert(id, Decimal::try_from(factor).unwrap());
        }
        for amount in [5, 10, 20] {
            let id = world.create("x.tax", &json!({"name": "Tax", "amount": amount}));
            trade.taxes.insert(id, amount.into());
        }
        let uoms = ["Unit", "Dozen"].map(|name| world.create("x.uom", &json!({ "name": name })));
        for name in ["Chair", "Table", "Lamp"] {
            let id = world.create(
                "x.product",
                &json!({"name": name, "list_price": 100, "uom_id": uoms[0]}),
            );
            let product = Product {
                name: name.to_owned(),
                list_price: Decimal::ONE_HUNDRED,
                uom: uoms[0],
                taxes: BTreeSet::new(),
            };
            trade.products.insert(id, product);
        }
        for name in ["Ann", "Bob", "Cem", "Dot"] {
            let id = world.create("res.partner", &json!({ "name": name }));
            let name = name.to_owned();
            trade.partners.insert(
                id,
                Partner {
                    name,
                    ..Partner::default()
                },
            );
        }
        Game {
            world,
            trade,
            uoms,
            dice: Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15)),
            lines: 0,
            given: BTreeMap::new(),
        }
    }

    /// Chooses values of a line, writes them to `line`, notes them in `given`, and returns them as a body.
    fn line_values(&mut self, id: i64, line: &mut Line, new: bool) -> Json {
        let mut values = Map::new();
        let mut given = Given::new();
        if new || self.dice.one_in(3) {
            line.product = self.dice.key(&self.trade.products);
            values.insert("product_id".into(), json!(line.product));
        }
        if new || self.dice.one_in(3) {
            let qty = self.dice.of(&[1, 2, 10, 12]);
            line.qty = qty.into();
            values.insert("qty".into(), json!(qty));
        }
        if self.dice.one_in(6) {
            line.name = self.dice.of(&["Mine", "Chair", "Stool"]).to_owned();
            values.insert("name".into(), json!(line.name));
            given.insert("name");
        }
        if self.dice.one_in(6) {
            line.uom = self.dice.of(&self.uoms);
            values.insert("uom_id".into(), json!(line.uom));
            given.insert("uom");
        }
        if self.dice.one_in(6) {
            let price = self.dice.of(&[0, 7, 50, 90, 100, 200]);
            line.price = price.into();
            values.insert("price".into(), json!(price));
            given.insert("price");
        }
        if self.dice.one_in(6) {
            line.taxes = self.dice.some(&self.trade.taxes);
            values.insert("tax_ids".into(), json!([[6, 0, line.taxes]]));
            given.insert("taxes");
        }
        self.given.entry((true, id)).or_default().extend(given);
        Json::Object(values)
    }

    /// Creates an order, or sends commands to an existing one.
    fn write_order(&mut self, id: Option<i64>) {
        let order = match id {
            Some(id) => id,
            None => self.trade.orders.keys().max().map_or(1, |id| id + 1),
        };
        let mut wanted = id.map(|id| self.trade.orders[&id].clone()).unwrap_or_default();
        let mut values = Map::new();
        if id.is_none() || self.dice.one_in(4) {
            wanted.partner = self.dice.key(&self.trade.partners);
            values.insert("partner_id".into(), json!(wanted.partner));
        }
        if self.dice.one_in(4) {
            wanted.pricelist = self.dice.key_or_none(&self.trade.pricelists);
            values.insert("pricelist_id".into(), json!(wanted.pricelist));
            self.given.entry((false, order)).or_default().insert("pricelist");
        }
        if self.dice.one_in(6) {
            wanted.note = self.dice.of(&[None, Some("mine"), Some("2 lines")]).map(str::to_owned);
            values.insert("note".into(), json!(wanted.note));
            self.given.entry((false, order)).or_default().insert("note");
        }
        let mut lines = self.trade.lines.clone();
        let mut commands = Vec::new();
        for _ in 0..self.dice.below(4) {
            let mine: Vec<i64> = lines
                .iter()
                .filter(|(_, line)| line.order == order)
                .map(|(id, _)| *id)
                .collect();
            let old: Vec<i64> = mine
                .iter()
                .copied()
                .filter(|id| self.trade.lines.contains_key(id))
                .collect();
            match self.dice.below(if id.is_some() && !old.is_empty() { 4 } else { 1 }) {
                0 | 1 => {
                    let mut line = Line {
                        order,
                        ..Line::default()
                    };
                    self.lines += 1;
                    let values = self.line_values(self.lines, &mut line, true);
                    lines.insert(self.lines, line);
                    commands.push(json!([0, 0, values]));
                }
                2 => {
                    let id = self.dice.of(&old);
                    let mut line = lines[&id].clone();
                    let values = self.line_values(id, &mut line, false);
                    lines.insert(id, line);
                    commands.push(json!([1, id, values]));
                }
                _ => {
                    let id = self.dice.of(&old);
                    lines.remove(&id);
                    commands.push(json!([2, id]));
                }
            }
        }
        values.insert("line_ids".into(), Json::Array(commands));
        let change = |trade: &mut Trade| {
            trade.lines = lines;
            trade.orders.insert(order, wanted);
        };
        self.trade.change(&std::mem::take(&mut self.given), change);
        match id {
            Some(id) => self.world.update("x.order", id, &Json::Object(values)),
            None => assert_eq!(self.world.create("x.order", &Json::Object(values)), order),
        }
    }

    fn write_line(&mut self) {
        let id = self.dice.key(&self.trade.lines);
        let mut line = self.trade.lines[&id].clone();
        let mut values = self.line_values(id, &mut line, false);
        if self.dice.one_in(5) {
            line.order = self.dice.key(&self.trade.orders);
            values["order_id"] = json!(line.order);
        }
        let change = |trade: &mut Trade| drop(trade.lines.insert(id, line));
        self.trade.change(&std::mem::take(&mut self.given), change);
        self.world.update("x.line", id, &values);
    }

    fn write_product(&mut self) {
        let id = self.dice.key(&self.trade.products);
        let mut product = self.trade.products[&id].clone();
        let values = match self.dice.below(4) {
            0 => {
                product.name = self.dice.of(&["Chair", "Stool", "Bench"]).to_owned();
                json!({ "name": product.name })
            }
            1 => {
                product.uom = self.dice.of(&self.uoms);
                json!({ "uom_id": product.uom })
            }
            2 => {
                let price = self.dice.of(&[50, 100, 200]);
                product.list_price = price.into();
                json!({"list_price": price, "name": product.name})
            }
            _ => {
                product.taxes = self.dice.some(&self.trade.taxes);
                json!({"tax_ids": [[6, 0, product.taxes]]})
            }
        };
        self.trade
            .change(&BTreeMap::new(), |trade| drop(trade.products.insert(id, product)));
        self.world.update("x.product", id, &values);
    }

    fn write_around(&mut self) {
        match self.dice.below(5) {
            0 => {
                let (id, amount) = (self.dice.key(&self.trade.taxes), self.dice.of(&[0, 5, 15]));
                self.trade.change(&BTreeMap::new(), |trade| {
                    trade.taxes.insert(id, amount.into());
                });
                self.world.update("x.tax", id, &json!({ "amount": amount }));
            }
            1 => {
                let (id, factor) = (self.dice.key(&self.trade.pricelists), self.dice.of(&[1, 2, 3]));
                self.trade.change(&BTreeMap::new(), |trade| {
                    trade.pricelists.insert(id, factor.into());
                });
                self.world.update("x.pricelist", id, &json!({ "factor": factor }));
            }
            2 => {
                let (id, pricelist) = (
                    self.dice.key(&self.trade.partners),
                    self.dice.key_or_none(&self.trade.pricelists),
                );
                let change = |trade: &mut Trade| trade.partners.get_mut(&id).unwrap().pricelist = pricelist;
                self.trade.change(&BTreeMap::new(), change);
                self.world
                    .update("res.partner", id, &json!({ "pricelist_id": pricelist }));
            }
            3 => {
                // A partner's parent has a smaller id: no circles.
                let (a, b) = (self.dice.key(&self.trade.partners), self.dice.key(&self.trade.partners));
                let (id, name) = (a.max(b), self.dice.of(&["Ann", "Eve", "Bob"]));
                let parent = (a != b).then_some(a.min(b));
                let change = |trade: &mut Trade| {
                    let partner = trade.partners.get_mut(&id).unwrap();
                    (partner.parent, partner.name) = (parent, name.to_owned());
                };
                self.trade.change(&BTreeMap::new(), change);
                self.world
                    .update("res.partner", id, &json!({"parent_id": parent, "name": name}));
            }
            _ => {
                let id = self.dice.key(&self.trade.lines);
                self.trade
                    .change(&BTreeMap::new(), |trade| drop(trade.lines.remove(&id)));
                self.world.delete("x.line", id);
            }
        }
    }

    fn turn(&mut self) {
        if self.trade.lines.is_empty() || self.dice.one_in(6) {
            return self.write_order(None);
        }
        match self.dice.below(8) {
            0..=2 => {
                let id = self.dice.key(&self.trade.orders);
                self.write_order(Some(id));
            }
            3 | 4 => self.write_line(),
            5 | 6 => self.write_product(),
            _ => self.write_around(),
        }
    }

    fn check(&mut self, turn: &str) {
        let mut rows = |table: &str, columns: &[&str]| {
            let columns = self.world.texts(table, columns);
            self.world
                .rows(&format!("SELECT {columns} FROM {table} ORDER BY {table}.id"))
        };
        let lines = rows("x_line", &["id", "name", "uom_id", "price", "subtotal", "tax"]);
        let orders = rows("x_order", &["id", "pricelist_id", "note", "total"]);
        let mut partners = rows("res_partner", &["id", "complete_name", "turnover"]);
        partners.remove(0); // the user who writes everything
        let with_taxes = |mut row: Vec<String>, world: &mut World| {
            let taxes = world.taxes(row[0].parse().unwrap());
            row.push(taxes);
            row
        };
        let lines: Vec<Vec<String>> = lines.into_iter().map(|row| with_taxes(row, &mut self.world)).collect();
        assert_eq!(lines, self.trade.line_rows(), "{turn}");
        assert_eq!(orders, self.trade.order_rows(), "{turn}");
        assert_eq!(partners, self.trade.partner_rows(), "{turn}");
    }
}

#[test]
fn any_writes_leave_what_computing_from_scratch_gives() {
    for seed in 1..=20 {
        let mut game = Game::new(seed);
        for turn in 0..60 {
            game.turn();
            game.check(&format!("seed {seed}, turn {turn}"));
        }
        assert!(game.trade.lines.len() + game.trade.orders.len() > 3);
    }
}
