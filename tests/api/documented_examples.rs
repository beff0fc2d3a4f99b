//! Every example from the documentation of the add-on `odooapi_restful`, with only host, ids and token replaced.

use serde_json::{Value, json};
use tests::{Body, Server, encode, rows};

const LOGIN: &str = "/rest/api/login/token";
const CREDENTIALS: [(&str, &str); 3] = [("login", "admin"), ("password", "admin@123"), ("db", "saleorder_api")];

const ORDER_40: &str = concat!(
    r#"{"id":40,"name":"Your Sale Order Name","date_order":"2024-01-26T13:37:58","#,
    r#""create_date":"2024-01-26T13:37:58.701565","amount_tax":0.0,"amount_total":200.0,"state":"draft","#,
    r#""partner_id":{"id":11,"name":"Gemini Furniture","city":"Fairfield"},"#,
    r#""user_id":{"id":2,"name":"Mitchell Admin"},"order_line":[{"id":56,"product_id":{"id":23,"#,
    r#""name":"Conference Chair","type":"product","barcode":false,"categ_id":{"id":8,"name":"Office Furniture"},"#,
    r#""attribute_line_ids":[{"id":3,"display_name":"Legs"}]},"name":"Product 1","product_uom_qty":2.0,"#,
    r#""price_unit":100.0,"price_subtotal":200.0}]}"#
);

/// The parameters of the documentation's search, with or without its `fields`.
fn search(fields: bool) -> Vec<(&'static str, &'static str)> {
    let all = [
        ("fields", "name,id,partner_id,order_line"),
        ("offset", "0"),
        ("limit", "2"),
        ("order", "name desc"),
        ("create_date_start", "2023-12-31"),
        ("create_date_end", "2024-12-01"),
        ("date_order_start", "2023-12-31"),
        ("date_order_end", "2024-12-31"),
    ];
    all.into_iter()
        .filter(|(name, _)| fields || *name != "fields")
        .collect()
}

fn order_35() -> String {
    let changes = [
        ("\"id\":40", "\"id\":35"),
        ("\"id\":56", "\"id\":51"),
        ("2024-01-26T13:37:58.701565", "2024-01-26T12:15:49.176117"),
        ("2024-01-26T13:37:58", "2024-01-26T12:15:49"),
    ];
    changes
        .iter()
        .fold(ORDER_40.to_owned(), |text, (from, to)| text.replace(from, to))
}

fn assert_login(reply: &Value) {
    let keys: Vec<&String> = reply.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["uid", "access_token"]);
    assert_eq!(reply["uid"], 2);
    let digits = reply["access_token"]
        .as_str()
        .unwrap()
        .strip_prefix("access_token_")
        .unwrap();
    assert_eq!(digits.len(), 40, "{digits}");
    assert!(
        digits.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')),
        "{digits}"
    );
}

#[test]
fn login_by_get_json_and_form_gives_a_new_token_each_time() {
    let server = Server::demo();
    let by_get = server
        .raw("GET", &format!("{LOGIN}{}", encode(&CREDENTIALS)), &[], Body::None)
        .ok();
    let object: serde_json::Map<String, Value> = CREDENTIALS
        .iter()
        .map(|(name, value)| ((*name).to_owned(), json!(value)))
        .collect();
    let by_json = server
        .raw(
            "POST",
            LOGIN,
            &[],
            Body::Json(Value::Object(object).to_string().as_bytes()),
        )
        .ok();
    let form = encode(&CREDENTIALS);
    let form = Body::Typed(
        "application/x-www-form-urlencoded",
        form.trim_start_matches('?').as_bytes(),
    );
    let by_form = server.raw("POST", LOGIN, &[], form).ok();
    for reply in [&by_get, &by_json, &by_form] {
        assert_login(reply);
        let token = reply["access_token"].as_str().unwrap();
        assert_eq!(read_with(&server, &[("access-token", token)]), 200);
        let kept = rows(
            &server.database,
            &format!("SELECT hash FROM auth_token WHERE hash LIKE '%{}%'", &token[13..]),
        );
        assert!(kept.is_empty(), "tokens are kept hashed");
    }
    assert!(by_get != by_json && by_json != by_form && by_get != by_form);
}

fn read_with(server: &Server, headers: &[(&str, &str)]) -> u16 {
    server
        .raw("GET", "/restful/api/v1/sale.order?limit=1", headers, Body::None)
        .status
}

#[test]
fn a_failed_login_never_says_what_was_wrong() {
    let server = Server::demo();
    let refusal = |name: &str, value: &str| {
        let changed = CREDENTIALS.map(|(known, right)| (known, if known == name { value } else { right }));
        let reply = server.raw("GET", &format!("{LOGIN}{}", encode(&changed)), &[], Body::None);
        reply.problem(401, "unauthenticated")
    };
    let wrong = refusal("password", "admin");
    assert_eq!(refusal("login", "nobody"), wrong);
    assert_eq!(refusal("login", "__system__"), wrong);
    assert_eq!(refusal("db", "other"), wrong);
    let missing = server
        .raw("GET", &format!("{LOGIN}?login=admin"), &[], Body::None)
        .problem(400, "invalid");
    assert_eq!(missing["errors"][0]["parameter"], "password");
}

#[test]
fn the_token_is_taken_from_every_documented_header() {
    let server = Server::demo();
    let bearer = format!("Bearer {}", server.token);
    for header in ["access-token", "access_token", "Access-Token"] {
        assert_eq!(read_with(&server, &[(header, &server.token)]), 200, "{header}");
    }
    assert_eq!(read_with(&server, &[("authorization", &bearer)]), 200);
    assert_eq!(read_with(&server, &[]), 401);
    assert_eq!(read_with(&server, &[("access-token", "access_token_0")]), 401);
}

#[test]
fn logout_by_header_and_by_query_ends_the_token() {
    let server = Server::demo();
    for (path, in_query) in [
        ("/rest/api/logout/token", true),
        ("/rest/api/logout/token", false),
        ("/rest/api/logout", false),
    ] {
        let login = server
            .raw("GET", &format!("{LOGIN}{}", encode(&CREDENTIALS)), &[], Body::None)
            .ok();
        let token = login["access_token"].as_str().unwrap();
        let reply = match in_query {
            true => server.raw("DELETE", &format!("{path}?access_token={token}"), &[], Body::None),
            false => server.raw("DELETE", path, &[("access_token", token)], Body::None),
        };
        assert!(reply.ok().is_string());
        assert_eq!(read_with(&server, &[("access-token", token)]), 401);
        assert_eq!(
            read_with(&server, &[("access-token", &server.token)]),
            200,
            "others stay"
        );
    }
}

#[test]
fn the_search_with_fields_answers_the_four_keys_in_their_order() {
    let server = Server::demo();
    let text = server.get("sale.order", &search(true)).text();
    let part = |order: &str, id: i64| {
        let (_, relations) = order.split_once("\"partner_id\":").unwrap();
        let (partner, rest) = relations.split_once(",\"user_id\":").unwrap();
        let (_, lines) = rest.split_once("\"order_line\":").unwrap();
        format!(r#"{{"name":"Your Sale Order Name","id":{id},"partner_id":{partner},"order_line":{lines}"#)
    };
    assert_eq!(text, format!("[{},{}]", part(ORDER_40, 40), part(&order_35(), 35)));
}

#[test]
fn the_search_without_fields_answers_the_whole_sample() {
    let server = Server::demo();
    let text = server.get("sale.order", &search(false)).text();
    assert_eq!(text, format!("[{ORDER_40},{}]", order_35()));
    assert_eq!(server.get("sale.order/40", &[]).text(), ORDER_40);
}

#[test]
fn the_nested_create_answers_the_sample() {
    let server = Server::demo();
    let line = |name: &str, product: i64| json!([0, 0, {"name": name, "product_id": product, "product_uom_qty": 2, "price_unit": 100}]);
    let body = json!({
        "name": "Your Sale Order Name", "partner_id": 11, "order_line": [line("Product 1", 23), line("Product 2", 27)],
    });
    let headers = [("charset", "utf-8"), ("access-token", server.token.as_str())];
    let reply = server.raw(
        "POST",
        "/restful/api/v1/sale.order",
        &headers,
        Body::Json(body.to_string().as_bytes()),
    );
    let order = reply.ok();
    let id = order["id"].as_i64().unwrap();
    assert!(id > 43);
    let (date_order, create_date) = (
        order["date_order"].as_str().unwrap(),
        order["create_date"].as_str().unwrap(),
    );
    assert_eq!(date_order.len(), 19, "whole seconds: {date_order}");
    assert!(create_date.starts_with(date_order), "{create_date}");
    let lines: Vec<i64> = order["order_line"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["id"].as_i64().unwrap())
        .collect();
    let second = format!(
        "}},{{\"id\":{},\"product_id\":{{\"id\":27,\"name\":\"Drawer Black\",\"type\":\"product\",\"barcode\":false,\
         \"categ_id\":{{\"id\":8,\"name\":\"Office Furniture\"}}}},\"name\":\"Product 2\",\"product_uom_qty\":2.0,\
         \"price_unit\":100.0,\"price_subtotal\":200.0}}]}}",
        lines[1]
    );
    let expected = ORDER_40
        .replace("\"id\":40", &format!("\"id\":{id}"))
        .replace("\"id\":56", &format!("\"id\":{}", lines[0]))
        .replace("2024-01-26T13:37:58.701565", create_date)
        .replace("2024-01-26T13:37:58", date_order)
        .replace("\"amount_total\":200.0", "\"amount_total\":400.0");
    let expected = format!("{}{second}", expected.strip_suffix("}]}").unwrap());
    assert_eq!(reply.text(), expected);
    assert_eq!(server.get(&format!("sale.order/{id}"), &[]).text(), reply.text());
}

#[test]
fn put_of_a_partner_answers_name_and_id() {
    let server = Server::demo();
    let reply = server.send("PUT", "res.partner/12", &json!({"name": "Nikil M"}));
    assert_eq!(
        (reply.status, reply.text().as_str()),
        (200, r#"{"name":"Nikil M","id":12}"#)
    );
    let reply = server.send("PATCH", "res.partner/12", &json!({"city": "Kochi"}));
    assert_eq!(reply.text(), r#"{"name":"Nikil M","id":12}"#);
    let expected = json!({"id": 12, "name": "Nikil M", "city": "Kochi", "street": "3 Dock Street"});
    assert_eq!(server.record("res.partner", 12, "name,city,street"), expected);
}

#[test]
fn delete_answers_the_sentence() {
    let server = Server::demo();
    let reply = server.call("DELETE", "sale.order/43", Body::None);
    assert_eq!(
        (reply.status, reply.text().as_str()),
        (200, "\"record 43 has been successfully deleted\"")
    );
    server.get("sale.order/43", &[]).problem(404, "not_found");
    assert!(rows(&server.database, "SELECT name FROM sale_order_line WHERE order_id = 43").is_empty());
    server
        .call("DELETE", "sale.order/43", Body::None)
        .problem(404, "not_found");
}

/// The documentation's example calls `read` with the meaningless arguments `arg1` and `arg2`. They are accepted.
#[test]
fn the_method_read_takes_the_pages_placeholders() {
    let server = Server::demo();
    for (id, name) in [(42, "Café Lumière"), (11, "Gemini Furniture")] {
        let list = server
            .send(
                "PATCH",
                &format!("res.partner/{id}/read"),
                &json!({"arg1": "val", "arg2": "25"}),
            )
            .ok();
        assert_eq!(list.as_array().unwrap().len(), 1);
        let partner = &list[0];
        assert_eq!(partner["id"], id);
        assert_eq!(partner["name"], name);
        assert_eq!(partner["parent_id"], false);
        assert_eq!(partner["user_ids"], json!([]));
    }
    let gemini = &server.send("POST", "res.partner/11/read", &json!({})).ok()[0];
    for (field, value) in [
        ("email_normalized", json!("gemini.furniture39@example.com")),
        ("website", json!("http://www.gemini-furniture.com/")),
        ("lang", json!("en_US")),
        ("active", json!(true)),
        ("type", json!("contact")),
        ("street", json!("317 Fairchild Dr")),
        ("street2", json!(false)),
        ("zip", json!("94535")),
        ("state_id", json!([13, "California (US)"])),
        ("country_id", json!([233, "United States"])),
        ("commercial_partner_id", json!([11, "Gemini Furniture"])),
        ("color", json!(0)),
    ] {
        assert_eq!(gemini[field], value, "{field}");
    }
    let named = server.send(
        "PATCH",
        "res.partner/11/read",
        &json!({"fields": ["city", "country_id"]}),
    );
    assert_eq!(
        named.text(),
        r#"[{"id":11,"city":"Fairfield","country_id":[233,"United States"]}]"#
    );
}
