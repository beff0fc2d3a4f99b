//! The companies that a user works for: whose records he sees, and how a request chooses among them.

use serde_json::{Value, json};
use tests::{Body, Server};

use super::user::User;

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
    // Who works for both companies gives an order terms of its own company.
    let both = |company: &Value| json!({"partner_id": 11, "payment_term_id": term, "company_id": company});
    server.send("POST", "sale.order", &both(&other)).ok();
    let problem = server
        .send("POST", "sale.order", &both(&json!(1)))
        .problem(422, "invalid");
    assert_eq!(problem["errors"][0]["pointer"], "/payment_term_id");
}

/// What is proposed for a document is of its company, or of none.
#[test]
fn proposals_are_of_the_company_of_the_document() {
    let server = Server::demo();
    let id = |reply: tests::Reply| reply.ok()["id"].clone();
    let other = id(server.send("POST", "res.company", &json!({"name": "Other", "currency_id": 1})));
    server
        .send("PUT", "res.users/2", &json!({"company_ids": [[4, other]]}))
        .ok();
    let theirs = |name: &str| json!({"name": name, "company_id": other});
    let term = id(server.send("POST", "account.payment.term", &theirs("Their term")));
    let list = id(server.send("POST", "product.pricelist", &theirs("Their list")));
    let team = id(server.send("POST", "crm.team", &theirs("Their team")));
    let values =
        json!({"name": "Ann", "property_payment_term_id": term, "property_product_pricelist": list, "team_id": team});
    let partner = id(server.send("POST", "res.partner", &values));
    let address = json!({"name": "Theirs", "parent_id": partner, "type": "invoice", "company_id": other});
    let address = id(server.send("POST", "res.partner", &address));
    let proposed = |company: &Value| {
        let order = json!({"partner_id": partner, "company_id": company, "user_id": false});
        let order = id(server.send("POST", "sale.order", &order)).as_i64().unwrap();
        let fields = "payment_term_id(id),pricelist_id(id),team_id(id),partner_invoice_id(id)";
        let order = server.record("sale.order", order, fields);
        ["payment_term_id", "pricelist_id", "team_id", "partner_invoice_id"].map(|field| order[field]["id"].clone())
    };
    assert_eq!(
        proposed(&other),
        [term.clone(), list.clone(), team.clone(), address.clone()]
    );
    let [no_term, own_list, own_team, own_address] = proposed(&json!(1));
    assert_eq!((no_term, own_address), (Value::Null, partner.clone()));
    assert!(own_list != list && own_team != team);
    for (field, given) in [
        ("partner_invoice_id", address),
        ("pricelist_id", list),
        ("team_id", team),
    ] {
        let mut order = json!({"partner_id": partner, "company_id": 1});
        order[field] = given;
        let problem = server.send("POST", "sale.order", &order).problem(422, "invalid");
        assert_eq!(problem["errors"][0]["pointer"], format!("/{field}"));
    }
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
