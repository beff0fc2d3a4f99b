//! Creates orders with lines and compares the amounts of lines and orders.

use serde_json::{Value, json};

use super::setup::{COMPANY, Setup};
use super::{lines, of_model, read};
use crate::oracle::alike::differing;
use crate::oracle::case::{Answer, Case};
use crate::oracle::stand::{ADMIN, Stand};

pub(super) fn one(stand: &Stand, setup: &Setup, case: &Value) -> Result<Case, String> {
    let (input, label) = (&case["input"], case["label"].as_str().unwrap_or_default());
    let rounding = json!({"tax_calculation_rounding_method": input["company_rounding"]});
    stand.change("res.company", COMPANY, &rounding)?;
    let values = json!({
        "partner_id": input["partner_id"],
        "pricelist_id": setup.ours("pricelist_id", &input["pricelist_id"]),
        "order_line": setup.ours("order_line", &input["order_line"]),
    });
    let mut expected = Answer::expected(case, |case| result(stand, setup, &case["result"]));
    let mut got = stand.create(ADMIN, "sale.order", &values);
    if let (Answer::Gives(wanted), Answer::Gives(id)) = (&expected, &got) {
        let id = id.as_i64().ok_or("a create without an id")?;
        got = amounts(stand, id, wanted);
        if let (Answer::Gives(wanted), Answer::Gives(value)) = (&expected, &got) {
            let (left, right) = differing(wanted, value);
            (expected, got) = (Answer::Gives(left), Answer::Gives(right));
        }
    }
    let facets = vec![("label", label.to_owned())];
    Ok(Case::new(
        "write_cases/amounts",
        label,
        values.to_string(),
        facets,
        &expected,
        &got,
    ))
}

/// The recorded values of those fields that our models have. Ids of lines are left out, and ids of taxes become ours.
fn result(stand: &Stand, setup: &Setup, result: &Value) -> Value {
    let mut wanted = of_model(stand, "sale.order", result, &["lines"]);
    let lines = result["lines"].as_array().into_iter().flatten();
    let lines: Vec<Value> = lines
        .map(|line| {
            let mut line = of_model(stand, "sale.order.line", line, &["id"]);
            if let Some(taxes) = line.get_mut("tax_id") {
                *taxes = setup.ours("tax_id", taxes);
            }
            Value::Object(line)
        })
        .collect();
    wanted.insert("lines".to_owned(), lines.into());
    Value::Object(wanted)
}

/// Reads the fields of `wanted` from an order and its lines.
fn amounts(stand: &Stand, id: i64, wanted: &Value) -> Answer {
    let names = |values: &Value| -> Vec<String> {
        let names = values.as_object().into_iter().flatten().map(|(name, _)| name.clone());
        names.filter(|name| name != "lines").collect()
    };
    let fields = |model: &str, id: i64, values: &Value| {
        let names = names(values);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        read(stand, model, id, &names).map(|mut record| {
            if let Some(record) = record.as_object_mut() {
                record.retain(|name, _| names.contains(&name.as_str()));
            }
            record
        })
    };
    let of_lines: Vec<Answer> = (lines(stand, id).into_iter().enumerate())
        .map(|(index, line)| fields("sale.order.line", line, &wanted["lines"][index]))
        .collect();
    let mut all = Vec::new();
    for line in of_lines {
        match line {
            Answer::Gives(line) => all.push(line),
            other => return other,
        }
    }
    fields("sale.order", id, wanted).map(|mut order| {
        order["lines"] = all.into();
        order
    })
}
