//! Groups keep within what the caller may read.

use serde_json::json;
use tests::{Body, Server};

use super::super::user::User;
use super::{group, told};

/// Rules say what is grouped, and hide records that are keys.
#[test]
fn groups_keep_within_rights_and_rules() {
    let server = Server::demo();
    let tomas = User::new(&server, "tomas");
    let asked = json!({"groupby": "user_id", "fields": ["id:count"]});
    let of_tomas = tomas.send("POST", "sale.order/read_group", &asked).ok();
    assert_eq!(of_tomas.as_array().unwrap().len(), 1);
    assert_eq!(of_tomas[0]["user_id_count"], tomas.ids("sale.order").len());
    let lines = tomas.get("sale.order.line?group_by=order_id").ok();
    let lines = told(&lines, &["__count"]);
    let orders = tomas.ids("sale.order?order_line__is_set=true").len();
    assert_eq!(lines.as_array().unwrap().len(), orders);

    // Somebody of the portal reads no products, and of users only himself.
    let portal = User::create(&server, "pia", &["User types / Portal"]);
    let partner = server.record(
        "res.users",
        server.ids("res.users", &[("login", "pia")])[0],
        "partner_id(id)",
    );
    let line = json!([0, 0, {"product_id": 23, "name": "x"}]);
    let order = json!({"partner_id": partner["partner_id"]["id"], "user_id": 2, "order_line": [line, line]});
    let order = server.send("POST", "sale.order", &order).ok()["id"].as_i64().unwrap();
    server
        .send("PATCH", &format!("sale.order/{order}/action_confirm"), &json!({}))
        .ok();
    for (path, key) in [
        ("sale.order?group_by=user_id", "user_id"),
        ("sale.order?group_by=team_id", "team_id"),
        ("sale.order.line?group_by=product_id", "product_id"),
        (
            "sale.order.line?group_by=product_id&aggregate=products:array_agg(product_id),n:count(product_id)",
            "product_id",
        ),
        ("sale.order?group_by=tag_ids", "tag_ids"),
    ] {
        let groups = portal.get(path).ok();
        assert_eq!(told(&groups, &[key]), json!([[false]]), "{path}: {groups}");
        let domain = tests::encode(&[("domain", &groups[0]["__domain"].to_string())]);
        let model = path.split_once('?').unwrap().0;
        assert_eq!(
            portal.ids(&format!("{model}{domain}")).len(),
            groups[0]["__count"],
            "{path}"
        );
        if let Some(products) = groups[0].get("products") {
            assert_eq!((products, &groups[0]["n"]), (&json!([false, false]), &json!(0)));
        }
    }
    assert_eq!(
        told(&portal.get("sale.order?group_by=partner_id").ok(), &["partner_id"]),
        json!([[[partner["partner_id"]["id"], "pia"]]])
    );
    // Through a model without the right to it, nothing is asked.
    for parameters in [
        "group_by=product_id.name",
        "group_by=state&aggregate=product_id.list_price:max",
    ] {
        portal
            .get(&format!("sale.order.line?{parameters}"))
            .problem(403, "access_denied");
    }
    portal
        .get("product.product?group_by=name")
        .problem(403, "access_denied");
    let asked = json!({"groupby": "name"});
    portal
        .send("POST", "product.product/read_group", &asked)
        .problem(403, "access_denied");
}

#[test]
fn archived_records_are_grouped_on_request() {
    let server = Server::demo();
    server.send("POST", "res.partner/11/action_archive", &json!({})).ok();
    let count = |parameters: &[(&str, &str)]| {
        let parameters: Vec<(&str, &str)> = [("group_by", "active")]
            .into_iter()
            .chain(parameters.iter().copied())
            .collect();
        told(&group(&server, "res.partner", &parameters), &["active"])
    };
    assert_eq!(count(&[]), json!([[true]]));
    assert_eq!(count(&[("active_test", "false")]), json!([[false], [true]]));
    assert_eq!(count(&[("active", "false")]), json!([[false]]));
    // An order of an archived customer is still one of his.
    let groups = group(
        &server,
        "sale.order",
        &[("group_by", "partner_id"), ("partner_id", "11")],
    );
    assert_eq!(groups[0]["partner_id"], json!([11, "Gemini Furniture"]));
}

/// The groups are of the companies that the request chooses.
#[test]
fn groups_are_of_the_chosen_companies() {
    let server = Server::demo();
    let other = json!({"name": "Other", "currency_id": 1});
    let other = server.send("POST", "res.company", &other).ok()["id"].as_i64().unwrap();
    let both = json!({"company_ids": [[4, other]]});
    server.send("PUT", "res.users/2", &both).ok();
    let order = json!({"partner_id": 11, "company_id": other});
    server.send("POST", "sale.order", &order).ok();
    let groups = |companies: &str| {
        let headers = [("access-token", server.token.as_str()), ("company-ids", companies)];
        let path = "/restful/api/v1/sale.order?group_by=company_id";
        told(
            &server.raw("GET", path, &headers, Body::None).ok(),
            &["company_id", "__count"],
        )
    };
    let theirs = json!([[other, "Other"], 1]);
    assert_eq!(groups(&other.to_string()), json!([theirs]));
    let all = groups(&format!("1,{other}"));
    assert_eq!((all.as_array().unwrap().len(), &groups("1")[0][1]), (2, &json!(27)));
}
