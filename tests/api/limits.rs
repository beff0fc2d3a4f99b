//! Limits that protect the server from its callers: depth, size, malformed numbers and dates, circles in a hierarchy.

use serde_json::{Value, json};
use tests::{Body, Reply, Server};

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

/// PostgreSQL orders the accents of a letter by a sort that takes hours for so many.
#[test]
fn letters_with_many_accents_are_searched() {
    let server = Server::demo();
    let comment = format!("<p>A{}Z</p>", "\u{316}\u{301}".repeat(250_000));
    let id = server
        .send("POST", "res.partner", &json!({"name": "Marks", "comment": comment}))
        .ok()["id"]
        .as_i64();
    let found = server.ids("res.partner", &[("comment__ilike", "\u{301}z")]);
    assert_eq!(Some(found.as_slice()), id.as_ref().map(std::slice::from_ref));
}

#[test]
fn texts_to_look_for_have_a_length() {
    let server = Server::demo();
    let (longest, longer) = ("x".repeat(1_000), "%".repeat(1_001));
    for name in [
        "name__ilike",
        "name__like",
        "name__startswith",
        "category_id__ilike",
        "parent_id",
    ] {
        assert_eq!(server.ids("res.partner", &[(name, &longest)]), [0; 0], "{name}");
        let problem = server.get("res.partner", &[(name, &longer)]).problem(400, "invalid");
        assert_eq!(problem["errors"][0]["parameter"], name);
        assert!(
            problem["detail"].as_str().unwrap().contains("1000 characters"),
            "{problem}"
        );
    }
    let names = json!({"name": longer});
    server
        .send("POST", "res.partner/name_search", &names)
        .problem(422, "invalid");
    let domain = json!({"domain": [["id", "child_of", longer]]});
    server
        .send("POST", "product.category/search_count", &domain)
        .problem(422, "invalid");
    // The limit is for patterns. A text that is compared as a whole may be longer.
    assert_eq!(server.ids("res.partner", &[("name", &longer)]), [0; 0]);
}

#[test]
fn conditions_follow_a_number_of_relations() {
    let server = Server::demo();
    for (path, most) in [
        ("name", 200),
        ("partner_id.name", 200),
        ("partner_id.country_id.name", 100),
        ("order_line.product_id.categ_id.name", 50),
    ] {
        let conditions = |count: usize| -> Vec<Value> {
            (0..count)
                .map(|at| json!([path, "!=", format!("no name {at}")]))
                .collect()
        };
        let found = |count| server.ids("sale.order", &[("domain", &json!(conditions(count)).to_string())]);
        assert!(!found(1).is_empty() && found(1) == found(most), "{path}");
        if path == "name" {
            continue;
        }
        let mut more = conditions(most);
        more[0] = json!([format!("partner_id.{}name", "parent_id.".repeat(5)), "!=", "x"]);
        let problem = server
            .get("sale.order", &[("domain", &json!(more).to_string())])
            .problem(400, "invalid");
        assert!(
            problem["detail"].as_str().unwrap().contains("200 relations"),
            "{problem}"
        );
    }
}

#[test]
fn orders_join_a_number_of_records() {
    let server = Server::demo();
    let relations = ["parent_id", "commercial_partner_id"];
    let mut paths: Vec<String> = ["partner_id", "partner_invoice_id", "partner_shipping_id"]
        .map(str::to_owned)
        .into();
    for (depth, allowed) in [(1, true), (2, true), (3, true), (4, false)] {
        paths = paths
            .iter()
            .flat_map(|path| relations.map(|relation| format!("{path}.{relation}")))
            .collect();
        let order = paths
            .iter()
            .map(|path| format!("{path}.name"))
            .collect::<Vec<_>>()
            .join(",");
        let reply = server.get("sale.order", &[("order", &order), ("fields", "id")]);
        match allowed {
            true => assert_eq!(reply.status, 200, "{depth}: {}", reply.text()),
            false => {
                let problem = reply.problem(400, "invalid");
                assert!(
                    problem["detail"].as_str().unwrap().contains("60 other records"),
                    "{problem}"
                );
            }
        }
    }
}

#[test]
fn lists_of_all_kinds_are_compared_as_given() {
    let server = Server::demo();
    let created = server
        .send(
            "POST",
            "sale.order",
            &json!({"partner_id": 11, "validity_date": "2031-02-28", "commitment_date": "2031-03-01T01:02:03.004005",
                    "client_order_ref": "It's \"?\" é漢",
                    "order_line": [[0, 0, {"product_id": 27, "name": "a", "price_unit": 19.99, "customer_lead": 0.1}]]}),
        )
        .ok();
    let (order, line) = (
        created["id"].as_i64().unwrap(),
        created["order_line"][0]["id"].as_i64().unwrap(),
    );
    let found = |model: &str, field: &str, values: Value| {
        let domain = json!([["id", "in", [order, line]], [field, "in", values]]);
        server.ids(model, &[("domain", &domain.to_string())])
    };
    for (model, field, value, other) in [
        ("sale.order", "client_order_ref", json!("It's \"?\" é漢"), json!("?")),
        ("sale.order", "state", json!("draft"), json!("sale")),
        ("sale.order", "validity_date", json!("2031-02-28"), json!("2031-03-01")),
        (
            "sale.order",
            "commitment_date",
            json!("2031-03-01T01:02:03.004005"),
            json!("2031-03-01T01:02:03"),
        ),
        ("sale.order", "partner_id", json!(11), json!(12)),
        ("sale.order.line", "price_unit", json!(19.99), json!(19.994)),
        ("sale.order.line", "customer_lead", json!(0.1), json!(0.2)),
    ] {
        let id = if model == "sale.order" { order } else { line };
        assert_eq!(found(model, field, json!([other, value, other])), [id], "{field}");
        assert_eq!(found(model, field, json!([other])), [0; 0], "{field}");
        let domain = json!([["id", "=", id], [field, "not in", [other, value]]]);
        assert_eq!(server.ids(model, &[("domain", &domain.to_string())]), [0; 0], "{field}");
    }
    let many: Vec<String> = (0..10_000).map(|number| format!("n{number}")).collect();
    for lists in [4, 8] {
        let domain = json!({"domain": vec![json!(["name", "not in", many]); lists]});
        let reply = server.send("POST", "uom.uom/search_count", &domain);
        assert_eq!(
            reply.ok().as_u64(),
            Some(server.ids("uom.uom", &[]).len() as u64),
            "{lists} lists"
        );
    }
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
    for key in ["$serde_json::private::Number", r"\u0024serde_json::private::Number"] {
        for (field, body) in [
            ("partner_id", format!(r#"{{"partner_id": {{"{key}": "11"}}}}"#)),
            ("$serde_json::private::Number", format!(r#"{{"{key}": "11"}}"#)),
        ] {
            let problem = server
                .call("PUT", path, Body::Json(body.as_bytes()))
                .problem(422, "invalid");
            assert_eq!(problem["errors"][0]["pointer"], format!("/{field}"));
        }
        let body = format!(r#"{{"domain": [["id", "=", {{"{key}": "11"}}]]}}"#);
        let search = server.call("POST", "sale.order/search", Body::Json(body.as_bytes()));
        search.problem(422, "invalid");
    }
    let line = server.ids("sale.order.line", &[("limit", "1")])[0];
    let distribution = json!({"a": [{"$serde_json::private::Number": "x"}]});
    server
        .send(
            "PUT",
            &format!("sale.order.line/{line}"),
            &json!({"analytic_distribution": distribution}),
        )
        .problem(422, "invalid");
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

/// A server with the demo data whose answers may have at most `most` bytes.
fn short(most: usize) -> Server {
    Server::demo_with(|config| config.limits.max_answer = most)
}

#[test]
fn an_answer_has_a_budget() {
    let server = short(5_000);
    let country = |fields: &str| server.get("res.country/233", &[("fields", fields)]);
    let states = country("state_ids(id,name)");
    assert!(states.ok()["state_ids"].as_array().unwrap().len() > 40);
    country("state_ids(country_id(state_ids(id)))").problem(413, "payload_too_large");
    country("state_ids(country_id(state_ids(country_id(state_ids(country_id(state_ids(id)))))))")
        .problem(413, "payload_too_large");
    server.get("res.country", &[]).problem(413, "payload_too_large");
    server.get("res.country", &[("limit", "5")]).ok();
    let call = |method: &str, arguments: Value| server.send("POST", &format!("res.country/{method}"), &arguments);
    call("search_read", json!({})).problem(413, "payload_too_large");
    call("read", json!({"ids": vec![233; 500]})).problem(413, "payload_too_large");
    call("read", json!({"ids": vec![233; 50], "fields": ["name"]})).ok();

    let server = short(50);
    let call = |method: &str| server.send("POST", &format!("res.country/{method}"), &json!({}));
    for method in ["search", "name_search", "fields_get"] {
        call(method).problem(413, "payload_too_large");
    }
}

#[test]
fn a_write_with_too_long_an_answer_keeps_nothing() {
    let server = short(2_000);
    let note = "x".repeat(3_000);
    let many = json!(vec![json!({"name": "Long"}); 300]);
    server
        .send("POST", "res.partner", &many)
        .problem(413, "payload_too_large");
    let line = json!([0, 0, {"product_id": 27, "name": note}]);
    server
        .send("POST", "sale.order", &json!({"partner_id": 11, "order_line": [line]}))
        .problem(413, "payload_too_large");
    assert_eq!(server.ids("sale.order.line", &[("name__startswith", "xxx")]), [0; 0]);
    server
        .send("POST", "res.partner/name_create", &json!({"name": &note[..2_500]}))
        .problem(413, "payload_too_large");
    assert_eq!(server.ids("res.partner", &[("name", "Long")]), [0; 0]);
    server.send("POST", "res.partner", &json!({"name": "Short"})).ok();
}

/// With the default settings, a URL of 313 bytes whose answer would have hundreds of megabytes is refused.
#[test]
fn a_short_url_does_not_end_the_server() {
    let server = Server::demo();
    let leaf = "id,name,code,display_name,create_date,write_date,create_uid,write_uid";
    let nested = format!("state_ids(country_id(state_ids(country_id(state_ids(country_id(state_ids({leaf})))))))");
    let refused = server.get("res.country/233", &[("fields", &nested)]);
    refused.problem(413, "payload_too_large");
    server.is_alive();
}

/// A request that would take more statements than one may is refused, keeps nothing, and bounds nobody else.
#[test]
fn a_request_takes_a_number_of_statements() {
    let server = Server::demo_with(|config| config.limits.max_statements = 6);
    let nested = "partner_id(country_id(state_ids(name))),order_line(product_id(categ_id(name)),tax_id(name))";
    let long = [("fields", nested), ("limit", "40")];
    let refused = |reply: Reply| {
        let problem = reply.problem(413, "payload_too_large").to_string();
        assert!(problem.contains("6 statements"), "{problem}");
    };
    refused(server.get("sale.order", &long));
    let line = json!([0, 0, {"product_id": 27, "name": "Counted", "price_unit": 1}]);
    refused(server.send("POST", "sale.order", &json!({"partner_id": 11, "order_line": [line]})));
    assert_eq!(server.ids("sale.order.line", &[("name", "Counted")]), [0; 0]);
    // Logins and further requests are not bounded by what was taken before.
    for _ in 0..10 {
        server.get("uom.uom", &[("limit", "2"), ("fields", "name")]).ok();
    }
    let login = "/rest/api/login/token?login=admin&password=admin@123";
    server.raw("GET", login, &[], Body::None).ok();
    let server = Server::demo();
    assert!(server.get("sale.order", &long).statements() > 6);
}

#[test]
fn a_call_names_only_so_many_ids() {
    let server = Server::demo_with(|config| config.limits.max_limit = 10);
    for method in ["read", "exists", "write", "unlink"] {
        let mut arguments = json!({"ids": vec![11; 11]});
        if method == "write" {
            arguments["vals"] = json!({"name": "x"});
        }
        let refused = server.send("POST", &format!("res.partner/{method}"), &arguments);
        assert_eq!(
            refused.problem(422, "invalid")["errors"][0]["pointer"],
            "/ids",
            "{method}"
        );
    }
    let read = server.send(
        "POST",
        "res.partner/read",
        &json!({"ids": [12, 11, 12, 999_999], "fields": ["id"]}),
    );
    assert_eq!(read.ok(), json!([{"id": 12}, {"id": 11}, {"id": 12}]));
}
