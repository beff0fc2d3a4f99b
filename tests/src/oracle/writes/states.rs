//! Performs actions and writes on orders in each state and compares which fields change.

use serde_json::{Map, Value, json};

use super::setup::Setup;
use super::{lines, read};
use crate::oracle::alike::alike;
use crate::oracle::case::{Answer, Case};
use crate::oracle::stand::{ADMIN, Stand};

/// The methods that bring a new order into each state.
const WAYS: [(&str, &[&str]); 5] = [
    ("draft", &[]),
    ("sent", &["action_quotation_sent"]),
    ("sale", &["action_confirm"]),
    ("done", &["action_confirm", "action_done"]),
    ("cancel", &["action_cancel"]),
];

/// The fields of an order that are compared before and after the action.
const ORDER: [&str; 22] = [
    "name",
    "company_id",
    "partner_id",
    "state",
    "client_order_ref",
    "date_order",
    "require_signature",
    "validity_date",
    "note",
    "partner_invoice_id",
    "partner_shipping_id",
    "payment_term_id",
    "pricelist_id",
    "currency_id",
    "currency_rate",
    "user_id",
    "team_id",
    "amount_untaxed",
    "amount_tax",
    "amount_total",
    "invoice_status",
    "tag_ids",
];
const LINE: [&str; 22] = [
    "sequence",
    "company_id",
    "currency_id",
    "order_partner_id",
    "salesman_id",
    "state",
    "product_id",
    "name",
    "product_uom_qty",
    "product_uom",
    "tax_id",
    "price_unit",
    "discount",
    "price_reduce",
    "price_subtotal",
    "price_tax",
    "price_total",
    "price_reduce_taxexcl",
    "price_reduce_taxinc",
    "qty_to_invoice",
    "invoice_status",
    "untaxed_amount_to_invoice",
];

pub(super) fn one(stand: &Stand, setup: &Setup, case: &Value) -> Result<Case, String> {
    let text = |name: &str| case[name].as_str().unwrap_or_default();
    let (from, action) = (text("from_state"), text("action"));
    let line = json!({
        "product_id": 27, "name": "L", "product_uom_qty": 2, "price_unit": 100, "discount": 0,
        "tax_id": [[6, 0, [setup.tax(3)]]],
    });
    let order = stand.make("sale.order", &json!({"partner_id": 11, "order_line": [[0, 0, line]]}))?;
    let way = WAYS.iter().find(|(state, _)| *state == from).map(|(_, way)| *way);
    for method in way.ok_or_else(|| format!("no way leads to {from:?}"))? {
        if let other @ (Answer::Refused(_) | Answer::Failed(_)) =
            stand.method(ADMIN, "sale.order", order, method, &json!({}))
        {
            return Err(format!("{method}: {other:?}"));
        }
    }
    let line = *lines(stand, order).first().ok_or("the order has no line")?;
    let before = (
        look(stand, "sale.order", order, &ORDER),
        look(stand, "sale.order.line", line, &LINE),
    );
    let did = act(stand, setup, action, order, line)?;
    let expected = Answer::expected(case, |case| expected(stand, setup, action, &case["result"]));
    let got = did.map(|_| match action {
        "unlink" => json!({"deleted": !matches!(stand.fields("sale.order", order, &["name"]), Answer::Gives(_))}),
        _ => {
            let after = (
                look(stand, "sale.order", order, &ORDER),
                look(stand, "sale.order.line", line, &LINE),
            );
            json!({
                "changed": changes(&before.0, &after.0, action), "line_changed": changes(&before.1, &after.1, action),
            })
        }
    });
    let facets = vec![("from_state", from.to_owned()), ("action", action.to_owned())];
    let label = format!("{from}: {action}");
    Ok(Case::new("write_cases/states", &label, &label, facets, &expected, &got))
}

fn look(stand: &Stand, model: &str, id: i64, fields: &[&str]) -> Value {
    let known = stand.known(model, fields.iter().copied());
    match read(stand, model, id, &known) {
        Answer::Gives(record) => record,
        _ => Value::Null, // deleted
    }
}

/// The values before and after of each field that changed. Values that differ from order to order (see [`change`]) are
/// given only as they are after.
fn changes(before: &Value, after: &Value, action: &str) -> Value {
    let after = after.as_object().into_iter().flatten();
    let changed: Map<String, Value> = after
        .filter(|(name, value)| *name != "id" && !alike(&before[*name], value))
        .filter(|(name, value)| *name != "date_order" || !same_moment(&before[*name], value))
        .map(|(name, value)| (name.clone(), change(name, &before[name], value, action)))
        .collect();
    Value::Object(changed)
}

/// Whether two times are within a minute. Confirming sets `date_order` to the current time, which may be in the second in
/// which the order was made, as in the recording, or in the next one.
fn same_moment(before: &Value, after: &Value) -> bool {
    let time = |value: &Value| value.as_str()?.parse::<chrono::NaiveDateTime>().ok();
    let apart = time(before).zip(time(after)).map(|(before, after)| after - before);
    apart.is_some_and(|apart| apart.abs() < chrono::TimeDelta::minutes(1))
}

fn change(name: &str, before: &Value, after: &Value, action: &str) -> Value {
    match action.strip_prefix("write ") == Some(name) && ["name", "date_order"].contains(&name) {
        true => json!([after]),
        false => json!([before, after]),
    }
}

/// The recorded changes of those fields that our models have, with our ids.
fn expected(stand: &Stand, setup: &Setup, action: &str, result: &Value) -> Value {
    if action == "unlink" {
        return json!({"deleted": result["deleted"]});
    }
    let turn = |model: &str, looked: &[&str], changed: &Value| -> Value {
        let changed = changed.as_object().into_iter().flatten();
        let ours = changed.filter(|(name, _)| looked.contains(&name.as_str()) && stand.has(model, name));
        let ours = ours.map(|(name, values)| {
            let [before, after] = [0, 1].map(|index| setup.ours(name, &values[index]));
            (name.clone(), change(name, &before, &after, action))
        });
        Value::Object(ours.collect())
    };
    json!({
        "changed": turn("sale.order", &ORDER, &result["changed"]),
        "line_changed": turn("sale.order.line", &LINE, &result["line_changed"]),
    })
}

fn act(stand: &Stand, setup: &Setup, action: &str, order: i64, line: i64) -> Result<Answer, String> {
    let new_line = json!({
        "product_id": 27, "name": "N", "product_uom_qty": 1, "price_unit": 1, "discount": 0, "tax_id": [[6, 0, []]],
    });
    let of_line = |values: Value| stand.write("sale.order", order, &json!({"order_line": [[1, line, values]]}));
    let of_order = |values: Value| stand.write("sale.order", order, &values);
    Ok(match action {
        "unlink" => Answer::of(
            &stand.call(ADMIN, "DELETE", &format!("sale.order/{order}"), None),
            |body| body,
        ),
        "write line qty 5" => of_line(json!({"product_uom_qty": 5})),
        "write line price" => of_line(json!({"price_unit": 55})),
        "write line product" => of_line(json!({"product_id": 23})),
        "write line discount/tax" => of_line(json!({"discount": 5, "tax_id": [[5, 0, 0]]})),
        "delete line" => of_order(json!({"order_line": [[2, line, 0]]})),
        "add line" => of_order(json!({"order_line": [[0, 0, new_line]]})),
        "add line by sale.order.line create" => {
            let mut values = new_line;
            values["order_id"] = order.into();
            stand.create(ADMIN, "sale.order.line", &values)
        }
        "write pricelist" => of_order(json!({"pricelist_id": setup.pricelist(4)})),
        "write payment_term" => of_order(json!({"payment_term_id": 1})),
        "write name" => of_order(json!({"name": "ZZ"})),
        "write date_order" => of_order(json!({"date_order": "2024-01-01 00:00:00"})),
        "write amount_total" => of_order(json!({"amount_total": 5})),
        action => match action.strip_prefix("write ").map(|rest| rest.split_once(' ')) {
            Some(Some(("partner", value))) => of_order(json!({"partner_id": literal(value)})),
            Some(Some((field, value))) => of_order(json!({field: literal(value)})),
            Some(None) => return Err(format!("{action:?} is not understood")),
            None => stand.method(ADMIN, "sale.order", order, action, &json!({})),
        },
    })
}

fn literal(text: &str) -> Value {
    match text {
        "False" => Value::Bool(false),
        text => text.parse::<i64>().map_or_else(|_| text.into(), Value::from),
    }
}
