//! Writable computed fields: a value that nobody has written is computed again when its record is written. A written
//! value stays.

use serde_json::{Value, json};
use tests::{Server, rows};

/// Creates a quotation with one line of the product `Conference Chair (Steel)`, which costs 100 dollars. Returns the
/// paths of the order and the line.
fn quoted(server: &Server, line: Value) -> (String, String) {
    let mut line = line;
    line["product_id"] = json!(23);
    let order = json!({"partner_id": 11, "pricelist_id": 1, "order_line": [[0, 0, line]]});
    let order = server.send("POST", "sale.order", &order).ok();
    let line = format!("sale.order.line/{}", order["order_line"][0]["id"]);
    (format!("sale.order/{}", order["id"]), line)
}

#[track_caller]
fn put(server: &Server, path: &str, values: Value) {
    server.send("PUT", path, &values).ok();
}

fn price(server: &Server, line: &str) -> f64 {
    server.get(line, &[("fields", "price_unit")]).ok()["price_unit"]
        .as_f64()
        .unwrap()
}

/// When a line is written, its unwritten price is computed again from the order's current pricelist.
#[test]
fn a_price_that_nobody_wrote_is_asked_of_the_pricelist_that_the_order_has_by_then() {
    let server = Server::demo();
    let (order, line) = quoted(&server, json!({}));
    assert_eq!(price(&server, &line), 100.0);
    put(&server, &order, json!({"pricelist_id": 4}));
    assert_eq!(price(&server, &line), 100.0, "until the line is written");
    put(&server, &line, json!({"product_uom_qty": 2}));
    let yen = price(&server, &line);
    assert!(yen > 3_000.0, "{yen}");
    let total = server.get(&order, &[("fields", "amount_untaxed")]).ok()["amount_untaxed"].as_f64();
    assert_eq!(total, Some((yen * 2.0).round()));
}

#[test]
fn a_price_that_nobody_wrote_follows_the_products_price_with_the_next_quantity() {
    let server = Server::demo();
    let (_, line) = quoted(&server, json!({}));
    put(&server, "product.template/16", json!({"list_price": 50}));
    assert_eq!(price(&server, &line), 100.0);
    for quantity in [2, 3] {
        put(&server, &line, json!({"product_uom_qty": quantity}));
        assert_eq!(price(&server, &line), 50.0);
    }
}

#[test]
fn a_price_that_somebody_wrote_stays_until_the_line_has_another_product() {
    let server = Server::demo();
    let (order, line) = quoted(&server, json!({"price_unit": 20}));
    put(&server, "product.template/16", json!({"list_price": 50}));
    put(&server, &order, json!({"pricelist_id": 4}));
    put(&server, &line, json!({"product_uom_qty": 2}));
    assert_eq!(price(&server, &line), 20.0);
    put(&server, &order, json!({"pricelist_id": 1}));
    put(&server, &line, json!({"product_id": 24}));
    put(&server, "product.template/16", json!({"list_price": 60}));
    put(&server, &line, json!({"product_uom_qty": 3}));
    assert_eq!(price(&server, &line), 64.5, "it follows again");
    put(&server, &line, json!({"price_unit": 1}));
    put(&server, &line, json!({"product_uom_qty": 4}));
    assert_eq!(price(&server, &line), 1.0);
    // A written value that equals the computed one counts as not written: the price follows again.
    put(&server, &line, json!({"price_unit": 64.5}));
    put(&server, &line, json!({"product_uom_qty": 5}));
    put(&server, "product.template/16", json!({"list_price": 70}));
    put(&server, &line, json!({"product_uom_qty": 6}));
    assert_eq!(price(&server, &line), 74.5);
}

#[test]
fn copies_remember_what_was_written() {
    let server = Server::demo();
    for (given, quantity, expected) in [(json!({}), 2, 50.0), (json!({"price_unit": 20, "tax_id": []}), 2, 20.0)] {
        put(
            &server,
            "product.template/16",
            json!({"list_price": 100, "taxes_id": [[6, 0, [1]]]}),
        );
        let (order, line) = quoted(&server, given);
        let taxes = |line: &str| server.get(line, &[("fields", "tax_id")]).ok()["tax_id"].clone();
        let copy = server.send("POST", &format!("{order}/copy"), &json!({})).ok();
        let copy = copy.as_i64().or(copy["id"].as_i64()).unwrap();
        let lines = server.record("sale.order", copy, "order_line")["order_line"].clone();
        let copied = format!(
            "sale.order.line/{}",
            lines[0].as_i64().or(lines[0]["id"].as_i64()).unwrap()
        );
        assert_eq!(
            (price(&server, &copied), taxes(&copied)),
            (price(&server, &line), taxes(&line))
        );
        put(&server, "product.template/16", json!({"list_price": 50}));
        put(&server, &copied, json!({"product_uom_qty": quantity}));
        assert_eq!(price(&server, &copied), expected);
    }
}

#[test]
fn addresses_and_terms_follow_the_customer_until_somebody_writes_them() {
    let server = Server::demo();
    let fields = "partner_invoice_id,payment_term_id";
    let read = |order: &str| {
        let order = server.get(order, &[("fields", fields)]).ok();
        (
            order["partner_invoice_id"]["id"].clone(),
            order["payment_term_id"]["id"].clone(),
        )
    };
    put(&server, "res.partner/11", json!({"property_payment_term_id": 2}));
    put(&server, "res.partner/12", json!({"property_payment_term_id": 3}));
    let (order, _) = quoted(&server, json!({}));
    assert_eq!(read(&order), (json!(11), json!(2)));
    // The customer's term has changed. The order was not written, so its term does not follow yet.
    put(&server, "res.partner/11", json!({"property_payment_term_id": 4}));
    assert_eq!(read(&order), (json!(11), json!(2)));
    put(&server, &order, json!({"partner_id": 12}));
    assert_eq!(read(&order), (json!(12), json!(3)));
    put(&server, &order, json!({"payment_term_id": 1}));
    put(&server, &order, json!({"partner_id": 11}));
    assert_eq!(read(&order), (json!(11), json!(1)));
}

#[test]
fn of_loaded_rows_the_values_are_compared() {
    let server = Server::demo();
    let line = "sale.order.line/56";
    let before = price(&server, line);
    assert_eq!(before, 100.0);
    put(&server, "product.template/16", json!({"list_price": 50}));
    put(&server, line, json!({"product_uom_qty": 7}));
    assert_eq!(price(&server, line), before);
    let remembered = |id: i64| {
        let text = format!("SELECT written_fields FROM sale_order_line WHERE id = {id}");
        rows(&server.database, &text)[0].clone()
    };
    assert!(remembered(56).contains("price_unit"), "{}", remembered(56));
    // The column is internal: it can be neither read nor written.
    server
        .get(line, &[("fields", "written_fields")])
        .problem(400, "invalid");
    server
        .send("PUT", line, &json!({"written_fields": ""}))
        .problem(422, "invalid");
    assert_eq!(server.get(line, &[]).ok().get("written_fields"), None);
}
