//! Values that one database could store or compare and the other could not: both answer alike.

use serde_json::json;
use tests::{Body, Server};

#[test]
fn the_character_nul_is_refused_wherever_it_stands() {
    let server = Server::demo();
    let domain = |field: &str, operator: &str| json!([[field, operator, "a\0b"]]).to_string();
    let lists = [
        ("name__ilike", "\0".to_owned()),
        ("name__in", "a,\0".to_owned()),
        ("name", "a\0b".to_owned()),
        ("parent_id", "a\0b".to_owned()),
        ("parent_id__child_of", "\0".to_owned()),
        ("parent_id.name__startswith", "\0".to_owned()),
        ("category_id__not_ilike", "\0".to_owned()),
        ("type", "\0".to_owned()),
        ("domain", domain("display_name", "like")),
        ("domain", domain("parent_id", "!=")),
        ("domain", domain("child_ids", "child_of")),
        ("order", "name\0".to_owned()),
        ("fields", "name\0".to_owned()),
        ("limit", "\0".to_owned()),
        ("\0", "1".to_owned()),
    ];
    for (parameter, value) in &lists {
        let problem = server.get("res.partner", &[(parameter, value)]).problem(400, "invalid");
        assert_eq!(problem["errors"][0]["parameter"], *parameter, "{problem}");
    }
    for (method, body, pointer) in [
        ("name_search", json!({"name": "\0"}), "/name"),
        ("name_create", json!({"name": "\0"}), "/name"),
        ("search", json!({"domain": [["name", "=", "\0"]]}), "/domain"),
        ("search", json!({"order": "name\0"}), "/order"),
        ("create", json!({"vals": {"name": "\0"}}), "/vals/name"),
    ] {
        let problem = server
            .send("POST", &format!("res.partner/{method}"), &body)
            .problem(422, "invalid");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{method} {body}: {problem}");
    }
    let nested = json!({"name": "x", "child_ids": [[0, 0, {"name": "a", "city": "\0"}]]});
    let problem = server.send("POST", "res.partner", &nested).problem(422, "invalid");
    assert_eq!(problem["errors"][0]["pointer"], "/child_ids/0/2/city");
    for path in ["res.partner%00", "res.partner/1%00", "res.partner/1/read%00"] {
        let status = server.call("GET", path, Body::None).status;
        assert!((400..500).contains(&status), "{path}: {status}");
    }
    server.is_alive();
}

#[test]
fn a_login_with_the_character_nul_is_refused() {
    let server = Server::demo();
    let path = "/rest/api/login/token";
    for field in ["login", "password", "db"] {
        let mut given = json!({"login": "admin", "password": "admin@123", "db": "saleorder_api"});
        given[field] = json!("a\0b");
        let body = given.to_string();
        let problem = server
            .raw("POST", path, &[], Body::Json(body.as_bytes()))
            .problem(400, "invalid");
        assert_eq!(problem["errors"][0]["parameter"], field, "{problem}");
        let texts = given
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str().unwrap()));
        let query = tests::encode(&texts.collect::<Vec<_>>());
        let problem = server
            .raw("GET", &format!("{path}{query}"), &[], Body::None)
            .problem(400, "invalid");
        assert_eq!(problem["errors"][0]["parameter"], field, "{problem}");
    }
}

#[test]
fn amounts_beyond_their_digits_name_their_field() {
    let server = Server::demo();
    // The subtotal has more than 18 digits, four of them after the point, but would still fit into 64 bits.
    let line =
        json!([[0, 0, {"product_id": 27, "name": "a", "product_uom_qty": 10_000_000, "price_unit": 50_000_000}]]);
    let problem = server
        .send("POST", "sale.order", &json!({"partner_id": 11, "order_line": line}))
        .problem(422, "invalid");
    assert!(
        problem["detail"].as_str().unwrap().contains("out of its range"),
        "{problem}"
    );
    let small = server.send(
        "POST",
        "uom.uom",
        &json!({"name": "x", "category_id": 1, "uom_type": "smaller", "factor": 1e-310}),
    );
    assert!((400..500).contains(&small.status), "{}", small.text());
}

#[test]
fn numbers_of_any_size_are_compared_with() {
    let server = Server::demo();
    let largest = i64::MAX.to_string();
    for (parameter, found) in [
        ("sequence__gt", false),
        ("sequence__lt", true),
        ("id__gt", false),
        ("id__ne", true),
        ("company_id", false),
    ] {
        let ids = server.ids("sale.order.line", &[(parameter, &largest), ("limit", "1")]);
        assert_eq!(!ids.is_empty(), found, "{parameter}");
    }
    assert!(server.ids("sale.order", &[("offset", &largest)]).is_empty());
    server
        .call("GET", &format!("sale.order/{largest}"), Body::None)
        .problem(404, "not_found");
    server
        .get("sale.order", &[("id", "9223372036854775808")])
        .problem(400, "invalid");
}

#[test]
fn long_lists_of_texts_are_taken() {
    let server = Server::demo();
    let name = server.record("res.partner", 11, "name")["name"]
        .as_str()
        .unwrap()
        .to_owned();
    let term = |list: usize| {
        let names = (0..9_999).map(|number| format!("{list}x{number}"));
        json!(["name", "in", names.chain([name.clone()]).collect::<Vec<_>>()])
    };
    let domain: Vec<_> = (0..8).map(term).collect();
    let found = server
        .send("POST", "res.partner/search", &json!({"domain": domain}))
        .ok();
    assert_eq!(found, json!([11]));
}
