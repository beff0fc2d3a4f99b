//! Rights and rules: what users see, and what they may change.

use serde_json::{Value, json};
use tests::{Body, Server};

use super::user::User;

/// The orders of the demo data that `tomas` (user 4) sees: his own.
const OWN: [i64; 7] = [6, 8, 11, 14, 17, 20, 22];

#[test]
fn a_salesman_sees_his_own_orders_everywhere() {
    let server = Server::demo();
    let tomas = User::new(&server, "tomas");
    assert_eq!(tomas.ids("sale.order"), OWN);
    let own = json!(OWN);
    let count = tomas.send("POST", "sale.order/search_count", &json!({}));
    assert_eq!(count.ok(), json!(OWN.len()));
    let found = tomas.send("POST", "sale.order/search", &json!({"order": "id"}));
    assert_eq!(found.ok(), own);
    let named = tomas
        .send("POST", "sale.order/name_search", &json!({"name": "S0000"}))
        .ok();
    assert_eq!(named.as_array().unwrap().len(), 2, "{named}");
    let several = tomas.send(
        "POST",
        "sale.order/read",
        &json!({"ids": [1, 6, 2], "fields": ["name"]}),
    );
    assert_eq!(several.ok(), json!([{"id": 6, "name": "S00006"}]));
    // Lines of other orders, by every way to them.
    let lines = tomas.get("sale.order.line?fields=order_id(id)").ok();
    let orders = lines
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["order_id"]["id"].as_i64());
    assert!(orders.into_iter().all(|order| OWN.contains(&order.unwrap())), "{lines}");
    assert_eq!(tomas.ids("sale.order?order_line.order_id.user_id=2"), [0; 0]);
    assert_eq!(tomas.ids("res.partner?sale_order_ids.name=S00001"), [0; 0]);
    assert_eq!(tomas.ids("res.partner?sale_order_ids.name=S00006"), [8]);
    // A customer with orders of several salesmen.
    let orders = tomas.get("res.partner/11?fields=sale_order_ids").ok();
    assert_eq!(orders["sale_order_ids"], json!([8]));
    // What belongs to nobody is everybody's.
    server.send("PUT", "sale.order/1", &json!({"user_id": false})).ok();
    assert!(tomas.ids("sale.order").contains(&1));
    // Sofia sees all documents.
    assert_eq!(
        User::new(&server, "sofia").ids("sale.order").len(),
        server.ids("sale.order", &[]).len()
    );
}

/// A hidden record is a missing one: the same answer, but for the id that was asked for.
#[test]
fn a_hidden_record_is_answered_as_a_missing_one() {
    let server = Server::demo();
    let tomas = User::new(&server, "tomas");
    for (method, path, body) in [
        ("GET", "sale.order/ID", json!(null)),
        ("GET", "sale.order/ID?fields=name", json!(null)),
        ("GET", "sale.order/ID/access", json!(null)),
        ("PUT", "sale.order/ID", json!({"client_order_ref": "x"})),
        ("PUT", "sale.order/ID", json!({"no_such_field": 1})),
        ("PATCH", "sale.order/ID/read", json!({})),
        (
            "PATCH",
            "sale.order/ID/write",
            json!({"vals": {"client_order_ref": "x"}}),
        ),
        ("PATCH", "sale.order/ID/copy", json!({})),
        ("PATCH", "sale.order/ID/action_confirm", json!({})),
        ("PATCH", "sale.order/ID/exists", json!({})),
        ("POST", "sale.order.line", json!({"order_id": "ID", "product_id": 1})),
        ("POST", "sale.order/write", json!({"ids": ["ID"], "vals": {}})),
        ("POST", "sale.order/exists", json!({"ids": ["ID"]})),
    ] {
        let of = |id: &str| {
            let reply = tomas.send(method, &path.replace("ID", id), &body_for(&body, id));
            let text = reply.text().replace(id, "ID");
            let (text, _) = text.split_once("\"instance\"").unwrap_or((&text, ""));
            (reply.status, text.to_owned())
        };
        assert_eq!(of("1"), of("999999"), "{method} {path}");
    }
    // So is one below another record.
    let hidden = json!({"order_line": [[1, 1, {"name": "x"}]]});
    tomas.send("PUT", "sale.order/6", &hidden).problem(422, "invalid");
    assert_eq!(
        server.record("sale.order", 1, "client_order_ref")["client_order_ref"],
        false
    );
}

/// The body with the id in the place of `"ID"`.
fn body_for(body: &Value, id: &str) -> Value {
    let id: i64 = id.parse().unwrap();
    serde_json::from_str(&body.to_string().replace("\"ID\"", &id.to_string())).unwrap()
}

#[test]
fn writes_need_rights_and_keep_within_the_rules() {
    let server = Server::demo();
    let tomas = User::new(&server, "tomas");
    let before = server.record("sale.order", 20, "user_id,client_order_ref,order_line");
    for (method, path, body) in [
        ("DELETE", "sale.order/20", json!(null)),
        ("PATCH", "sale.order/20/unlink", json!({})),
        ("POST", "res.partner", json!({"name": "New"})),
        ("POST", "res.partner", json!([{"name": "New", "no_such_field": 1}])),
        ("PUT", "res.partner/11", json!({"name": "New"})),
        ("DELETE", "crm.tag/1", json!(null)),
        ("PUT", "product.product/1", json!({"name": "New"})),
        ("POST", "crm.team/name_create", json!({"name": "New"})),
        ("PATCH", "crm.tag/1/unlink", json!({})),
        ("PATCH", "product.product/1/action_archive", json!({})),
        // Out of his reach: given away, or for somebody else.
        ("PUT", "sale.order/20", json!({"client_order_ref": "x", "user_id": 3})),
        ("POST", "sale.order", json!({"partner_id": 11, "user_id": 3})),
        ("PATCH", "sale.order/20/copy", json!({"default": {"user_id": 3}})),
        (
            "POST",
            "sale.order",
            json!([{"partner_id": 11}, {"partner_id": 11, "user_id": 3}]),
        ),
    ] {
        let reply = tomas.send(method, path, &body);
        assert_eq!(reply.status, 403, "{method} {path} {body}: {}", reply.text());
        reply.problem(403, "access_denied");
    }
    assert_eq!(
        server.record("sale.order", 20, "user_id,client_order_ref,order_line"),
        before
    );
    assert_eq!(tomas.ids("sale.order"), OWN);
    // Within them.
    tomas
        .send("PUT", "sale.order/20", &json!({"client_order_ref": "x"}))
        .ok();
    let order = json!({"partner_id": 11, "order_line": [[0, 0, {"product_id": 1}]]});
    let order = tomas.send("POST", "sale.order", &order).ok();
    let path = format!("sale.order/{}/action_confirm", order["id"]);
    tomas.send("PATCH", &path, &json!({})).ok();
    tomas.send("POST", "crm.tag", &json!({"name": "Mine"})).ok();
    tomas.send("PUT", "sale.order/22", &json!({"user_id": false})).ok();
}

/// Users of no group, or of the portal, see what concerns them.
#[test]
fn related_records_of_models_without_right_are_left_out() {
    let server = Server::demo();
    let portal = User::create(&server, "pia", &["User types / Portal"]);
    let (user, partner) = {
        let found = server
            .get("res.users", &[("login", "pia"), ("fields", "id,partner_id(id)")])
            .ok();
        (found[0]["id"].clone(), found[0]["partner_id"]["id"].clone())
    };
    let order = json!({
        "partner_id": partner, "user_id": 3, "team_id": 1, "tag_ids": [[6, 0, [1]]],
        "order_line": [[0, 0, {"product_id": 1}]],
    });
    let order = server.send("POST", "sale.order", &order).ok()["id"].as_i64().unwrap();
    assert_eq!(portal.ids("sale.order"), [order]);
    assert_eq!(portal.ids("res.partner"), [partner.as_i64().unwrap()]);
    assert_eq!(portal.ids("res.users"), [user.as_i64().unwrap()]);
    let read = "user_id,team_id,tag_ids(name),partner_id(name),order_line(name,product_id(name),product_uom)";
    let seen = portal.get(&format!("sale.order/{order}?fields={read}")).ok();
    for hidden in ["user_id", "team_id", "tag_ids"] {
        assert_eq!(seen.get(hidden), None, "{seen}");
    }
    assert_eq!(seen["partner_id"]["name"], "pia");
    assert_eq!(seen["order_line"][0].get("product_id"), None, "{seen}");
    let plain = portal.send(
        "PATCH",
        &format!("sale.order/{order}/read"),
        &json!({"fields": ["team_id", "tag_ids"]}),
    );
    assert_eq!(plain.ok(), json!([{"id": order, "team_id": false, "tag_ids": []}]));
    // No condition and no order tells more.
    for nothing in [
        "team_id=1",
        "user_id=3",
        "team_id__is_set=true",
        "tag_ids=1",
        "order_line.product_id=1",
    ] {
        assert_eq!(portal.ids(&format!("sale.order?{nothing}")), [0; 0], "{nothing}");
    }
    assert_eq!(portal.ids("sale.order?team_id=false"), [order]);
    portal.get("sale.order?order=user_id,team_id").ok();
    for refused in [
        "product.product",
        "crm.team/1",
        "sale.order?team_id.name=Sales",
        "sale.order?order=team_id.name",
        "sale.order?order_line.product_id.name=x",
        "sale.order?team_id=Sales",
        "sale.order.line?order=order_id.team_id.name",
    ] {
        portal.get(refused).problem(403, "access_denied");
    }
    let nobody = User::create(&server, "nina", &[]);
    for model in [
        "sale.order",
        "res.partner",
        "product.product",
        "account.move",
        "res.groups",
    ] {
        nobody.get(model).problem(403, "access_denied");
    }
    assert!(!nobody.ids("res.country").is_empty());
}

/// A private address is hidden by a rule of its model from who reads the orders that lead to it.
#[test]
fn nothing_is_learnt_of_hidden_records_by_conditions_and_orders() {
    let server = Server::demo();
    let private = json!({"name": "Zz Hideaway", "type": "private", "parent_id": 11});
    let private = server.send("POST", "res.partner", &private).ok()["id"]
        .as_i64()
        .unwrap();
    for order in [20, 22] {
        server
            .send(
                "PUT",
                &format!("sale.order/{order}"),
                &json!({"partner_shipping_id": private}),
            )
            .ok();
    }
    let tomas = User::new(&server, "tomas");
    tomas.get(&format!("res.partner/{private}")).problem(404, "not_found");
    let seen = tomas.get("sale.order/20?fields=partner_shipping_id(name)").ok();
    assert_eq!(seen.get("partner_shipping_id"), None, "{seen}");
    let orders = |filter: &str| tomas.ids(&format!("sale.order?{filter}"));
    for filter in [
        format!("partner_shipping_id={private}"),
        "partner_shipping_id.name__ilike=hideaway".to_owned(),
        "partner_shipping_id=Hideaway".to_owned(),
        format!("partner_shipping_id__in={private},{private}"),
        "partner_shipping_id__child_of=Hideaway".to_owned(),
    ] {
        assert_eq!(orders(&filter), [0; 0], "{filter}");
    }
    let rest: Vec<i64> = OWN.into_iter().filter(|id| ![20, 22].contains(id)).collect();
    assert_eq!(orders("partner_shipping_id__is_set=true"), rest);
    assert_eq!(orders("partner_shipping_id=false"), [20, 22]);
    assert_eq!(orders(&format!("partner_shipping_id__ne={private}")), OWN);
    // In an order by the address, both are as without one: last, whatever its name is.
    let sorted = |order: &str| {
        let list = tomas.get(&format!("sale.order?order={order}&fields=id")).ok();
        let ids = list
            .as_array()
            .unwrap()
            .iter()
            .map(|order| order["id"].as_i64().unwrap());
        ids.collect::<Vec<_>>()
    };
    for order in ["partner_shipping_id,id", "partner_shipping_id.name,id"] {
        assert_eq!(sorted(order)[5..], [20, 22], "{order}");
    }
    server
        .send(
            "PUT",
            &format!("res.partner/{private}"),
            &json!({"name": "Aa Hideaway"}),
        )
        .ok();
    assert_eq!(sorted("partner_shipping_id.name,id")[5..], [20, 22]);
    // And no body can name it.
    let named = json!({"partner_id": 11, "partner_shipping_id": private});
    let problem = tomas.send("POST", "sale.order", &named).problem(422, "invalid");
    assert_eq!(problem["errors"][0]["pointer"], "/partner_shipping_id");
}

#[test]
fn access_tells_what_one_may_do_and_why() {
    let server = Server::demo();
    let tomas = User::new(&server, "tomas");
    let access = tomas.get("sale.order/access").ok();
    assert_eq!(access["read"]["allowed"], true);
    assert_eq!(
        access["read"]["because"],
        json!(["members of `Sales / User: Own Documents Only` may"])
    );
    assert_eq!(
        access["read"]["rules"],
        json!([
            "for everybody: env.companies.contains(company_id)",
            "for `Sales / User: Own Documents Only`: (user_id == env.user || user_id.is_none())"
        ])
    );
    assert_eq!(access["delete"]["allowed"], false);
    let because = access["delete"]["because"][0].as_str().unwrap();
    assert_eq!(
        because,
        "you have no right to delete sale.order: members of `Sales / Administrator` may"
    );
    let of_one = tomas.send("POST", "sale.order/6/access", &json!({})).ok();
    assert_eq!(of_one["write"]["allowed"], true);
    assert_eq!(of_one["write"]["rules"][1]["holds"], true);
    assert_eq!(of_one, tomas.get("sale.order/6/access").ok());
    assert_eq!(of_one.get("create"), None);
    tomas.get("sale.order/6/read").problem(405, "method_not_allowed");
    let admin = server.get("crm.team/access", &[]).ok();
    assert_eq!(admin["delete"]["because"][0], "administrators may do everything");
}

/// While an administrator gives orders to somebody else, their salesman changes them: what he writes, he writes before.
#[test]
fn an_order_that_is_given_away_is_changed_before_or_not_at_all() {
    let server = Server::demo();
    let tomas = User::new(&server, "tomas");
    for round in 0..20 {
        server.send("PUT", "sale.order/20", &json!({"user_id": 4})).ok();
        std::thread::scope(|scope| {
            let writes = scope.spawn(|| {
                for step in 0..4 {
                    let text = json!({"client_order_ref": format!("{round}.{step}")});
                    let reply = tomas.send("PUT", "sale.order/20", &text);
                    let lines = json!({"order_line": [[0, 0, {"product_id": 1}]]});
                    let more = tomas.send("PUT", "sale.order/20", &lines);
                    for reply in [reply, more] {
                        assert!(matches!(reply.status, 200 | 404), "{}: {}", reply.status, reply.text());
                    }
                }
            });
            server.send("PUT", "sale.order/20", &json!({"user_id": 3})).ok();
            writes.join().unwrap();
        });
        let order = server.record("sale.order", 20, "user_id(id),write_uid(id),order_line(create_uid(id))");
        assert_eq!(
            (&order["user_id"]["id"], &order["write_uid"]["id"]),
            (&json!(3), &json!(2)),
            "{order}"
        );
    }
}

/// The company of a record is one of those that the user works for.
#[test]
fn records_of_other_companies_are_hidden() {
    let server = Server::demo();
    let other = server
        .send("POST", "res.company", &json!({"name": "Other", "currency_id": 1}))
        .ok()["id"]
        .clone();
    let term = json!({"name": "Theirs", "company_id": other});
    let term = server.send("POST", "account.payment.term", &term);
    let sofia = User::new(&server, "sofia");
    assert_eq!(sofia.ids("res.company"), [1]);
    // The administrator does not work for the other company either: what he made is beyond his own rules.
    term.problem(403, "access_denied");
    let companies = json!({"company_ids": [[4, other]]});
    server.send("PUT", "res.users/2", &companies).ok();
    let term = json!({"name": "Theirs", "company_id": other});
    let term = server.send("POST", "account.payment.term", &term).ok()["id"]
        .as_i64()
        .unwrap();
    sofia
        .get(&format!("account.payment.term/{term}"))
        .problem(404, "not_found");
    let order = json!({"partner_id": 11, "payment_term_id": term});
    let problem = sofia.send("POST", "sale.order", &order).problem(422, "invalid");
    assert_eq!(problem["errors"][0]["pointer"], "/payment_term_id");
    sofia
        .send("PUT", "sale.order/20", &json!({"company_id": other}))
        .problem(422, "invalid");
    server
        .send(
            "POST",
            "sale.order",
            &json!({"partner_id": 11, "payment_term_id": term}),
        )
        .ok();
}

/// The header `company-ids` chooses among the user's companies; the answer has those that applied.
#[test]
fn a_request_chooses_among_the_companies() {
    let server = Server::demo();
    let other = json!({"name": "Other", "currency_id": 1});
    let other = server.send("POST", "res.company", &other).ok()["id"].as_i64().unwrap();
    server
        .send("PUT", "res.users/2", &json!({"company_ids": [[4, other]]}))
        .ok();
    let send = |companies: &str, method: &str, path: &str, body: &str| {
        let headers = [("access-token", server.token.as_str()), ("company-ids", companies)];
        let body = if method == "GET" {
            Body::None
        } else {
            Body::Json(body.as_bytes())
        };
        server.raw(method, &format!("/restful/api/v1/{path}"), &headers, body)
    };
    let make = |companies: &str| {
        let reply = send(companies, "POST", "sale.order", r#"{"partner_id": 11, "user_id": 2}"#);
        let order = reply.ok()["id"].as_i64().unwrap();
        (order, reply.header("company-ids").unwrap().to_owned())
    };
    let ((theirs, _), (ours, applied)) = (make(&other.to_string()), make(&format!("1, {other}")));
    assert_eq!(applied, format!("1,{other}"));
    let company = |order: i64| server.record("sale.order", order, "company_id(id)")["company_id"]["id"].as_i64();
    assert_eq!((company(theirs), company(ours)), (Some(other), Some(1)));
    let sees = |companies: &str, order: i64| send(companies, "GET", &format!("sale.order/{order}"), "").status;
    assert_eq!((sees("1", theirs), sees("1", ours)), (404, 200));
    assert_eq!(
        (sees(&other.to_string(), theirs), sees(&other.to_string(), ours)),
        (200, 404)
    );
    assert_eq!(server.get("sale.order", &[]).header("company-ids"), None);
    send("99", "GET", "sale.order", "").problem(403, "access_denied");
    for malformed in ["x", "1,,2", &"1,".repeat(20)] {
        send(malformed, "GET", "sale.order", "").problem(400, "invalid");
    }
}

/// Rights that are taken away are gone: nothing that their user writes comes after, also not by a request that waited.
#[test]
fn what_is_taken_from_a_user_is_gone() {
    let server = Server::demo();
    let sofia = User::new(&server, "sofia");
    let is_administrator = || {
        let groups = server.record("res.users", 3, "groups_id(id)");
        groups["groups_id"]
            .as_array()
            .unwrap()
            .iter()
            .any(|group| group["id"] == 3)
    };
    for _ in 0..6 {
        server
            .send("PUT", "res.users/3", &json!({"groups_id": [[6, 0, [1, 3]]]}))
            .ok();
        std::thread::scope(|scope| {
            let back = |path: &'static str, body: Value| {
                let sofia = &sofia;
                scope.spawn(move || {
                    for _ in 0..6 {
                        let status = sofia.send("PUT", path, &body).status;
                        assert!(matches!(status, 200 | 403 | 404 | 503), "{path}: {status}");
                    }
                });
            };
            back("res.users/3", json!({"groups_id": [[4, 3]]}));
            back("res.groups/3", json!({"users": [[4, 3]]}));
            server
                .send("PUT", "res.users/3", &json!({"groups_id": [[6, 0, [1]]]}))
                .ok();
            assert!(!is_administrator());
        });
        assert!(!is_administrator(), "she has made herself one again");
    }
    // A salesman whose group is taken while he writes.
    let tomas = User::new(&server, "tomas");
    for round in 0..6 {
        server
            .send("PUT", "res.users/4", &json!({"groups_id": [[6, 0, [1, 4]]]}))
            .ok();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for step in 0..8 {
                    let text = json!({"client_order_ref": format!("{round}.{step}")});
                    tomas.send("PUT", "sale.order/20", &text);
                }
            });
            server.send("PUT", "res.groups/4", &json!({"users": [[3, 4]]})).ok();
            let after = server.record("sale.order", 20, "client_order_ref");
            std::thread::sleep(std::time::Duration::from_millis(30));
            assert_eq!(server.record("sale.order", 20, "client_order_ref"), after);
        });
    }
}

/// What belongs to the products and pricelists of another company is hidden with them, and an ancestor beyond a hidden
/// record is none.
#[test]
fn what_is_below_a_hidden_record_is_hidden() {
    let server = Server::demo();
    let other = json!({"name": "Other", "currency_id": 1});
    let other = server.send("POST", "res.company", &other).ok()["id"].as_i64().unwrap();
    server
        .send("PUT", "res.users/2", &json!({"company_ids": [[4, other]]}))
        .ok();
    let list = json!({"name": "Theirs", "company_id": other, "item_ids": [[0, 0, {"fixed_price": 3}]]});
    let list = server.send("POST", "product.pricelist", &list).ok()["id"]
        .as_i64()
        .unwrap();
    let item = server.ids("product.pricelist.item", &[("pricelist_id", &list.to_string())])[0];
    let manager = User::create(&server, "mia", &["Sales / Administrator"]);
    for path in [
        format!("product.pricelist/{list}"),
        format!("product.pricelist.item/{item}"),
    ] {
        manager.get(&path).problem(404, "not_found");
        manager.send("DELETE", &path, &json!(null)).problem(404, "not_found");
    }
    // A hierarchy: Top, a private contact below it, a contact below that.
    let below = |parent: i64, kind: &str| {
        let partner = json!({"name": "P", "parent_id": parent, "type": kind});
        server.send("POST", "res.partner", &partner).ok()["id"]
            .as_i64()
            .unwrap()
    };
    let hidden = below(11, "private");
    let leaf = below(hidden, "contact");
    let within = |filter: &str| manager.ids(&format!("res.partner?{filter}"));
    assert!(!within("id__child_of=11").contains(&leaf));
    assert_eq!(within(&format!("id__parent_of={leaf}")), [leaf]);
    assert!(server.ids("res.partner", &[("id__child_of", "11")]).contains(&leaf));
    // Who may not read partners does not read them as users.
    let nobody = User::create(&server, "nina", &[]);
    nobody.get("res.users/2").problem(403, "access_denied");
}
