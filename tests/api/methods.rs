//! Calls of methods over HTTP: the built-in methods of every model, and some methods of `models`.

use serde_json::{Value, json};
use tests::{Server, dump};

#[test]
fn methods_of_a_record_by_post_and_by_patch() {
    let server = Server::demo();
    let copy = server.send("PATCH", "res.partner/11/copy", &json!({"default": {"name": "Twin"}}));
    let copy = copy.ok().as_i64().unwrap();
    let twin = server.record("res.partner", copy, "name,city,email,customer_rank");
    let gemini = server.record("res.partner", 11, "city,email");
    assert_eq!((&twin["name"], &twin["city"]), (&json!("Twin"), &gemini["city"]));
    assert_eq!(twin["email"], gemini["email"]);
    assert_eq!(twin["customer_rank"], 0, "not copied");
    let call = |method: &str, name: &str| {
        server
            .send(method, &format!("res.partner/{copy}/{name}"), &json!({}))
            .ok()
    };
    assert_eq!(call("POST", "exists"), true);
    assert_eq!(call("PATCH", "action_archive"), true);
    assert_eq!(server.ids("res.partner", &[("name", "Twin")]), [0; 0]);
    assert_eq!(
        server.ids("res.partner", &[("name", "Twin"), ("active_test", "false")]),
        [copy]
    );
    assert_eq!(server.record("res.partner", copy, "name")["name"], "Twin", "read by id");
    assert_eq!(call("POST", "toggle_active"), true);
    assert_eq!(call("POST", "unlink"), true);
    assert_eq!(call("POST", "exists"), false);
    server
        .send("POST", &format!("res.partner/{copy}/copy"), &json!({}))
        .problem(404, "not_found");
}

#[test]
fn an_order_is_copied_with_its_lines() {
    let server = Server::demo();
    let names =
        "name,state,partner_id,amount_total,order_line(product_id(id),product_uom_qty,price_unit,price_subtotal)";
    let order = server.record("sale.order", 40, names);
    let id = server
        .send("POST", "sale.order/40/copy", &json!({}))
        .ok()
        .as_i64()
        .unwrap();
    let copy = server.record("sale.order", id, names);
    assert_ne!(copy["name"], order["name"], "the next number");
    assert_eq!(copy["state"], "draft");
    assert_eq!(copy["amount_total"], order["amount_total"]);
    assert_eq!(copy["partner_id"], order["partner_id"]);
    let lines = |order: &Value| -> Vec<Value> {
        let lines = order["order_line"].as_array().unwrap().iter().cloned();
        lines
            .map(|mut line| {
                line["id"].take();
                line
            })
            .collect()
    };
    assert_eq!(lines(&copy), lines(&order));
    assert!(!lines(&copy).is_empty());
}

#[test]
fn methods_of_a_model() {
    let server = Server::demo();
    let call = |path: &str, arguments: Value| server.send("POST", path, &arguments).ok();
    let found = call(
        "sale.order/search",
        json!({"domain": [["partner_id", "ilike", "gem"]], "order": "id", "limit": 2}),
    );
    assert_eq!(
        found,
        json!(server.ids(
            "sale.order",
            &[("partner_id__ilike", "gem"), ("order", "id"), ("limit", "2")]
        ))
    );
    let count = call("sale.order/search_count", json!({"domain": [["partner_id", "=", 11]]}));
    assert_eq!(count, server.ids("sale.order", &[("partner_id", "11")]).len());
    let read = call(
        "res.partner/search_read",
        json!({"domain": [["id", "=", 11]], "fields": ["name", "country_id"]}),
    );
    assert_eq!(
        read,
        json!([{"id": 11, "name": "Gemini Furniture", "country_id": [233, "United States"]}])
    );
    let read = call(
        "res.partner/read",
        json!({"ids": [11, 999_999, 11], "fields": ["name"]}),
    );
    assert_eq!(read.as_array().unwrap().len(), 2);
    let names = call(
        "res.partner/name_search",
        json!({"name": "gemini furniture", "limit": 1}),
    );
    assert_eq!(names, json!([[11, "Gemini Furniture"]]));
    let fields = call(
        "sale.order/fields_get",
        json!({"fields": ["state"], "attributes": ["type", "selection"]}),
    );
    assert_eq!(fields["state"]["type"], "selection");
    assert_eq!(fields["state"]["selection"][0], json!(["draft", "Quotation"]));
    let defaults = call(
        "sale.order/default_get",
        json!({"fields": ["state", "user_id", "name", "company_id"]}),
    );
    assert_eq!(defaults["state"], "draft");
    assert_eq!(defaults["company_id"][0], 1, "the caller's");
    assert!(defaults.get("user_id").is_none(), "it follows from the customer");
    assert!(defaults.get("name").is_none(), "numbers are taken by creates");
    let made = call("product.category/create", json!({"vals": {"name": "Things"}}));
    assert_eq!(
        call("product.category/exists", json!({"ids": [made, 999_999]})),
        json!([made])
    );
    assert_eq!(
        call(
            "product.category/write",
            json!({"ids": [made], "vals": {"name": "Other"}})
        ),
        true
    );
    assert_eq!(call("product.category/unlink", json!({"ids": [made]})), true);
    assert_eq!(
        server
            .send("POST", "product.category/name_create", &json!({"name": "N"}))
            .ok()[1],
        "N"
    );
}

#[test]
fn what_cannot_be_called_is_404_and_its_mistakes_422() {
    let server = Server::demo();
    let before = dump(&server.database);
    for (path, hint) in [
        ("sale.order/40/__init__", "__init__"),
        ("sale.order/40/_compute_amounts", "no method"),
        ("sale.order/40/amount_total", "no method"),
        ("sale.order/40/search", "sale.order/search"),
        ("sale.order/copy", "{id}/copy"),
        ("sale.order/serach", "`search`"),
        ("sale.order/40/action_archive", "no method"),
        ("auth_token/search", "auth_token"),
    ] {
        let problem = server.send("POST", path, &json!({})).problem(404, "not_found");
        assert!(problem["detail"].as_str().unwrap().contains(hint), "{path}: {problem}");
    }
    for (path, arguments, pointers) in [
        (
            "sale.order/search",
            json!({"doman": [], "limit": -1}),
            vec!["/doman", "/limit"],
        ),
        (
            "sale.order/search",
            json!({"domain": [["nme", "=", 1]], "order": "nme"}),
            vec!["/domain", "/order"],
        ),
        ("sale.order/search_count", json!({"limit": 1}), vec!["/limit"]),
        ("sale.order/read", json!({}), vec!["/ids"]),
        ("sale.order/unlink", json!({"ids": [40, 999_999]}), vec!["/ids/1"]),
        (
            "sale.order/write",
            json!({"ids": [40], "vals": {"nme": 1}}),
            vec!["/vals/nme"],
        ),
        (
            "sale.order/40/copy",
            json!({"default": {"state": "sale"}}),
            vec!["/default/state"],
        ),
        (
            "sale.order/create",
            json!({"vals": {"partner": 1, "partner_id": 11}}),
            vec!["/vals/partner"],
        ),
    ] {
        let problem = server.send("POST", path, &arguments).problem(422, "invalid");
        let given: Vec<&str> = problem["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|error| error["pointer"].as_str().unwrap())
            .collect();
        assert_eq!(given, pointers, "{path}: {problem}");
    }
    let list = server.get("res.partner", &[("active_test", "maybe")]);
    assert_eq!(list.problem(400, "invalid")["errors"][0]["parameter"], "active_test");
    assert_eq!(dump(&server.database), before);
}

#[test]
fn taxes_and_prices_are_worked_out() {
    let server = Server::demo();
    let call = |path: &str, arguments: Value| server.send("POST", path, &arguments).ok();
    let taxed = call("account.tax/1/compute_all", json!({"price_unit": 100, "quantity": 2}));
    assert_eq!(
        taxed,
        json!({
            "total_excluded": 200.0, "total_included": 230.0,
            "taxes": [{"id": 1, "tax_group_id": taxed["taxes"][0]["tax_group_id"], "base": 200.0, "amount": 30.0}],
        })
    );
    assert_eq!(call("product.product/23/price", json!({})), json!([100.0]));
    let dozen = call("product.product/23/price", json!({"uom": [2]}));
    assert_eq!(dozen, json!([1200.0]), "a dozen chairs");
    let yen = call(
        "product.product/27/price",
        json!({"pricelist": [4], "quantity": 3, "date": "2024-01-25T12:00:00"}),
    );
    assert!(yen[0].as_f64().unwrap() > 5_000.0, "{yen}");
    let refused = server.send("POST", "account.tax/1/compute_all", &json!({"price": 1}));
    assert_eq!(refused.status, 422, "{}", refused.text());
}
