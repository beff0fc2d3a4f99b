//! What API keys are limited to.

use serde_json::{Value, json};
use tests::Server;

use super::tokens::{TOKENS, id, key, reads, send, text};

#[test]
fn a_read_only_token_reads_and_writes_nothing() {
    let server = Server::demo();
    let made = key(&server, &server.token, &json!({"read_only": true}));
    let token = text(&made);
    let v1 = |path: &str| format!("/restful/api/v1/{path}");
    assert_eq!(reads(&server, token), 200);
    let search = json!({"domain": [["id", "=", 11]], "fields": ["name"]});
    send(&server, token, "POST", &v1("res.partner/search_read"), &search).ok();
    send(&server, token, "POST", &v1("res.partner/11/read"), &json!({})).ok();
    for (method, path, body) in [
        ("POST", v1("res.partner"), json!({"name": "x"})),
        ("PUT", v1("res.partner/11"), json!({"name": "x"})),
        ("PATCH", v1("res.partner/11"), json!({"name": "x"})),
        ("DELETE", v1("sale.order/43"), Value::Null),
        ("POST", v1("res.partner/create"), json!({"vals": {"name": "x"}})),
        ("POST", v1("res.partner/11/write"), json!({"vals": {"name": "x"}})),
        ("PATCH", v1("sale.order/40/action_confirm"), json!({})),
        (
            "POST",
            TOKENS.to_owned(),
            json!({"name": "x", "expires_in_days": 1, "scope": {"read_only": true}}),
        ),
        ("PATCH", format!("{TOKENS}/{}", id(&made)), json!({"name": "x"})),
        (
            "POST",
            "/rest/api/password".to_owned(),
            json!({"old": "admin@123", "new": "x"}),
        ),
    ] {
        let problem = send(&server, token, method, &path, &body).problem(403, "access_denied");
        assert!(
            problem["detail"].as_str().unwrap().contains("read-only"),
            "{method} {path}: {problem}"
        );
    }
    assert_eq!(server.ids("res.partner", &[("name", "x")]), [0_i64; 0]);
    send(&server, token, "GET", TOKENS, &Value::Null).ok();
    send(&server, token, "DELETE", "/rest/api/logout", &Value::Null).ok();
    assert_eq!(reads(&server, token), 401);
}

#[test]
fn a_token_for_some_models_reaches_no_others() {
    let server = Server::demo();
    let made = key(
        &server,
        &server.token,
        &json!({"models": ["sale.order", "res.partner"]}),
    );
    let token = text(&made);
    let v1 = |path: &str| format!("/restful/api/v1/{path}");
    assert_eq!(reads(&server, token), 200);
    // Relations may lead to other models.
    send(
        &server,
        token,
        "GET",
        &v1("sale.order?limit=1&fields=order_line(product_id(name))"),
        &Value::Null,
    )
    .ok();
    send(&server, token, "PUT", &v1("res.partner/11"), &json!({"name": "y"})).ok();
    for (method, path, body) in [
        ("GET", v1("res.users"), Value::Null),
        ("GET", v1("res.users/2"), Value::Null),
        ("POST", v1("crm.tag"), json!({"name": "x"})),
        ("PUT", v1("res.users/3"), json!({"name": "x"})),
        ("POST", v1("res.users/search_read"), json!({})),
        ("POST", v1("no.model/search_read"), json!({})),
        ("POST", v1("res.users/3/write"), json!({"vals": {"name": "x"}})),
        (
            "POST",
            "/rest/api/password".to_owned(),
            json!({"old": "admin@123", "new": "x"}),
        ),
    ] {
        let problem = send(&server, token, method, &path, &body).problem(403, "access_denied");
        assert!(
            problem["detail"].as_str().unwrap().contains("sale.order"),
            "{method} {path}: {problem}"
        );
    }

    // It makes, renames and revokes no token that may do more.
    let make = |scope: Value| {
        let body = json!({"name": "x", "expires_in_days": 1, "scope": scope});
        send(&server, token, "POST", TOKENS, &body)
    };
    for wider in [
        json!(null),
        json!({"read_only": true}),
        json!({"models": ["sale.order", "res.users"]}),
    ] {
        make(wider).problem(403, "access_denied");
    }
    let narrow = make(json!({"read_only": true, "models": ["sale.order"]})).ok();
    assert_eq!(reads(&server, text(&narrow)), 403);
    let wide = key(&server, &server.token, &Value::Null);
    let wide = format!("{TOKENS}/{}", id(&wide));
    send(&server, token, "PATCH", &wide, &json!({"name": "x"})).problem(403, "access_denied");
    send(&server, token, "DELETE", &wide, &Value::Null).problem(403, "access_denied");
    send(
        &server,
        token,
        "DELETE",
        &format!("{TOKENS}/{}", id(&narrow)),
        &Value::Null,
    )
    .ok();
}
