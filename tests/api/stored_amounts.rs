//! An order keeps the amounts that were agreed on, also when taxes, currencies, companies or products change
//! afterwards.

use serde_json::{Value, json};
use tests::{Body, Server};

const TAX: &str = "account.tax/1";

const OF_ORDER: &str =
    "amount_untaxed,amount_tax,amount_total,currency_id,currency_rate,invoice_status,payment_term_id,write_date";
const OF_LINE: &str = "price_unit,discount,price_subtotal,price_tax,price_total,price_reduce_taxexcl,price_reduce_taxinc,\
                       qty_to_invoice,untaxed_amount_to_invoice,invoice_status,write_date";

/// Creates an order of two lines with a tax of 15 %. The second line is delivered. Returns the ids.
fn order(server: &Server) -> (i64, Vec<i64>) {
    let line = |price: &str, delivered: i64| {
        json!([0, 0, {"product_id": 27, "name": "x", "product_uom_qty": 2, "qty_delivered": delivered,
                      "price_unit": price, "tax_id": [[6, 0, [1]]]}])
    };
    let lines = json!([line("10.03", 0), line("20.07", 2)]);
    let order = server
        .send("POST", "sale.order", &json!({"partner_id": 11, "order_line": lines}))
        .ok();
    let lines = order["order_line"].as_array().unwrap().iter();
    (
        order["id"].as_i64().unwrap(),
        lines.map(|line| line["id"].as_i64().unwrap()).collect(),
    )
}

/// The stored amounts of an order and its lines.
fn stored(server: &Server, (order, lines): &(i64, Vec<i64>)) -> Value {
    let lines = lines
        .iter()
        .map(|line| server.record("sale.order.line", *line, OF_LINE));
    json!([server.record("sale.order", *order, OF_ORDER), lines.collect::<Vec<_>>()])
}

fn confirm(server: &Server, order: i64) {
    server
        .send("POST", &format!("sale.order/{order}/action_confirm"), &json!({}))
        .ok();
}

fn put(server: &Server, path: &str, values: Value) {
    server.send("PUT", path, &values).ok();
}

#[test]
fn an_order_keeps_what_it_holds_whatever_changes_around_it() {
    let server = Server::demo();
    for method in ["round_per_line", "round_globally"] {
        put(
            &server,
            "res.company/1",
            json!({"tax_calculation_rounding_method": method}),
        );
        let (draft, confirmed, locked) = (order(&server), order(&server), order(&server));
        confirm(&server, confirmed.0);
        confirm(&server, locked.0);
        server
            .send("POST", &format!("sale.order/{}/action_done", locked.0), &json!({}))
            .ok();
        let before = [&draft, &confirmed, &locked].map(|order| stored(&server, order));
        assert_eq!(before[0][0]["amount_tax"].to_string(), "9.03");
        let other = if method == "round_per_line" {
            "round_globally"
        } else {
            "round_per_line"
        };
        let currency = server.record("res.company", 1, "currency_id")["currency_id"].clone();
        let currency = format!(
            "res.currency/{}",
            currency["id"].as_i64().or(currency[0].as_i64()).unwrap()
        );
        for (path, values, back) in [
            (TAX, json!({"amount": 16}), json!({"amount": 15})),
            (TAX, json!({"price_include": true}), json!({"price_include": false})),
            (
                TAX,
                json!({"amount_type": "fixed", "sequence": 7}),
                json!({"amount_type": "percent", "sequence": 1}),
            ),
            (&currency, json!({"rounding": 1}), json!({"rounding": 0.01})),
            (
                "res.company/1",
                json!({"tax_calculation_rounding_method": other}),
                json!({"tax_calculation_rounding_method": method}),
            ),
            (
                "product.product/27",
                json!({"invoice_policy": "delivery", "list_price": 7}),
                json!({"invoice_policy": "order"}),
            ),
            (
                "res.partner/11",
                json!({"property_payment_term_id": 2, "user_id": 1}),
                json!({"property_payment_term_id": false}),
            ),
        ] {
            put(&server, path, values.clone());
            let after = [&draft, &confirmed, &locked].map(|order| stored(&server, order));
            assert_eq!(after, before, "{path} {values}");
            put(&server, path, back);
        }
        assert_eq!(
            [&draft, &confirmed, &locked].map(|order| stored(&server, order)),
            before
        );
    }
}

#[test]
fn a_line_takes_the_rate_of_the_time_when_it_is_written() {
    let server = Server::demo();
    for method in ["round_per_line", "round_globally"] {
        put(
            &server,
            "res.company/1",
            json!({"tax_calculation_rounding_method": method}),
        );
        let (id, lines) = order(&server);
        confirm(&server, id);
        put(&server, TAX, json!({"amount": 16}));
        // The line of 20.06 keeps the tax of 15 %. The line of 40.14 is written, so it takes the new 16 %.
        put(
            &server,
            &format!("sale.order.line/{}", lines[1]),
            json!({"product_uom_qty": 2}),
        );
        let tax = |line: i64| server.record("sale.order.line", line, "price_tax")["price_tax"].to_string();
        assert_eq!(
            (tax(lines[0]), tax(lines[1])),
            ("3.01".to_owned(), "6.42".to_owned()),
            "{method}"
        );
        assert_eq!(
            server.record("sale.order", id, "amount_tax")["amount_tax"].to_string(),
            "9.43",
            "{method}"
        );
        put(&server, TAX, json!({"amount": 15}));
    }
}

/// Lines keep their amounts also when the taxes of a group change. A command on `tax_id` writes the line, so its
/// amounts are computed again.
#[test]
fn the_parts_of_a_group_are_outside_too_and_a_command_on_a_lines_tax_writes_the_line() {
    let server = Server::demo();
    let tax = |values: Value| server.send("POST", "account.tax", &values).ok()["id"].clone();
    let part = tax(json!({"name": "Part", "amount": 10, "country_id": 233}));
    let group =
        tax(json!({"name": "Group", "amount_type": "group", "country_id": 233, "children_tax_ids": [[6, 0, [part]]]}));
    let (id, lines) = order(&server);
    let line = format!("sale.order.line/{}", lines[0]);
    put(&server, &line, json!({"tax_id": [[6, 0, [group]]]}));
    let amount = |path: &str, field: &str| server.get(path, &[("fields", field)]).ok()[field].to_string();
    let order = format!("sale.order/{id}");
    assert_eq!(
        (amount(&line, "price_tax"), amount(&order, "amount_tax")),
        ("2.01".to_owned(), "8.03".to_owned())
    );
    put(&server, &format!("account.tax/{part}"), json!({"amount": 20}));
    put(
        &server,
        &format!("account.tax/{group}"),
        json!({"children_tax_ids": [[5]]}),
    );
    assert_eq!(
        (amount(&line, "price_tax"), amount(&order, "amount_tax")),
        ("2.01".to_owned(), "8.03".to_owned())
    );
    put(
        &server,
        &line,
        json!({"tax_id": [[1, group, {"children_tax_ids": [[4, part]]}]]}),
    );
    assert_eq!(
        (amount(&line, "price_tax"), amount(&order, "amount_tax")),
        ("4.01".to_owned(), "10.03".to_owned())
    );
}

/// A tax of 10 % that no record uses.
fn new_tax(server: &Server) -> Value {
    let tax = json!({"name": "New", "amount": 10, "country_id": 233});
    server.send("POST", "account.tax", &tax).ok()
}

#[test]
fn a_tax_of_a_confirmed_order_is_archived_and_not_deleted() {
    let server = Server::demo();
    let made = new_tax(&server);
    let path = format!("account.tax/{}", made["id"]);
    let order = order(&server);
    put(
        &server,
        &format!("sale.order.line/{}", order.1[0]),
        json!({"tax_id": [[4, made["id"]]]}),
    );
    confirm(&server, order.0);
    let before = stored(&server, &order);
    let refused = server.call("DELETE", &path, Body::None).problem(409, "conflict");
    assert!(refused["detail"].as_str().unwrap().contains("archive it"), "{refused}");
    put(&server, &path, json!({"active": false}));
    assert_eq!(stored(&server, &order), before);
    for action in ["action_cancel", "action_draft"] {
        server
            .send("POST", &format!("sale.order/{}/{action}", order.0), &json!({}))
            .ok();
    }
    server.call("DELETE", &path, Body::None).ok();
    let line = server.record("sale.order.line", order.1[0], "tax_id,price_tax");
    assert_eq!(
        (&line["tax_id"], line["price_tax"].to_string()),
        (&json!([1]), "3.01".to_owned())
    );
}

/// Changing a tax takes the same number of statements, however many orders use it.
#[test]
fn a_tax_that_many_orders_have_changes_in_as_few_statements_as_one_of_none() {
    let server = Server::demo();
    let made = new_tax(&server);
    let unused = format!("account.tax/{}", made["id"]);
    order(&server);
    let statements = |path: &str| server.send("PUT", path, &json!({"amount": 12})).statements();
    assert_eq!(statements(TAX), statements(&unused));
}
