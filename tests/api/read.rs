//! Reads: which fields and records are answered, in which order, and with how many statements.

use serde_json::{Value, json};
use tests::{Server, rows};

fn sql_ids(server: &Server, sql: &str) -> Vec<i64> {
    rows(&server.database, sql)
        .iter()
        .map(|id| id.parse().unwrap())
        .collect()
}

#[test]
fn fields_nest_to_any_depth_and_keep_their_order() {
    let server = Server::demo();
    let fields = "order_line(price_unit,product_id(barcode,product_tmpl_id(categ_id(parent_id(name))))),name";
    let reply = server.get("sale.order/35", &[("fields", fields)]);
    let expected = concat!(
        r#"{"id":35,"order_line":[{"id":51,"price_unit":100.0,"product_id":{"id":23,"barcode":false,"#,
        r#""product_tmpl_id":{"id":16,"categ_id":{"id":8,"parent_id":{"id":2,"name":"Saleable"}}}}}],"#,
        r#""name":"Your Sale Order Name"}"#
    );
    assert_eq!(reply.text(), expected);
    let bare = server.record("sale.order", 35, "company_id,currency_id");
    let expected = json!({
        "id": 35,
        "company_id": {"id": 1, "display_name": "Larkspur Trading"},
        "currency_id": {"id": 2, "display_name": "USD"},
    });
    assert_eq!(bare, expected, "a relation that the schema does not have");
    let levels = |count: usize| format!("{}id{}", "parent_id(".repeat(count), ")".repeat(count));
    server.get("res.partner/11", &[("fields", &levels(3))]).ok();
    server
        .get("res.partner/11", &[("fields", &levels(500))])
        .problem(400, "invalid");
}

#[test]
fn trees_leave_empty_relations_out_and_plain_reads_leave_nothing_out() {
    let server = Server::demo();
    let tree = server.record(
        "sale.order",
        35,
        "payment_term_id,order_line(tax_id),client_order_ref,amount_tax",
    );
    let expected = json!({"id": 35, "order_line": [{"id": 51}], "client_order_ref": false, "amount_tax": 0.0});
    assert_eq!(tree, expected);
    let plain = server.record(
        "res.partner",
        42,
        "parent_id,child_ids,country_id,sale_order_ids,street2,color",
    );
    let expected = json!({
        "id": 42, "parent_id": false, "child_ids": [], "country_id": [20, "Belgium"], "sale_order_ids": [23],
        "street2": false, "color": 0,
    });
    assert_eq!(plain, expected);
    let keys: Vec<String> = server
        .get("res.country/233", &[])
        .ok()
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    assert_eq!(keys[..4], ["id", "name", "code", "currency_id"]);
    for implicit in ["display_name", "create_uid", "create_date", "write_uid", "write_date"] {
        assert!(keys.iter().any(|key| key == implicit), "{implicit}");
    }
}

#[test]
fn children_come_in_their_own_models_order() {
    let server = Server::demo();
    let body = json!({"partner_id": 12, "order_line": [
        [0, 0, {"product_id": 27, "name": "c", "sequence": 30}], [0, 0, {"product_id": 27, "name": "a", "sequence": 10}], [0, 0, {"product_id": 27, "name": "b", "sequence": 20}],
    ]});
    let order = server.send("POST", "sale.order", &body).ok();
    let names: Vec<&Value> = order["order_line"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| &line["name"])
        .collect();
    assert_eq!(names, ["a", "b", "c"]);
}

#[test]
fn delegated_fields_read_as_the_models_own() {
    let server = Server::demo();
    let product = server.record("product.product", 23, "name,list_price,categ_id,attribute_line_ids");
    let expected = json!({
        "id": 23, "name": "Conference Chair", "list_price": 100.0, "categ_id": [8, "All / Saleable / Office Furniture"],
        "attribute_line_ids": [3],
    });
    assert_eq!(product, expected);
    let user = server.record("res.users", 2, "name,login,display_name,city");
    assert_eq!(
        user,
        json!({
            "id": 2, "name": "Mitchell Admin", "login": "admin", "display_name": "Mitchell Admin", "city": "San Francisco",
        })
    );
    assert_eq!(server.ids("res.users", &[("name", "Mitchell Admin")]), [2]);
}

#[test]
fn order_sorts_and_ties_break_by_the_models_own() {
    let server = Server::demo();
    let own = "o.date_order DESC, o.id DESC";
    let cases = [
        ("", String::new()),
        ("id", "o.id, ".to_owned()),
        ("id asc", "o.id, ".to_owned()),
        ("id DESC", "o.id DESC, ".to_owned()),
        ("state", "o.state, ".to_owned()),
        ("state desc, id", "o.state DESC, o.id, ".to_owned()),
        ("name desc", "o.name DESC, ".to_owned()),
        ("amount_total", "o.amount_total, ".to_owned()),
        ("partner_id", "p.complete_name, p.id DESC, ".to_owned()),
        ("partner_id desc", "p.complete_name DESC, p.id, ".to_owned()),
        ("partner_id.name desc", "p.name DESC, ".to_owned()),
        ("partner_id.city, id desc", "p.city, o.id DESC, ".to_owned()),
    ];
    for (order, sql) in cases {
        let parameters: &[(&str, &str)] = if order.is_empty() { &[] } else { &[("order", order)] };
        let expected = format!(
            "SELECT CAST(o.id AS TEXT) FROM sale_order o JOIN res_partner p ON p.id = o.partner_id ORDER BY {sql}{own}"
        );
        assert_eq!(
            server.ids("sale.order", parameters),
            sql_ids(&server, &expected),
            "order={order}"
        );
    }
}

#[test]
fn offset_and_limit_cut_a_page_out() {
    let server = Server::demo();
    let all = server.ids("sale.order", &[]);
    assert_eq!(all.len(), 27);
    let page = |offset, limit| server.ids("sale.order", &[("offset", offset), ("limit", limit)]);
    assert_eq!(page("0", "2"), all[..2]);
    assert_eq!(page("3", "5"), all[3..8]);
    assert_eq!(page("25", "10"), all[25..]);
    assert!(page("27", "10").is_empty());
    assert!(page("0", "0").is_empty());
    assert_eq!(server.ids("sale.order", &[("offset", "20")]), all[20..]);
}

#[test]
fn more_rows_than_the_maximum_are_refused_not_cut() {
    let server = Server::demo_with(|config| config.limits.max_limit = 10);
    let get = |path: &str| server.call("GET", path, tests::Body::None);
    let refused = get("sale.order").problem(400, "invalid");
    assert!(refused["detail"].as_str().unwrap().contains("limit"), "{refused}");
    assert_eq!(get("sale.order?limit=10").ok().as_array().unwrap().len(), 10);
    assert_eq!(get("sale.order?id__le=10").ok().as_array().unwrap().len(), 10);
    get("sale.order?limit=11").problem(400, "invalid");
}

#[test]
fn the_statements_of_a_list_do_not_follow_its_length() {
    let server = Server::demo();
    let line = |product: i64| json!([0, 0, {"name": "x", "product_id": product, "tax_id": [[6, 0, [1]]]}]);
    let order = json!({"partner_id": 11, "payment_term_id": 1, "order_line": [line(23), line(27)]});
    let orders = server.send("POST", "sale.order", &Value::Array(vec![order; 800])).ok();
    assert_eq!(orders.as_array().unwrap().len(), 800);
    let list = |limit| server.get("sale.order", &[("order", "id desc"), ("limit", limit)]);
    let (two, some, many) = (list("2"), list("20"), list("800"));
    assert_eq!(two.ok().as_array().unwrap().len(), 2);
    assert_eq!(many.ok().as_array().unwrap().len(), 800);
    assert_eq!(some.statements(), many.statements());
    // On PostgreSQL, a list of at most 16 records joins its to-one targets in one statement.
    assert!(two.statements() <= many.statements(), "{}", two.statements());
    // One statement for the orders, and one for each relation: partner, user, payment term, lines, products,
    // categories, attribute lines, taxes.
    assert!(
        (1..=1 + 8).contains(&many.statements()),
        "{} statements",
        many.statements()
    );
    assert_eq!(
        server
            .get("sale.order", &[("fields", "name"), ("limit", "800")])
            .statements(),
        1
    );
    assert_eq!(server.get("sale.order", &[("limit", "0")]).statements(), 1);
}

#[test]
fn the_display_name_of_a_line_is_the_first_row_of_its_description() {
    let server = Server::demo();
    let line = json!([0, 0, {"product_id": 27, "name": "Drawer\nBlack, lockable"}]);
    let body = json!({"partner_id": 11, "name": "Mine", "order_line": [line]});
    let order = server.send("POST", "sale.order", &body).ok();
    let id = order["order_line"][0]["id"].as_i64().unwrap();
    assert_eq!(
        server.record("sale.order.line", id, "name,display_name"),
        json!({"id": id, "name": "Drawer\nBlack, lockable", "display_name": "Mine - Drawer"})
    );
}
