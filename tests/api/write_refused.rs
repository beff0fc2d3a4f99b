//! Writes that are refused: with the right status and a pointer to every mistake, and without changing the database.

use serde_json::{Value, json};
use tests::{Body, Server, dump};

/// Sends the body and asserts that it is refused and that no row of any table has changed. Returns the problem.
#[track_caller]
fn refused(server: &Server, method: &str, path: &str, body: &Value, status: u16) -> Value {
    let before = dump(&server.database);
    let code = match status {
        409 => "conflict",
        413 => "payload_too_large",
        _ => "invalid",
    };
    let problem = server.send(method, path, body).problem(status, code);
    assert_eq!(dump(&server.database), before, "{problem}");
    problem
}

fn pointers(problem: &Value) -> Vec<String> {
    let errors = problem["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut pointers: Vec<String> = errors
        .iter()
        .map(|error| error["pointer"].as_str().unwrap().to_owned())
        .collect();
    pointers.sort();
    pointers
}

#[test]
fn every_mistake_of_a_body_is_reported_with_its_pointer() {
    let server = Server::demo();
    let body = json!({
        "partner_id": 99_999, "nam": "x", "state": "sale", "amount_total": 5, "id": 7, "date_order": "soon",
        "require_signature": "yes", "validity_date": "", "user_id": true, "origin": 5,
        "order_line": [
            [0, 0, {"product_id": "x", "price_unit": true, "tax_id": [[4, 99_999]]}],
            [0, 0, {"name": "fine", "product_uom_qty": "many", "order_id": 40}],
            [7],
            [0, 0, []],
        ],
    });
    let problem = refused(&server, "POST", "sale.order", &body, 422);
    let mut expected = vec![
        "/partner_id",
        "/nam",
        "/state",
        "/amount_total",
        "/id",
        "/date_order",
        "/require_signature",
        "/validity_date",
        "/user_id",
        "/origin",
        "/order_line/0/2/product_id",
        "/order_line/0/2/price_unit",
        "/order_line/0/2/tax_id/0/1",
        "/order_line/1/2/product_uom_qty",
        "/order_line/1/2/order_id",
        "/order_line/2",
        "/order_line/3/2",
    ];
    expected.sort_unstable();
    assert_eq!(pointers(&problem), expected, "{problem}");
    let named = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .find(|error| error["pointer"] == "/nam")
        .unwrap();
    assert!(named["message"].as_str().unwrap().contains("`name`"), "{named}");
}

#[test]
fn missing_required_values_are_named() {
    let server = Server::demo();
    assert_eq!(
        pointers(&refused(&server, "POST", "sale.order", &json!({}), 422)),
        ["/partner_id"]
    );
    assert_eq!(
        pointers(&refused(&server, "POST", "res.partner", &json!({"name": false}), 422)),
        ["/name"]
    );
    assert_eq!(
        pointers(&refused(
            &server,
            "PUT",
            "sale.order/40",
            &json!({"partner_id": null}),
            422
        )),
        ["/partner_id"]
    );
    let product = refused(&server, "POST", "product.product", &json!({}), 422);
    assert_eq!(pointers(&product), ["/name"]);
    let user = refused(&server, "POST", "res.users", &json!({"name": "Ann"}), 422);
    assert_eq!(pointers(&user), ["/login"]);
}

#[test]
fn a_list_creates_all_or_none() {
    let server = Server::demo();
    let list = json!([{"partner_id": 11}, {"partner_id": 12, "foo": 1}, 5, {"partner_id": 99_999}]);
    let problem = refused(&server, "POST", "sale.order", &list, 422);
    assert_eq!(pointers(&problem), ["/1/foo", "/2", "/3/partner_id"]);
    // The database refuses the second record, after the first has been inserted.
    let twice = json!([{"name": "A", "code": "XA"}, {"name": "B", "code": "US"}]);
    refused(&server, "POST", "res.country", &twice, 409);
}

#[test]
fn values_of_a_wrong_form_are_refused() {
    let server = Server::demo();
    for (model, field, value) in [
        ("res.partner", "name", json!(5)),
        ("res.partner", "name", json!(true)),
        ("res.partner", "name", json!({"en": "x"})),
        ("res.partner", "name", json!("nul\u{0}byte")),
        ("res.partner", "color", json!(1.5)),
        ("res.partner", "color", json!(2_147_483_648_i64)),
        ("res.partner", "color", json!("red")),
        ("res.partner", "color", json!(true)),
        ("res.partner", "active", json!(1)),
        ("res.partner", "active", json!("true")),
        ("res.partner", "type", json!("contct")),
        ("res.partner", "type", json!("")),
        ("res.partner", "date", json!("2024-13-01")),
        ("res.partner", "date", json!("")),
        ("res.partner", "country_id", json!("x")),
        ("res.partner", "country_id", json!({"id": 233})),
        ("res.partner", "country_id", json!(0)),
        ("res.partner", "country_id", json!(-233)),
        ("res.partner", "partner_latitude", json!("north")),
        ("res.partner", "partner_latitude", json!(1000)),
        ("res.partner", "image_1920", json!("no base64!")),
        ("res.partner", "child_ids", json!(5)),
        ("res.partner", "child_ids", json!({"id": 5})),
        ("res.partner", "email_normalized", json!("a@b.c")),
        ("res.partner", "create_uid", json!(1)),
        ("res.partner", "write_date", json!("2024-01-01 00:00:00")),
        ("res.partner", "display_name", json!("x")),
        ("res.country", "code", json!("USA")),
    ] {
        let id = if model == "res.partner" { 11 } else { 233 };
        let reply = server.send("PUT", &format!("{model}/{id}"), &json!({field: value}));
        assert_eq!(reply.status, 422, "{model} {field} {value}: {}", reply.text());
        assert_eq!(pointers(&reply.problem(422, "invalid")), [format!("/{field}")]);
    }
}

#[test]
fn commands_reach_no_other_parents_records() {
    let server = Server::demo();
    for command in [
        json!([1, 51, {"name": "stolen"}]),
        json!([2, 51]),
        json!([3, 51]),
        json!([4, 51]),
        json!([6, 0, [51]]),
    ] {
        let problem = refused(&server, "PUT", "sale.order/40", &json!({"order_line": [command]}), 422);
        assert!(problem["detail"].as_str().unwrap().contains("51"), "{problem}");
    }
    // Commands before the refused one are rolled back.
    let commands =
        json!({"name": "changed", "order_line": [[0, 0, {"product_id": 27, "name": "new"}], [2, 56], [2, 51]]});
    refused(&server, "PUT", "sale.order/40", &commands, 422);
    let missing = refused(
        &server,
        "PUT",
        "sale.order/40",
        &json!({"order_line": [[1, 9_999, {"name": "x"}]]}),
        422,
    );
    assert_eq!(pointers(&missing), ["/order_line/0/1"]);
    for (command, what) in [(json!([1, 3, {"name": "x"}]), "update"), (json!([2, 3]), "delete")] {
        let body = json!({"tax_id": [command]});
        refused(&server, "PUT", "sale.order.line/56", &body, 422);
        assert_eq!(
            server.record("account.tax", 3, "name")["name"],
            "County Tax 5%",
            "{what} of a tax that is not linked"
        );
    }
    for number in 1..=3 {
        let body = json!({"partner_id": 11, "order_line": [[number, 51, {}]]});
        refused(&server, "POST", "sale.order", &body, 422);
    }
}

#[test]
fn unique_values_are_kept_unique() {
    let server = Server::demo();
    let problem = refused(
        &server,
        "POST",
        "res.users",
        &json!({"login": "admin", "name": "Second"}),
        409,
    );
    assert!(problem["detail"].as_str().unwrap().contains("login"), "{problem}");
    assert_eq!(pointers(&problem), ["/login"]);
    refused(&server, "PUT", "res.country/20", &json!({"code": "US"}), 409);
    refused(
        &server,
        "POST",
        "res.country.state",
        &json!({"name": "Cal", "code": "CA", "country_id": 233}),
        409,
    );
    server
        .send(
            "POST",
            "res.country.state",
            &json!({"name": "Cal", "code": "CA", "country_id": 20}),
        )
        .ok();
}

#[test]
fn what_others_need_is_not_deleted() {
    let server = Server::demo();
    let before = dump(&server.database);
    // Which model is named, of several that refer to it, is not said: another model may come first.
    for (path, by) in [
        ("res.partner/11", " still needs res.partner 11 by `"),
        ("product.product/23", " still needs product.product 23 by `product_id`"),
        ("uom.uom/1", " still needs uom.uom 1 by `"),
        ("res.country/233", " still needs res.country 233 by `country_id`"),
    ] {
        let problem = server.call("DELETE", path, Body::None).problem(409, "conflict");
        assert!(problem["detail"].as_str().unwrap().contains(by), "{path}: {problem}");
    }
    assert_eq!(dump(&server.database), before);
}

/// If a delete would cascade to a record that others need, the refusal names those others.
#[test]
fn what_others_need_by_way_of_a_cascade_is_named_too() {
    let server = Server::demo();
    let before = dump(&server.database);
    for (path, by) in [
        ("product.template/16", " still needs product.product "),
        ("product.category/1", " still needs product.category "),
    ] {
        let problem = server.call("DELETE", path, Body::None).problem(409, "conflict");
        assert_eq!(dump(&server.database), before);
        assert!(problem["detail"].as_str().unwrap().contains(by), "{path}: {problem}");
    }
}

#[test]
fn nobody_locks_out_himself_or_the_system() {
    let server = Server::demo();
    for id in [1, 2] {
        let path = format!("res.users/{id}");
        server.call("DELETE", &path, Body::None).problem(409, "conflict");
        let problem = refused(&server, "PUT", &path, &json!({"active": false}), 422);
        assert_eq!(pointers(&problem), ["/active"]);
    }
    server
        .send("PUT", "res.users/2", &json!({"signature": "<p>x</p>"}))
        .ok();
    server.send("PUT", "res.users/3", &json!({"active": false})).ok();
}

#[test]
fn a_command_on_a_record_that_is_gone_names_it() {
    let server = Server::demo();
    let order = server
        .send(
            "POST",
            "sale.order",
            &json!({"partner_id": 11, "order_line": [[0, 0, {"product_id": 27}]]}),
        )
        .ok();
    let (path, line) = (format!("sale.order/{}", order["id"]), &order["order_line"][0]["id"]);
    let body = json!({"order_line": [[4, line], [2, line], [4, line]]});
    let problem = refused(&server, "PUT", &path, &body, 422);
    assert_eq!(pointers(&problem), ["/order_line/2/1"]);
    assert!(
        problem["errors"][0]["message"]
            .to_string()
            .contains("deleted by an earlier command"),
        "{problem}"
    );
    let tags = json!({"category_id": [[4, 1], [2, 1], [4, 1]]});
    let problem = refused(&server, "PUT", "res.partner/11", &tags, 422);
    assert_eq!(pointers(&problem), ["/category_id/2/1"]);
}

#[test]
fn at_most_a_hundred_mistakes_are_told() {
    let server = Server::demo();
    let lines: Vec<Value> = (0..150).map(|_| json!([0, 0, {"product_id": 27, "nme": 1}])).collect();
    let problem = refused(
        &server,
        "POST",
        "sale.order",
        &json!({"partner_id": 11, "order_line": lines}),
        422,
    );
    assert_eq!(pointers(&problem).len(), 100);
    let lines: Vec<Value> = (0..10_001).map(|_| json!([0, 0, {"product_id": 27}])).collect();
    refused(
        &server,
        "POST",
        "sale.order",
        &json!({"partner_id": 11, "order_line": lines}),
        413,
    );
}
