//! Example records: products, taxes, a pricelist and a customer; and short functions about order lines.

use serde_json::{Value as Json, json};

use super::world::World;

/// The ids of the example records.
pub(crate) struct Shop {
    pub(crate) partner: i64,
    pub(crate) pricelist: i64,
    pub(crate) taxes: [i64; 2],
    pub(crate) uoms: [i64; 2],
    pub(crate) chair: i64,
    pub(crate) table: i64,
}

pub(crate) fn shop(world: &mut World) -> Shop {
    let pricelist = world.create("x.pricelist", &json!({"name": "Half", "factor": 0.5}));
    let taxes = [10, 20].map(|amount| world.create("x.tax", &json!({"name": "Tax", "amount": amount})));
    let uoms = ["Unit", "Dozen"].map(|name| world.create("x.uom", &json!({ "name": name })));
    let mut product = |name: &str, price: i64, uom: i64, tax: i64| {
        let values = json!({"name": name, "list_price": price, "uom_id": uom, "tax_ids": [tax]});
        world.create("x.product", &values)
    };
    Shop {
        chair: product("Chair", 100, uoms[0], taxes[0]),
        table: product("Table", 300, uoms[1], taxes[1]),
        partner: world.create("res.partner", &json!({"name": "Ann"})),
        pricelist,
        taxes,
        uoms,
    }
}

/// Name, price (in hundredths), unit and taxes of a line, as texts.
pub(crate) fn line(world: &mut World, id: i64) -> [String; 4] {
    [
        world.value("x_line", id, "name"),
        world.value("x_line", id, "price"),
        world.value("x_line", id, "uom_id"),
        world.taxes(id),
    ]
}

pub(crate) fn shown(name: &str, price: i64, uom: i64, taxes: &[i64]) -> [String; 4] {
    let taxes: Vec<String> = taxes.iter().map(i64::to_string).collect();
    [name.to_owned(), price.to_string(), uom.to_string(), taxes.join(",")]
}

/// Creates an order with one line of these values. Returns the ids of both.
pub(crate) fn ordered(world: &mut World, partner: i64, values: &Json) -> (i64, i64) {
    let order = world.create("x.order", &json!({"partner_id": partner, "line_ids": [[0, 0, values]]}));
    let line = world.rows(&format!(
        "SELECT CAST(MAX(id) AS TEXT) FROM x_line WHERE order_id = {order}"
    ));
    (order, line[0][0].parse().unwrap())
}
