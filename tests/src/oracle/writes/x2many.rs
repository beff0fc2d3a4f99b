//! Sends commands on an order's lines or on a line's taxes and compares the lines and taxes afterwards.

use std::cell::Cell;
use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::commands::{Names, parse};
use super::setup::Setup;
use super::{lines, read};
use crate::oracle::alike::differing;
use crate::oracle::case::{Answer, Case};
use crate::oracle::stand::{ADMIN, Stand};

/// A line of another order, which some commands refer to.
const FOREIGN: i64 = 1;
/// The product of all lines.
const PRODUCT: i64 = 27;

/// The records that one case uses.
struct Bench {
    order: i64,
    /// The lines `a`, `b` and `c`.
    lines: BTreeMap<&'static str, i64>,
    /// Taxes created for this case, which may change or delete them: recorded name → id.
    taxes: BTreeMap<String, i64>,
    purchase_tax: i64,
}

impl Names for Bench {
    fn id(&self, name: &str) -> Option<i64> {
        match name {
            "line of order 1" | "line 1 of order 1" => Some(FOREIGN),
            "purchase tax" => Some(self.purchase_tax),
            "id" => self.taxes.get("TFix2.5").copied(),
            name => self.lines.get(name).or_else(|| self.taxes.get(name)).copied(),
        }
    }

    fn new_line(&self) -> Value {
        line("n", 4, 40, &[])
    }
}

fn line(name: &str, quantity: i64, price: i64, taxes: &[i64]) -> Value {
    json!({
        "product_id": PRODUCT, "name": name, "product_uom_qty": quantity, "price_unit": price, "discount": 0,
        "tax_id": [[6, 0, taxes]],
    })
}

impl Bench {
    fn new(stand: &Stand, setup: &Setup) -> Result<Self, String> {
        thread_local!(static NEXT: Cell<u32> = const { Cell::new(0) });
        let number = NEXT.replace(NEXT.get() + 1);
        let mut taxes = BTreeMap::new();
        let mut recorded = setup.recorded.clone();
        recorded.sort_by_key(|tax| tax["id"].as_i64());
        for tax in recorded {
            let name = tax["name"].as_str().unwrap_or_default();
            if ["T10", "T7.7", "T21incl", "TFix2.5"].contains(&name) {
                let mut values = setup.values(&tax);
                values["name"] = format!("{name} #{number}").into();
                taxes.insert(name.to_owned(), stand.make("account.tax", &values)?);
            }
        }
        let tax = |name: &str| {
            taxes
                .get(name)
                .copied()
                .ok_or_else(|| format!("there is no tax {name}"))
        };
        let (t10, t77) = (tax("T10")?, tax("T7.7")?);
        let given = [
            line("a", 1, 10, &[t10]),
            line("b", 2, 20, &[t10, t77]),
            line("c", 3, 30, &[]),
        ];
        let commands: Vec<Value> = given.iter().map(|line| json!([0, 0, line])).collect();
        let order = stand.make("sale.order", &json!({"partner_id": 11, "order_line": commands}))?;
        let made = lines(stand, order);
        Ok(Bench {
            order,
            lines: ["a", "b", "c"].into_iter().zip(made).collect(),
            taxes,
            purchase_tax: setup.tax(2),
        })
    }

    /// The recorded names of taxes.
    fn tax_names(&self, stand: &Stand, ids: &Value) -> Value {
        let ids = ids.as_array().into_iter().flatten();
        ids.map(|id| {
            let known = self
                .taxes
                .iter()
                .find(|(_, known)| *id == **known)
                .map(|(name, _)| json!(name));
            known.unwrap_or_else(
                || match stand.fields("account.tax", id.as_i64().unwrap_or_default(), &["name"]) {
                    Answer::Gives(tax) => tax["name"].clone(),
                    _ => Value::Null,
                },
            )
        })
        .collect()
    }

    fn after_lines(&self, stand: &Stand) -> Answer {
        let mut taxes = Map::new();
        let mut rows = Vec::new();
        for id in lines(stand, self.order) {
            let fields = ["name", "product_uom_qty", "price_unit", "sequence", "tax_id"];
            let record = match read(stand, "sale.order.line", id, &fields) {
                Answer::Gives(record) => record,
                other => return other,
            };
            let key = self
                .lines
                .iter()
                .find(|(_, known)| **known == id)
                .map_or("new", |(key, _)| key);
            taxes.insert(key.to_owned(), self.tax_names(stand, &record["tax_id"]));
            rows.push(json!([
                key,
                record["name"],
                record["product_uom_qty"],
                record["price_unit"],
                record["sequence"]
            ]));
        }
        let there = |id: i64| matches!(stand.fields("sale.order.line", id, &["name"]), Answer::Gives(_));
        let exists: Map<String, Value> = (self.lines.iter())
            .map(|(key, id)| ((*key).to_owned(), there(*id).into()))
            .collect();
        let foreign = match read(stand, "sale.order.line", FOREIGN, &["price_unit", "order_id"]) {
            Answer::Gives(line) => json!([true, line["price_unit"], line["order_id"]]),
            _ => json!([false]),
        };
        read(
            stand,
            "sale.order",
            self.order,
            &["amount_untaxed", "amount_tax", "amount_total"],
        )
        .map(|order| {
            json!({
                "lines": rows, "taxes": taxes, "exists": exists, "foreign_line_1": foreign,
                "amount_untaxed": order["amount_untaxed"], "amount_tax": order["amount_tax"],
                "amount_total": order["amount_total"],
            })
        })
    }

    fn after_taxes(&self, stand: &Stand, line: i64) -> Answer {
        let total = match read(stand, "sale.order", self.order, &["amount_total"]) {
            Answer::Gives(order) => order["amount_total"].clone(),
            other => return other,
        };
        let fields = ["tax_id", "price_subtotal", "price_tax", "price_total"];
        read(stand, "sale.order.line", line, &fields).map(|line| {
            json!({
                "taxes": self.tax_names(stand, &line["tax_id"]), "subtotal": line["price_subtotal"],
                "tax": line["price_tax"], "total": line["price_total"], "order_total": total,
            })
        })
    }
}

pub(super) fn one(stand: &Stand, setup: &Setup, case: &Value) -> Result<Case, String> {
    let text = |name: &str| case[name].as_str().unwrap_or_default();
    let (label, field) = (text("label"), text("field").split(' ').next().unwrap_or_default());
    let bench = Bench::new(stand, setup)?;
    let commands = parse(text("commands"), &bench)?;
    let mut expected = Answer::expected(case, |case| {
        let mut result = case["result"].clone();
        if let Some(result) = result.as_object_mut() {
            result.remove("tax_ids"); // the names of the taxes are compared instead
        }
        result
    });
    let b = bench.lines.get("b").copied().ok_or("the order has no lines")?;
    let (model, id) = match field {
        "order_line" => ("sale.order", bench.order),
        _ => ("sale.order.line", b),
    };
    let reply = stand.call(
        ADMIN,
        "PATCH",
        &format!("{model}/{id}"),
        Some(&json!({field: commands})),
    );
    let mut got = match (Answer::of(&reply, |_| Value::Null), field) {
        (Answer::Gives(_), "order_line") => bench.after_lines(stand),
        (Answer::Gives(_), _) => bench.after_taxes(stand, b),
        (other, _) => other,
    };
    if let (Answer::Gives(wanted), Answer::Gives(value)) = (&expected, &got) {
        let (left, right) = differing(wanted, value);
        (expected, got) = (Answer::Gives(left), Answer::Gives(right));
    }
    let facets = vec![
        ("label", label.to_owned()),
        ("field", field.to_owned()),
        ("commands", text("commands").to_owned()),
    ];
    let input = format!("{field} {} as {commands}", text("commands"));
    Ok(Case::new(
        "write_cases/x2many",
        format!("{field} {label}"),
        input,
        facets,
        &expected,
        &got,
    ))
}
