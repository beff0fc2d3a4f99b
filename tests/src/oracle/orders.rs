//! Cases of `nested_orders.json`: orders with their nested records, compared byte by byte.

use serde_json::Value;

use super::case::{Answer, Case};
use super::stand::{ADMIN, Stand};

pub(super) fn run(stand: &Stand, facts: &Value) -> Result<Vec<Case>, String> {
    let orders = facts["orders"].as_array().ok_or("nested_orders: no orders")?;
    Ok(orders.iter().map(|order| one(stand, order)).collect())
}

fn one(stand: &Stand, order: &Value) -> Case {
    let path = format!("sale.order/{}", order["id"]);
    let reply = stand.call(ADMIN, "GET", &path, None);
    let got = Answer::of(&reply, |_| Value::String(reply.text()));
    // `Value` keeps the order of keys and the digits of numbers, so the texts can be compared.
    let expected = Answer::Gives(Value::String(order.to_string()));
    let facets = vec![("model", "sale.order".to_owned())];
    Case::new("nested_orders", order["id"].to_string(), path, facets, &expected, &got)
}
