//! Writes that succeed: creates, updates, commands, amounts.

use serde_json::{Value, json};
use tests::{Body, Server};

fn order(server: &Server, lines: Value) -> Value {
    server
        .send("POST", "sale.order", &json!({"partner_id": 11, "order_line": lines}))
        .ok()
}

fn line_ids(order: &Value) -> Vec<i64> {
    let lines = order["order_line"].as_array().map(Vec::as_slice).unwrap_or_default();
    lines.iter().map(|line| line["id"].as_i64().unwrap()).collect()
}

fn amounts(server: &Server, id: &Value) -> [String; 3] {
    let order = server.record(
        "sale.order",
        id.as_i64().unwrap(),
        "amount_untaxed,amount_tax,amount_total",
    );
    ["amount_untaxed", "amount_tax", "amount_total"].map(|name| order[name].to_string())
}

#[test]
fn a_list_creates_all_in_its_order_and_the_sequence_goes_on() {
    let server = Server::demo();
    let first = server.send("POST", "sale.order", &json!({"partner_id": 12})).ok();
    assert_eq!(first["name"], "S00044");
    let list = server
        .send(
            "POST",
            "sale.order",
            &json!([{"partner_id": 11}, {"partner_id": 12, "name": "Mine"}, {"partner_id": 6}]),
        )
        .ok();
    let names: Vec<&Value> = list.as_array().unwrap().iter().map(|order| &order["name"]).collect();
    assert_eq!(names, ["S00045", "Mine", "S00046"]);
    let partners: Vec<&Value> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|order| &order["partner_id"]["id"])
        .collect();
    assert_eq!(partners, [11, 12, 6]);
    assert_eq!(list[0]["state"], "draft");
    assert_eq!(list[0]["user_id"]["id"], 2, "the caller");
    assert_eq!(server.send("POST", "sale.order", &json!([])).text(), "[]");
}

#[test]
fn an_update_changes_what_it_names() {
    let server = Server::demo();
    let before = server.get("res.partner/11", &[]).ok();
    server
        .send(
            "PUT",
            "res.partner/11",
            &json!({"city": "Vacaville", "street2": "Suite 5", "website": false}),
        )
        .ok();
    let after = server.get("res.partner/11", &[]).ok();
    for (name, value) in before.as_object().unwrap() {
        let expected = match name.as_str() {
            "city" => json!("Vacaville"),
            "street2" => json!("Suite 5"),
            "website" => json!(false),
            "write_uid" => json!([2, "Larkspur Trading, Mitchell Admin"]),
            "write_date" => continue,
            // Computed from the others.
            "contact_address" => {
                json!("Gemini Furniture\n317 Fairchild Dr\nSuite 5\nVacaville CA 94535\nUnited States")
            }
            "contact_address_complete" => json!("317 Fairchild Dr, 94535 Vacaville, California, United States"),
            _ => value.clone(),
        };
        if name == "write_uid" {
            assert_eq!(after[name][0], 2);
        } else {
            assert_eq!(after[name], expected, "{name}");
        }
    }
    assert_ne!(after["write_date"], before["write_date"]);
    assert_eq!(
        server.send("PATCH", "res.partner/11", &json!({})).ok(),
        json!({"name": "Gemini Furniture", "id": 11})
    );
}

#[test]
fn commands_on_a_one2many_apply_in_order() {
    let server = Server::demo();
    let new = |name: &str| json!([0, 0, {"product_id": 27, "name": name, "price_unit": 10}]);
    let created = order(&server, json!([new("a"), new("b"), new("c")]));
    let ids = line_ids(&created);
    let path = format!("sale.order/{}", created["id"]);
    let commands = json!([new("d"), [1, ids[0], {"name": "A", "product_uom_qty": 3}], [2, ids[1]], [3, ids[2], 0]]);
    let changed = server.send("PUT", &path, &json!({"order_line": commands})).ok();
    let left = line_ids(&changed);
    assert_eq!(left.len(), 2, "{changed}");
    assert_eq!(left[0], ids[0]);
    assert_eq!(changed["order_line"][0]["name"], "A");
    assert_eq!(changed["order_line"][1]["name"], "d");
    assert_eq!(changed["amount_total"].to_string(), "40.0");
    for gone in &ids[1..] {
        server
            .get(&format!("sale.order.line/{gone}"), &[])
            .problem(404, "not_found");
    }
    let set = server
        .send("PUT", &path, &json!({"order_line": [[6, 0, [left[1]]]]}))
        .ok();
    assert_eq!(line_ids(&set), [left[1]]);
    let kept = server
        .send("PUT", &path, &json!({"order_line": [[4, left[1], 0]]}))
        .ok();
    assert_eq!(line_ids(&kept), [left[1]]);
    let renewed = server
        .send("PUT", &path, &json!({"order_line": [[5, 0, 0], new("e")]}))
        .ok();
    assert_eq!(renewed["order_line"][0]["name"], "e");
    assert_eq!(line_ids(&renewed).len(), 1);
    let cleared = server.send("PUT", &path, &json!({"order_line": [[5]]})).ok();
    assert_eq!(cleared.get("order_line"), None);
    assert_eq!(cleared["amount_total"].to_string(), "0.0");
}

/// If the inverse field is optional, command 3 unlinks a child without deleting it, and command 4 links it again.
#[test]
fn a_child_without_need_of_its_parent_is_released_and_adopted() {
    let server = Server::demo();
    let parent = server
        .send(
            "POST",
            "res.partner",
            &json!({"name": "P", "child_ids": [[0, 0, {"name": "C"}]]}),
        )
        .ok();
    let path = format!("res.partner/{}", parent["id"]);
    let children = || server.get(&path, &[("fields", "child_ids")]).ok()["child_ids"].clone();
    let child = children()[0].clone();
    server.send("PUT", &path, &json!({"child_ids": [[3, child]]})).ok();
    assert_eq!(children(), json!([]));
    assert_eq!(
        server
            .get(&format!("res.partner/{child}"), &[("fields", "parent_id")])
            .ok()["parent_id"],
        false
    );
    server.send("PUT", &path, &json!({"child_ids": [[4, child]]})).ok();
    assert_eq!(children(), json!([child]));
}

#[test]
fn commands_on_a_many2many_apply_in_order() {
    let server = Server::demo();
    let created = order(
        &server,
        json!([[0, 0, {"product_id": 27, "name": "a", "price_unit": 100, "tax_id": [[6, 0, [1, 3]]]}]]),
    );
    let line = format!("sale.order.line/{}", line_ids(&created)[0]);
    assert_eq!(created["amount_tax"].to_string(), "20.0");
    let taxes = |commands: Value| {
        server.send("PUT", &line, &json!({"tax_id": commands})).ok();
        server.get(&line, &[("fields", "tax_id,price_tax")]).ok()
    };
    let read = |ids: &[i64], tax: &str, answer: Value| {
        assert_eq!(answer["tax_id"], json!(ids), "{answer}");
        assert_eq!(answer["price_tax"].to_string(), tax);
    };
    read(&[1], "15.0", taxes(json!([[3, 3]])));
    read(&[1, 3], "20.0", taxes(json!([[4, 3, 0]])));
    read(&[1, 3], "20.0", taxes(json!([[4, 3]])));
    read(&[], "0.0", taxes(json!([[5]])));
    read(&[1, 5], "15.0", taxes(json!([1, 5])));
    read(&[3], "5.0", taxes(json!([[6, 0, [1]], [5, 0, 0], [4, 3]])));
    let made = taxes(json!([[0, 0, {"name": "New 10%", "amount": 10, "country_id": 233}]]));
    assert_eq!(made["price_tax"].to_string(), "15.0");
    let new = made["tax_id"]
        .as_array()
        .unwrap()
        .iter()
        .find(|id| **id != 3)
        .unwrap()
        .clone();
    read(
        &[new.as_i64().unwrap()],
        "30.0",
        taxes(json!([[3, 3], [1, new, {"amount": 30}]])),
    );
    read(&[], "0.0", taxes(json!([[2, new]])));
    server.get(&format!("account.tax/{new}"), &[]).problem(404, "not_found");
}

#[test]
fn amounts_follow_lines_and_currency() {
    let server = Server::demo();
    let created = order(
        &server,
        json!([
            [0, 0, {"product_id": 27, "name": "a", "product_uom_qty": 3, "price_unit": 33.33, "tax_id": [[4, 1]]}],
            [0, 0, {"product_id": 27, "name": "b", "product_uom_qty": 1, "price_unit": "10.00", "discount": 5}],
        ]),
    );
    let (id, lines) = (created["id"].clone(), line_ids(&created));
    assert_eq!(amounts(&server, &id), ["109.49", "15.0", "124.49"]);
    server
        .send(
            "PUT",
            &format!("sale.order.line/{}", lines[1]),
            &json!({"price_unit": 20}),
        )
        .ok();
    assert_eq!(amounts(&server, &id), ["118.99", "15.0", "133.99"]);
    server
        .call("DELETE", &format!("sale.order.line/{}", lines[0]), Body::None)
        .ok();
    assert_eq!(amounts(&server, &id), ["19.0", "0.0", "19.0"]);
    server
        .send(
            "POST",
            "sale.order.line",
            &json!({"order_id": id, "product_id": 27, "name": "c", "price_unit": 1.005}),
        )
        .ok();
    assert_eq!(
        amounts(&server, &id),
        ["20.01", "0.0", "20.01"],
        "half up at the field's digits"
    );
    server
        .send("PUT", &format!("sale.order/{id}"), &json!({"pricelist_id": 4}))
        .ok();
    assert_eq!(amounts(&server, &id), ["20.0", "0.0", "20.0"], "yen have no digits");
}

#[test]
fn delegated_fields_write_through() {
    let server = Server::demo();
    server
        .send(
            "PUT",
            "product.product/23",
            &json!({"name": "Meeting Chair", "list_price": 120, "barcode": "x1"}),
        )
        .ok();
    let sibling = server.record("product.product", 24, "name,list_price,barcode");
    assert_eq!(
        sibling,
        json!({"id": 24, "name": "Meeting Chair", "list_price": 120.0, "barcode": false})
    );
    assert_eq!(server.record("product.template", 16, "name")["name"], "Meeting Chair");
    let body =
        json!({"name": "Stool", "list_price": 9.5, "categ_id": 8, "uom_id": 1, "uom_po_id": 1, "default_code": "ST"});
    let product = server.send("POST", "product.product", &body).ok();
    assert_eq!(
        (&product["name"], &product["default_code"]),
        (&json!("Stool"), &json!("ST"))
    );
    let template = product["product_tmpl_id"][0].as_i64().unwrap();
    let template = server.record("product.template", template, "name,default_code,product_variant_ids");
    assert_eq!(template["default_code"], "ST");
    assert_eq!(template["product_variant_ids"], json!([product["id"]]));
    let user = server
        .send(
            "POST",
            "res.users",
            &json!({"login": "ann", "name": "Ann", "city": "Ghent"}),
        )
        .ok();
    let partner = user["partner_id"][0].as_i64().unwrap();
    assert_eq!(
        server.record("res.partner", partner, "name,city"),
        json!({"id": partner, "name": "Ann", "city": "Ghent"})
    );
    server
        .send("PUT", &format!("res.users/{}", user["id"]), &json!({"name": "Anna"}))
        .ok();
    assert_eq!(server.record("res.partner", partner, "name")["name"], "Anna");
}

#[test]
fn computed_names_follow_through_the_tree() {
    let server = Server::demo();
    server.send("PUT", "product.category/2", &json!({"name": "Sold"})).ok();
    assert_eq!(
        server.record("product.category", 5, "complete_name")["complete_name"],
        "All / Sold / Office Furniture / Seating"
    );
}

#[test]
fn the_methods_write_and_unlink_answer_true() {
    let server = Server::demo();
    assert_eq!(
        server
            .send("PATCH", "res.partner/12/write", &json!({"vals": {"city": "Kochi"}}))
            .text(),
        "true"
    );
    assert_eq!(server.record("res.partner", 12, "city")["city"], "Kochi");
    assert_eq!(server.call("POST", "sale.order/43/unlink", Body::None).text(), "true");
    server.get("sale.order/43", &[]).problem(404, "not_found");
}

#[test]
fn decimals_and_times_keep_every_digit() {
    let server = Server::demo();
    for (given, read) in [
        ("0.1", "0.1"),
        ("99999999999999.99", "99999999999999.99"),
        ("-3", "-3.0"),
        ("1e2", "100.0"),
        ("0.005", "0.01"),
    ] {
        let body = format!(
            "{{\"order_id\": 40, \"product_id\": 27, \"name\": \"x\", \"product_uom_qty\": 0, \"price_unit\": {given}}}"
        );
        let line = server.call("POST", "sale.order.line", Body::Json(body.as_bytes())).ok();
        assert_eq!(line["price_unit"].to_string(), read, "{given}");
    }
    for (given, read) in [
        ("2024-02-29 23:59:59", "2024-02-29T23:59:59"),
        ("2024-02-29T23:59:59.5Z", "2024-02-29T23:59:59.500000"),
        ("2024-03-01T01:00:00+02:00", "2024-02-29T23:00:00"),
    ] {
        server.send("PUT", "sale.order/40", &json!({"date_order": given})).ok();
        assert_eq!(server.record("sale.order", 40, "date_order")["date_order"], read);
    }
}
