//! Rights and rules: what users see, and what they may change.

use serde_json::{Value, json};
use tests::Server;

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

/// Statements with a caller's rules in them are kept. Callers with other rules ask for the same fields in turns, at the
/// same time, and each gets what he got when he asked alone; also after his rules have become others.
#[test]
fn callers_who_ask_for_the_same_in_turns_see_what_each_may_see() {
    let server = Server::demo();
    let users = ["tomas", "sofia", "admin"].map(|login| User::new(&server, login));
    let paths = [
        "res.partner?fields=name,sale_order_ids(name,order_line(name))&order=id",
        "sale.order?fields=name,partner_id(name,sale_order_ids(name))&order=id&limit=5",
        "sale.order.line?fields=order_id(name,user_id(login))&order=id&limit=20",
    ];
    let alone: Vec<Vec<Value>> = (users.iter())
        .map(|user| paths.iter().map(|path| user.get(path).ok()).collect())
        .collect();
    assert_ne!(alone[0], alone[1], "their rules differ");
    let again = |users: &[User<'_>], expected: &[Vec<Value>]| {
        std::thread::scope(|scope| {
            for (user, expected) in users.iter().zip(expected) {
                scope.spawn(move || {
                    for (path, expected) in paths.iter().cycle().zip(expected.iter().cycle()).take(30) {
                        assert_eq!(&user.get(path).ok(), expected, "{path}");
                    }
                });
            }
        });
    };
    again(&users, &alone);
    // Tomas becomes one who sees all documents.
    let all = server.ids("res.groups", &[("full_name", "Sales / User: All Documents")]);
    server
        .send("PUT", "res.users/4", &json!({"groups_id": [[4, all[0]]]}))
        .ok();
    let seen: Vec<Value> = paths.iter().map(|path| users[0].get(path).ok()).collect();
    assert_ne!(seen, alone[0]);
    again(&users, &[seen, alone[1].clone(), alone[2].clone()]);
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
