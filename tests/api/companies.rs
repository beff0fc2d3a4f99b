//! The companies that a user works for: whose records he sees, and how a request chooses among them.

use serde_json::json;
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
