//! What would break a server that trusted its callers: depth, size, odd numbers and dates, circles.

use serde_json::{Value, json};
use tests::{Body, Server};

#[test]
fn deep_and_long_conditions_are_refused() {
    let server = Server::demo();
    let hops = format!("{}name", "parent_id.".repeat(1_000));
    server.get("res.partner", &[(&hops, "x")]).problem(400, "invalid");
    server.get("res.partner", &[("order", &hops)]).problem(400, "invalid");
    for domain in [
        format!("[{}[\"name\",\"=\",\"x\"]]", "\"!\",".repeat(600)),
        format!("[{}[\"id\",\"=\",1]]", "\"|\",[\"id\",\"=\",1],".repeat(700)),
        format!("[{}[\"id\",\"=\",1]]", "[\"id\",\"=\",1],".repeat(1_500)),
    ] {
        server.get("uom.uom", &[("domain", &domain)]).problem(400, "invalid");
    }
    server
        .get("uom.uom", &[("name__in", &",".repeat(20_000))])
        .problem(400, "invalid");
    server.is_alive();
}

#[test]
fn numbers_are_compared_as_given() {
    let server = Server::demo();
    let created = server
        .send(
            "POST",
            "sale.order",
            &json!({"partner_id": 11, "order_line": [[0, 0, {"product_id": 27, "name": "a", "price_unit": 19.99}]]}),
        )
        .ok();
    let line = created["order_line"][0]["id"].as_i64();
    let found =
        |parameter: &str, value: &str| server.ids("sale.order.line", &[(parameter, value)]).into_iter().max() == line;
    assert!(found("price_unit", "19.99") && found("price_unit__gt", "19.985") && found("price_unit__lt", "19.994"));
    assert!(!found("price_unit", "19.994") && !found("price_unit__ge", "19.991") && !found("price_unit__le", "19.989"));
    assert!(found("price_unit__ne", "19.994") && found("price_unit__lt", "1e20") && !found("price_unit__gt", "1e20"));
    assert!(found("id__gt", "0") && found("id__ne", "0") && !found("id__lt", "-1"));
}

#[test]
fn odd_forms_of_numbers_and_dates_are_refused() {
    let server = Server::demo();
    let path = "sale.order/40";
    let refused = |field: &str, value: Value| {
        let problem = server
            .send("PUT", path, &json!({ field: value }))
            .problem(422, "invalid");
        assert_eq!(problem["errors"][0]["pointer"], format!("/{field}"));
    };
    for date in [
        "+10000-01-01",
        "0000-01-01",
        "99-01-05",
        "2024-1-5",
        " 2024-01-05",
        "2023-02-29",
    ] {
        refused("validity_date", json!(date));
    }
    for time in [
        "9999-12-31T23:59:59-23:59",
        "2024-06-15T12:30:60",
        "2024-06-15",
        "2024-06-15T12:30:00 ",
    ] {
        refused("commitment_date", json!(time));
    }
    for id in ["1_1", "+11", "1.1", "0", "-1"] {
        refused("partner_id", json!(id));
    }
    let raw = br#"{"partner_id": {"$serde_json::private::Number": "11"}}"#;
    server.call("PUT", path, Body::Json(raw)).problem(400, "invalid");
}

#[test]
fn amounts_out_of_range_are_refused() {
    let server = Server::demo();
    let line = json!([[0, 0, {"product_id": 27, "name": "a", "product_uom_qty": 1e13, "price_unit": 1e13}]]);
    server
        .send("POST", "sale.order", &json!({"partner_id": 11, "order_line": line}))
        .problem(422, "invalid");
    server.is_alive();
}

#[test]
fn a_hierarchy_has_no_circle() {
    let server = Server::demo();
    let parent = server.send("POST", "product.category", &json!({"name": "a"})).ok()["id"].clone();
    let child = server
        .send("POST", "product.category", &json!({"name": "b", "parent_id": parent}))
        .ok()["id"]
        .clone();
    for above in [&parent, &child] {
        let path = format!("product.category/{parent}");
        server
            .send("PUT", &path, &json!({"parent_id": above}))
            .problem(422, "invalid");
    }
}

#[test]
fn amounts_follow_a_tax_that_is_deleted() {
    let server = Server::demo();
    let tax = server
        .send(
            "POST",
            "account.tax",
            &json!({"name": "New", "amount": 10, "country_id": 233}),
        )
        .ok()["id"]
        .clone();
    let line = json!([[0, 0, {"product_id": 27, "name": "a", "price_unit": 100, "tax_id": [[6, 0, [tax]]]}]]);
    let order = server
        .send("POST", "sale.order", &json!({"partner_id": 11, "order_line": line}))
        .ok();
    assert_eq!(order["amount_total"].to_string(), "110.0");
    server.call("DELETE", &format!("account.tax/{tax}"), Body::None).ok();
    let after = server.get(&format!("sale.order/{}", order["id"]), &[]).ok();
    assert_eq!(
        (after["amount_tax"].to_string(), after["amount_total"].to_string()),
        ("0.0".into(), "100.0".into())
    );
}
