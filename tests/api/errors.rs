//! Invalid requests: each is answered with a precise 4xx problem, writes nothing, and leaves the server running.

use orm::db::Dialect;
use serde_json::json;
use tests::{Body, Server, dump, execute};

#[test]
fn malformed_bodies_are_400() {
    let server = Server::demo();
    let before = dump(&server.database);
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(10_000), close.repeat(10_000)).into_bytes();
    let nested = [b"{\"partner_id\":".to_vec(), deep("[", "]"), b"}".to_vec()].concat();
    let bodies: Vec<Vec<u8>> = vec![
        b"{".to_vec(),
        b"{\"partner_id\":11,}".to_vec(),
        b"{'partner_id':11}".to_vec(),
        b"{\"partner_id\":11} x".to_vec(),
        b"{\"partner_id\":NaN}".to_vec(),
        b"{\"partner_id\":11,\"partner_id\":12}".to_vec(),
        b"{\"name\":\"\xff\xfe\"}".to_vec(),
        b"\xff".to_vec(),
        b"   ".to_vec(),
        Vec::new(),
        deep("[", "]"),
        deep("{\"a\":", "}"),
        nested,
    ];
    for body in &bodies {
        let reply = server.call("POST", "sale.order", Body::Json(body));
        let shown = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
        assert_eq!(reply.status, 400, "{shown}: {}", reply.text());
        reply.problem(400, "invalid");
    }
    for body in [json!([1]), json!(5), json!("x"), json!(null), json!(true)] {
        let reply = server.send("PUT", "sale.order/40", &body);
        assert_eq!(reply.status, 422, "{body}: {}", reply.text());
        reply.problem(422, "invalid");
    }
    server.is_alive();
    assert_eq!(dump(&server.database), before);
}

#[test]
fn a_body_of_ten_megabytes_is_413() {
    let server = Server::demo();
    let body = format!("{{\"name\":\"{}\"}}", "x".repeat(10 * 1024 * 1024));
    server
        .call("POST", "res.partner", Body::Json(body.as_bytes()))
        .problem(413, "payload_too_large");
    server
        .raw("POST", "/rest/api/login/token", &[], Body::Json(body.as_bytes()))
        .problem(413, "payload_too_large");
    server.is_alive();
    assert_eq!(server.ids("res.partner", &[("name__startswith", "xxx")]), [0; 0]);
}

#[test]
fn text_that_is_no_utf8_is_400() {
    let server = Server::demo();
    for path in [
        "sale.order?name=%FF",
        "sale.order?%FF=1",
        "sale.order?name=%",
        "sale.order?name=%zz",
        "sale.order/%FF",
        "%FF",
    ] {
        let reply = server.call("GET", path, Body::None);
        assert_eq!(reply.status, 400, "{path}: {}", reply.text());
        reply.problem(400, "invalid");
    }
    let form = Body::Typed("application/x-www-form-urlencoded", b"login=\xff&password=x");
    server
        .raw("POST", "/rest/api/login/token", &[], form)
        .problem(400, "invalid");
    server.is_alive();
}

#[test]
fn a_bad_or_expired_token_is_401() {
    let server = Server::demo();
    let read = |headers: &[(&str, &str)]| server.raw("GET", "/restful/api/v1/sale.order?limit=1", headers, Body::None);
    let long = "x".repeat(4_000);
    for token in [
        "",
        "x",
        "access_token_",
        "access_token_' OR 1=1 --",
        &server.token[..52],
        long.as_str(),
    ] {
        let reply = read(&[("access-token", token)]);
        reply.problem(401, "unauthenticated");
        assert!(reply.header("www-authenticate").is_some());
    }
    read(&[("authorization", "Basic YTpi")]).problem(400, "invalid");
    read(&[("access-token", "a"), ("access_token", "b")]).problem(400, "invalid");
    read(&[("access-token", &server.token)]).ok();
    let write = |body: &str| {
        server.raw(
            "POST",
            "/restful/api/v1/sale.order",
            &[("access-token", "x")],
            Body::Json(body.as_bytes()),
        )
    };
    write("{\"partner_id\":11}").problem(401, "unauthenticated");
    write("{").problem(401, "unauthenticated");
    read(&[("access-token", &server.token)]).ok();

    for (column, hours) in [("last_used", 25), ("expires", 31 * 24)] {
        let server = Server::demo();
        let earlier = match server.database.dialect() {
            Dialect::Sqlite => format!("datetime({column}, '-{hours} hours')"),
            Dialect::Postgres => format!("{column} - INTERVAL '{hours} hours'"),
        };
        execute(&server.database, &format!("UPDATE auth_token SET {column} = {earlier}"));
        server
            .get("sale.order", &[("limit", "1")])
            .problem(401, "unauthenticated");
        server
            .send("POST", "sale.order", &json!({"partner_id": 11}))
            .problem(401, "unauthenticated");
    }
    execute(&server.database, "UPDATE res_users SET active = FALSE WHERE id = 2");
    read(&[("access-token", &server.token)]).problem(401, "unauthenticated");
}

#[test]
fn what_is_not_there_is_404_with_a_hint() {
    let server = Server::demo();
    for (method, path, hint) in [
        ("GET", "sale.ordr", "sale.order"),
        ("POST", "res.partnr", "res.partner"),
        ("GET", "sqlite_master", "sqlite_master"),
        ("GET", "auth_token", "auth_token"),
        ("GET", "sale.order/999999", "999999"),
        ("GET", "sale.order/0", "0"),
        ("GET", "sale.order/99999999999999999999", "99999999999999999999"),
        ("PUT", "sale.order/999999", "999999"),
        ("DELETE", "sale.order/999999", "999999"),
        ("GET", "sale.order/abc", "abc"),
        ("PATCH", "res.partner/11/raed", "`read`"),
        ("PATCH", "res.partner/999999/read", "999999"),
        ("POST", "res.partner/copy", "/{id}/copy"),
    ] {
        let body = if method == "GET" || method == "DELETE" {
            Body::None
        } else {
            Body::Json(b"{}")
        };
        let reply = server.call(method, path, body);
        assert_eq!(reply.status, 404, "{method} {path}: {}", reply.text());
        let problem = reply.problem(404, "not_found");
        assert!(
            problem["detail"].as_str().unwrap().contains(hint),
            "{method} {path}: {problem}"
        );
    }
    for path in [
        "/",
        "/nothing",
        "/restful/api/v1",
        "/restful/api/v9/sale.order",
        "/restful/api/v1/sale.order/1/read/x",
    ] {
        server.raw("GET", path, &[], Body::None).problem(404, "not_found");
    }
}

/// Without a valid token, the answer does not reveal which models, parameters and methods exist.
#[test]
fn nothing_is_told_without_a_token() {
    let server = Server::demo();
    let raw = |method, path| server.raw(method, path, &[("access-token", "x")], Body::None);
    let known = raw("GET", "/restful/api/v1/sale.order?nonsense=1").problem(401, "unauthenticated");
    let unknown = raw("GET", "/restful/api/v1/no.model").problem(401, "unauthenticated");
    assert_eq!(known, unknown);
    raw("PATCH", "/restful/api/v1/sale.order/40/nothing").problem(401, "unauthenticated");
}

/// Every error has a request id (`X-Request-Id`), and a 405 lists the allowed methods (`Allow`).
#[test]
fn every_refusal_has_a_number_and_those_of_methods_say_what_is_allowed() {
    let server = Server::demo();
    for (method, path, body, status) in [
        ("GET", "sale.order/-1", "", 400),
        ("GET", "sale.order?nonsense=1", "", 400),
        ("PUT", "sale.order", "{}", 405),
        ("POST", "sale.order/40", "{}", 405),
        ("PUT", "sale.order/40", "", 400),
        ("PUT", "sale.order/40?x=1", "{}", 400),
        ("POST", "sale.order", r#"{"nam":"a"}"#, 422),
        ("POST", "sale.order/nothing", "", 404),
    ] {
        let body = if method == "GET" {
            Body::None
        } else {
            Body::Json(body.as_bytes())
        };
        let reply = server.call(method, path, body);
        assert_eq!(reply.status, status, "{method} {path}: {}", reply.text());
        assert!(reply.header("x-request-id").is_some(), "{method} {path}");
        assert_eq!(reply.header("allow").is_some(), status == 405, "{method} {path}");
    }
    assert_eq!(server.raw("GET", "/readyz", &[], Body::None).status, 200);
}

#[test]
fn methods_take_only_their_arguments() {
    let server = Server::demo();
    for (path, body, pointer) in [
        ("res.partner/11/read", json!({"feilds": ["name"]}), "/feilds"),
        ("res.partner/11/read", json!({"fields": "name"}), "/fields"),
        ("res.partner/11/read", json!({"fields": ["nam"]}), "/fields"),
        ("res.partner/11/write", json!({}), "/vals"),
        ("res.partner/11/write", json!({"vals": {"nam": "x"}}), "/vals/nam"),
        ("res.partner/11/read", json!([1]), ""),
    ] {
        let problem = server.send("PATCH", path, &body).problem(422, "invalid");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{path} {body}: {problem}");
    }
}

#[test]
fn another_method_is_405_with_allow() {
    let server = Server::demo();
    for (method, path, allowed) in [
        ("DELETE", "/restful/api/v1/sale.order", "GET"),
        ("PUT", "/restful/api/v1/sale.order", "POST"),
        ("POST", "/restful/api/v1/sale.order/40", "PUT"),
        ("GET", "/restful/api/v1/sale.order/40/read", "PATCH"),
        ("DELETE", "/rest/api/login/token", "GET"),
        ("GET", "/rest/api/logout/token", "DELETE"),
        ("POST", "/livez", "GET"),
        ("BREW", "/restful/api/v1/sale.order", "GET"),
    ] {
        let body = if method == "GET" { Body::None } else { Body::Json(b"{}") };
        let reply = server.raw(method, path, &[("access-token", &server.token)], body);
        assert_eq!(reply.status, 405, "{method} {path}: {}", reply.text());
        assert!(
            reply.header("allow").is_some_and(|allow| allow.contains(allowed)),
            "{method} {path}: {:?}",
            reply.headers
        );
        reply.problem(405, "method_not_allowed");
    }
}

#[test]
fn another_media_type_is_415() {
    let server = Server::demo();
    for kind in [
        "text/plain",
        "application/xml",
        "application/json; charset=latin1",
        "application/x-www-form-urlencoded",
    ] {
        let reply = server.call("POST", "sale.order", Body::Typed(kind, b"{\"partner_id\":11}"));
        assert_eq!(reply.status, 415, "{kind}: {}", reply.text());
        reply.problem(415, "unsupported_media_type");
    }
    server
        .raw("POST", "/rest/api/login/token", &[], Body::Typed("text/plain", b"x"))
        .problem(415, "unsupported_media_type");
    server
        .call(
            "POST",
            "sale.order",
            Body::Typed("application/json; charset=utf-8", b"{\"partner_id\":11}"),
        )
        .ok();
}

#[test]
fn parameters_where_none_belong_are_refused() {
    let server = Server::demo();
    server
        .call("POST", "sale.order?limit=1", Body::Json(b"{\"partner_id\":11}"))
        .problem(400, "invalid");
    server
        .call("DELETE", "sale.order/43?force=1", Body::None)
        .problem(400, "invalid");
    server.get("sale.order/43", &[]).ok();
}

#[test]
fn a_login_by_head_makes_no_token() {
    let server = Server::demo();
    let reply = server.raw(
        "HEAD",
        "/rest/api/login/token?login=admin&password=admin",
        &[],
        Body::None,
    );
    assert_eq!((reply.status, reply.header("allow")), (405, Some("GET, POST")));
}

/// Headers that the server does not support are refused, not ignored.
#[test]
fn what_cannot_be_heeded_is_refused() {
    let server = Server::demo();
    let body = br#"{"name": "Renamed"}"#;
    let put = |name, value| {
        let headers = [("access-token", server.token.as_str()), (name, value)];
        server.raw("PUT", "/restful/api/v1/res.partner/11", &headers, Body::Json(body))
    };
    put("content-encoding", "gzip").problem(415, "unsupported_media_type");
    put("if-match", "\"1\"").problem(400, "invalid");
    put("if-match", "*").problem(400, "invalid");
    put("if-none-match", "*").problem(400, "invalid");
    put("content-encoding", "Identity").ok();
}
