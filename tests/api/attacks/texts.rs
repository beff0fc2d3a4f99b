//! Texts that are read in two ways: members and parameters that are given twice, marks at the start, halves of
//! characters, line ends where a header could begin, and logins that look alike.

use serde_json::json;
use tests::{Body, Server, encode, exchange};

/// A body or parameter that two programs could read differently is refused.
#[test]
fn what_is_given_twice_is_refused() {
    let server = Server::demo();
    for (path, body) in [
        ("res.partner", r#"{"name": "a", "name": "b"}"#),
        ("res.partner", r#"{"name": "a", "n\u0061me": "b"}"#),
        ("res.partner", r#"{"child_ids": [[0, 0, {"name": "a", "name": "b"}]]}"#),
        ("res.partner/search", r#"{"limit": 1, "limit": 2}"#),
        (
            "res.partner/write",
            r#"{"ids": [11], "vals": {"name": "a", "name": "b"}}"#,
        ),
        (
            "sale.order",
            r#"{"partner_id": 11, "order_line": [[0, 0, {"analytic_distribution": {"a": 1, "a": 2}}]]}"#,
        ),
    ] {
        let problem = server
            .call("POST", path, Body::Json(body.as_bytes()))
            .problem(400, "invalid");
        assert!(
            problem["detail"].as_str().unwrap().contains("twice"),
            "{body}: {problem}"
        );
    }
    for query in [
        "name=a&name=b",
        "limit=1&limit=1",
        "n%61me=a&name=a",
        "fields=id&fields=name",
        "domain=[]&domain=[]",
    ] {
        let problem = server
            .call("GET", &format!("res.partner?{query}"), Body::None)
            .problem(400, "invalid");
        assert!(
            problem["detail"].as_str().unwrap().contains("twice"),
            "{query}: {problem}"
        );
    }
    let path = "/rest/api/login/token";
    let twice = "login=admin&password=admin@123&login=sofia";
    server
        .raw("GET", &format!("{path}?{twice}"), &[], Body::None)
        .problem(400, "invalid");
    let form = Body::Typed("application/x-www-form-urlencoded", twice.as_bytes());
    server.raw("POST", path, &[], form).problem(400, "invalid");
    let json = br#"{"login": "admin", "password": "admin@123", "login": "sofia"}"#;
    server.raw("POST", path, &[], Body::Json(json)).problem(400, "invalid");
    // The URL and the body do not complete each other.
    let body = json!({"login": "admin"}).to_string();
    let reply = server.raw(
        "POST",
        &format!("{path}?password=admin@123"),
        &[],
        Body::Json(body.as_bytes()),
    );
    assert!(matches!(reply.status, 400 | 401), "{}", reply.text());
}

/// Bytes that are no text: refused, not repaired.
#[test]
fn what_is_no_text_is_refused() {
    let server = Server::demo();
    let bodies: [&[u8]; 12] = [
        b"\xef\xbb\xbf{\"name\": \"a\"}",
        b"\xfe\xff\0{\0}",
        b"{\"name\": \"\\ud800\"}",
        b"{\"name\": \"\\udc00\\ud800\"}",
        b"{\"\\ud800\": 1}",
        b"{\"name\": \"\xed\xa0\x80\"}",
        b"{\"name\": \"\xc0\xaf\"}",
        b"{\"name\": \"\xf4\x90\x80\x80\"}",
        b"{\"name\": \"a\nb\"}",
        b"{\"name\": \"\\x41\"}",
        b"{name: \"a\"}",
        b"{\"name\": \"a\"}\0",
    ];
    for body in bodies {
        let reply = server.call("POST", "res.partner", Body::Json(body));
        assert_eq!(reply.status, 400, "{}: {}", String::from_utf8_lossy(body), reply.text());
        reply.problem(400, "invalid");
    }
    for query in [
        "name=%ED%A0%80",
        "name=%C0%AF",
        "name=%F4%90%80%80",
        "name=%u0041",
        "%EF%BB%BFname=a",
    ] {
        server
            .call("GET", &format!("res.partner?{query}"), Body::None)
            .problem(400, "invalid");
    }
    // A pair of halves is a character.
    let face = server
        .call("POST", "crm.tag", Body::Json(br#"{"name": "\ud83d\ude00"}"#))
        .ok();
    assert_eq!(face["name"], "\u{1f600}");
}

/// Texts of a request that come back in headers, or go into the log, stay on their line.
#[test]
fn line_ends_make_no_headers() {
    let server = Server::demo();
    let token = format!("access-token: {}", server.token);
    for headers in [
        format!("{token}\r\nx-request-id: a\r\n b: c"),
        format!("{token}\r\ncompany-ids: 1\r\n ,1"),
        format!("{token}\r\nx-request-id: a\rset-cookie: b=c"),
        format!("{token}\r\nx-request-id: a\nset-cookie: b=c"),
        format!("{token}\r\nx-request-id: a\0b"),
    ] {
        let sent = format!("GET /restful/api/v1/res.partner/11?fields=id HTTP/1.1\r\nhost: a\r\n{headers}\r\n\r\n");
        let reply = exchange(server.addr, sent.as_bytes(), 1).unwrap().remove(0);
        assert!(matches!(reply.status, 200 | 400), "{headers:?}: {}", reply.status);
        assert_eq!(reply.header("set-cookie"), None, "{headers:?}");
        let id = reply.header("x-request-id").unwrap_or_default();
        assert!(!id.contains(['\r', '\n', '\0', ':']), "{headers:?}: {id:?}");
    }
    for path in [
        "/docs%0d%0aset-cookie:%20a=b",
        "/%0d%0aset-cookie:%20a=b",
        "/docs?x=%0d%0aset-cookie:%20a=b",
    ] {
        let reply = server.raw("GET", path, &[], Body::None);
        assert_eq!(reply.header("set-cookie"), None, "{path}");
    }
    let named = json!({"name": "a\r\nset-cookie: b=c", "expires_in_days": 1}).to_string();
    let headers = [("access-token", server.token.as_str())];
    let reply = server.raw("POST", "/rest/api/tokens", &headers, Body::Json(named.as_bytes()));
    assert_eq!(reply.problem(422, "invalid")["errors"][0]["pointer"], "/name");
}

/// Spellings of a login that a reader would take for it: none of them logs in, none of them can be given to somebody
/// else.
#[test]
fn no_login_looks_like_another_one() {
    let server = Server::demo();
    let others = [
        "ADMIN",
        "Admin",
        "aDmIn",
        "admin ",
        " admin",
        "admin\u{a0}",
        "admin\t",
        "admin\u{200b}",
        "ad\u{200d}min",
        "ad\u{ad}min",
        "admin\u{feff}",
        "\u{202d}admin",
        "admin\u{34f}",
        "admin\u{fe0f}",
        "\u{ff41}dmin",
        "\u{430}dmin",
        "\u{251}dmin",
        "adm\u{131}n",
        "ADM\u{130}N",
        "admi\u{307}n",
        "adm\u{456}n",
        "a\u{323}dmin",
        "admin\u{332}",
        "admi\u{20dd}n",
        "\u{1d41a}\u{1d41d}\u{1d426}\u{1d422}\u{1d427}",
        "\u{24d0}dmin",
    ];
    for login in others {
        let named = json!({"login": login, "name": "Second"});
        let problem = server.send("POST", "res.users", &named).problem(422, "invalid");
        assert_eq!(problem["errors"][0]["pointer"], "/login", "{login:?}: {problem}");
        let query = encode(&[("login", login), ("password", "admin@123")]);
        let reply = server.raw("GET", &format!("/rest/api/login/token{query}"), &[], Body::None);
        assert_eq!(reply.status, 401, "{login:?}: {}", reply.text());
    }
    // Composed and decomposed are one login, of which the composed form is the one that is written.
    let composed = json!({"login": "j\u{fc}rgen", "name": "J"});
    let decomposed = json!({"login": "ju\u{308}rgen", "name": "J"});
    server.send("POST", "res.users", &composed).ok();
    server.send("POST", "res.users", &decomposed).problem(422, "invalid");
    server.send("POST", "res.users", &composed).problem(409, "conflict");
}
